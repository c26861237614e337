/** @module Limits concurrency; further callers wait in order. */

/** A number of permits. */
export interface Semaphore {
  /** Resolves with a function that releases the permit; calling it again does nothing. */
  acquire(): Promise<() => void>;
  readonly acquired: number;
}

/** @param permits how many callers can hold one at a time */
export function createSemaphore(permits: number): Semaphore {
  const waiting: (() => void)[] = [];
  let acquired = 0;
  return {
    get acquired() {
      return acquired;
    },
    acquire: async () => {
      if (acquired < permits) acquired += 1;
      // A released permit is handed on directly, so that no later caller overtakes a waiting one.
      else await new Promise<void>((next) => waiting.push(next));
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        const next = waiting.shift();
        if (next) next();
        else acquired -= 1;
      };
    },
  };
}
