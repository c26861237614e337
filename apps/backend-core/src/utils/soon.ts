/** @module Work that is done a little later, or as soon as somebody needs it. */

/** Work that starts by itself after a while. */
export interface Soon<T> {
  /** Starts the work if it has not started, and gives its result. */
  now(): Promise<T>;
  /** Lets it not start any more; the result of what has started, else `undefined`. */
  cancel(): Promise<T | undefined>;
}

/**
 * Starts `work` after `ms` milliseconds, or at the first call of `now`; once in any case.
 *
 * @param work must not reject: nobody may be there to hear it
 */
export function soon<T>(ms: number, work: () => Promise<T>): Soon<T> {
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
