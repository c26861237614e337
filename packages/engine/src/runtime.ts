/** @module How steps are made durable: the port, and the direct runtime that keeps everything in memory. */

import type { Clock } from './ports.ts';

/**
 * What the interpreter asks of its surroundings for everything that must be the same when a run is resumed.
 * Other runtimes journal what passes through here.
 */
export interface Runtime {
  /**
   * Runs one step, or gives back what it gave the last time.
   *
   * @param key unique in a run and the same in every attempt of it
   */
  step<T>(key: string, run: () => T | Promise<T>): T | Promise<T>;
  /** Waits `ms` milliseconds. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  /** A random UUID, version 4. */
  uuid(): string;
}

/** The runtime without durability: steps run where they stand, and synchronous ones stay synchronous. */
export function directRuntime(clock: Clock = systemClock): Runtime {
  return {
    step: runNow,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    now: () => clock.now(),
    uuid: () => crypto.randomUUID(),
  };
}

/** How the direct runtime runs a step; the interpreter recognises it and saves the detour. */
export function runNow<T>(_key: string, run: () => T | Promise<T>): T | Promise<T> {
  return run();
}

/** Timers cannot wait longer, and fire at once when told to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    for (let left = ms; ; left -= MAX_TIMER_MS) {
      await sleepOnce(Math.min(left, MAX_TIMER_MS), signal);
      if (left <= MAX_TIMER_MS) return;
    }
  },
};

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
