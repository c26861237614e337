/** @module A clock that moves only when a run waits. */

import type { Clock } from '../ports.ts';

/**
 * A {@link Clock} that starts at `start` (milliseconds since 1970) and jumps ahead instead of waiting, so that a run
 * with delays is over at once and the same every time.
 */
export function frozenClock(start = 0): Clock & { readonly waited: number[] } {
  let now = start;
  const waited: number[] = [];
  return {
    waited,
    now: () => now,
    async sleep(ms, signal) {
      if (signal?.aborted) throw signal.reason;
      waited.push(ms);
      now += ms;
    },
  };
}
