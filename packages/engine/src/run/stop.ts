/** @module One signal for everything that can stop a run: its caller, and its time. */

import { TerminalError } from '../errors.ts';

/** What can stop a run. */
export interface StopSignal {
  /** Handed to the ports; absent when nothing can stop the run. */
  readonly signal: AbortSignal | undefined;
  /** The error to fail with, once stopped. */
  reason(): TerminalError;
  /** Stops the run when its time is over by `mark`: steps that never yield keep the timer from firing. */
  checkTime(mark: number): void;
  /** The value of `work`, or a rejection as soon as the run is stopped, even when `work` does not listen. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Lets go of timers and listeners. */
  release(): void;
}

/** Timers cannot wait longer, and fire at once when told to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** For a run that nothing stops; shared, for it has no state. */
export const UNSTOPPABLE: StopSignal = {
  signal: undefined,
  reason: cancelled,
  checkTime: () => {},
  race: (work) => work,
  release: () => {},
};

/**
 * @param outer the caller's signal
 * @param timeoutMs 0 for no limit
 */
export function stopSignal(outer: AbortSignal | undefined, timeoutMs: number): StopSignal {
  const isTimed = timeoutMs > 0 && Number.isFinite(timeoutMs);
  if (!outer && !isTimed) return UNSTOPPABLE;
  const controller = new AbortController();
  const onOuter = () => controller.abort(outer?.reason instanceof TerminalError ? outer.reason : cancelled());
  if (outer?.aborted) onOuter();
  else outer?.addEventListener('abort', onOuter, { once: true });
  const deadline = isTimed ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY;
  const onTime = () => controller.abort(outOfTime(timeoutMs));
  const timer = isTimed ? setTimeout(onTime, Math.min(timeoutMs, MAX_TIMER_MS)) : undefined;
  const { signal } = controller;
  return {
    signal,
    reason: () => (signal.reason instanceof TerminalError ? signal.reason : cancelled()),
    checkTime(mark) {
      if (mark >= deadline && !signal.aborted) onTime();
    },
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
