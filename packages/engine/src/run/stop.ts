/** @module One signal for everything that can stop a run: its caller, and its time. */

import { TerminalError } from '../errors.ts';

/** What can stop a run. */
export interface StopSignal {
  /** Handed to the ports; absent when nothing can stop the run. */
  readonly signal: AbortSignal | undefined;
  /** The error to fail with, once stopped. */
  reason(): TerminalError;
  /** The value of `work`, or a rejection as soon as the run is stopped, even when `work` does not listen. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Lets go of timers and listeners. */
  release(): void;
}

/**
 * @param outer the caller's signal
 * @param timeoutMs 0 for no limit
 */
export function stopSignal(outer: AbortSignal | undefined, timeoutMs: number): StopSignal {
  if (!outer && timeoutMs <= 0) {
    return { signal: undefined, reason: cancelled, race: (work) => work, release: () => {} };
  }
  const controller = new AbortController();
  const onOuter = () => controller.abort(outer?.reason instanceof TerminalError ? outer.reason : cancelled());
  if (outer?.aborted) onOuter();
  else outer?.addEventListener('abort', onOuter, { once: true });
  const timer =
    timeoutMs > 0 ? setTimeout(() => controller.abort(outOfTime(timeoutMs)), timeoutMs) : undefined;
  const { signal } = controller;
  return {
    signal,
    reason: () => (signal.reason instanceof TerminalError ? signal.reason : cancelled()),
    race: (work) => raceSignal(work, signal),
    release() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}

function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const release = () => signal.removeEventListener('abort', onAbort);
    work.then(
      (value) => {
        release();
        resolve(value);
      },
      (error) => {
        release();
        reject(error);
      },
    );
  });
}

function cancelled(): TerminalError {
  return new TerminalError('The execution was cancelled', { code: 'CANCELLED' });
}

function outOfTime(timeoutMs: number): TerminalError {
  return new TerminalError(`The execution took longer than ${timeoutMs} ms`, {
    code: 'LIMIT_TIME',
    details: { limit: timeoutMs },
  });
}
