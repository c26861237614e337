/** @module The phases of a server: it serves, it is about to stop, or it refuses. */

/**
 * `serving`; `leaving`: requests are still served, but readiness says no, so that callers go elsewhere; `stopping`: further requests
 * are refused.
 */
export type LifecyclePhase = 'serving' | 'leaving' | 'stopping';

/** The phase of the server, and the requests it is answering. */
export class Lifecycle {
  private current: LifecyclePhase = 'serving';
  private open = 0;
  private readonly waiting: (() => void)[] = [];

  get phase(): LifecyclePhase {
    return this.current;
  }

  /** Goes on to a later phase; an earlier one is never entered again. */
  advance(phase: 'leaving' | 'stopping'): void {
    if (this.current !== 'stopping') this.current = phase;
  }

  /** Counts a request. @returns to be called once, when its answer is out or its caller has left */
  begin(): () => void {
    this.open++;
    return () => {
      this.open--;
      if (this.open === 0) for (const resolve of this.waiting.splice(0)) resolve();
    };
  }

  /** Resolves when no request is being answered, or after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.open === 0) return;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      setTimeout(resolve, timeoutMs);
    });
  }
}
