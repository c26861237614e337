/** @module Starts a task after a delay, or immediately on first use. */

/** A task that starts by itself after a while. */
export interface Deferred<T> {
  /** Starts the task unless it has started, and gives its result. */
  now(): Promise<T>;
  /** Prevents its start; the result of a task that has started, else `undefined`. */
  cancel(): Promise<T | undefined>;
}

/**
 * Starts `work` after `ms` milliseconds, or at the first call of `now`; once in any case.
 *
 * @param work must not reject: there may be no caller to catch it
 */
export function defer<T>(ms: number, work: () => Promise<T>): Deferred<T> {
  let started: Promise<T> | undefined;
  const now = () => {
    clearTimeout(timer);
    started ??= work();
    return started;
  };
  const timer = setTimeout(now, ms);
  return {
    now,
    cancel: async () => {
      clearTimeout(timer);
      return started;
    },
  };
}
