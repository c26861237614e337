/** @module Shares the event loop: a run that has held it for some milliseconds lets others in. */

/** How long a run holds the loop at most between two looks, in milliseconds. */
const TURN_MS = 10;

/** The turns of one run on the event loop. */
export class LoopTurn {
  private since = performance.now();

  /** Whether the run has held the loop long enough. */
  isOver(): boolean {
    return performance.now() - this.since >= TURN_MS;
  }

  /** Resolves in a turn of its own, behind what waits in the loop by then. */
  async next(): Promise<void> {
    await new Promise<void>(later);
    this.since = performance.now();
  }
}

/** A timer is clamped to a millisecond and more; an immediate comes right after the waiting input and output. */
const later: (resolve: () => void) => void =
  typeof setImmediate === 'function'
    ? (resolve) => setImmediate(resolve)
    : (resolve) => setTimeout(resolve, 0);
