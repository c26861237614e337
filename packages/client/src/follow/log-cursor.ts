/** @module How far a viewer has got in a log: what is new to it, and what is missing. */
import type { ExecutionEvent } from '../api-types.ts';

/** What to do with an event: hand it on, drop it as known, or ask again because one before it is missing. */
export type Verdict = 'new' | 'known' | 'gap';

/** The place of one viewer in one log. */
export class LogCursor {
  /** Whether the last event of the execution has been seen. */
  complete = false;
  /** Whether the log has ended once without the last event. */
  mayBeOver = false;
  private askedAfter = -1;

  /** @param position of the last event that was handed on */
  constructor(public position = 0) {}

  /** After which position to ask: the last event comes once more, for it may be the end of the log. */
  get from(): number {
    return Math.max(0, this.position - 1);
  }

  /** Takes an event in, or tells why not. A gap is reported once: what the server does not have is not waited for. */
  take({ position, type }: ExecutionEvent): Verdict {
    if (position > this.position + 1 && this.askedAfter !== this.position) {
      this.askedAfter = this.position;
      return 'gap';
    }
    if (ENDS.has(type)) this.complete = true;
    if (position <= this.position) return 'known';
    this.position = position;
    this.mayBeOver = false;
    return 'new';
  }

  /** Takes an event of the log itself: what is missing there is missing for good. @returns whether it is new */
  takeStored(event: ExecutionEvent): boolean {
    const verdict = this.take(event);
    return (verdict === 'gap' ? this.take(event) : verdict) === 'new';
  }

  /**
   * Called when the log ends without the last event. Only the second time in a row counts: a server process that just finished the run
   * may still be writing down how.
   */
  endsForGood(): boolean {
    const again = this.mayBeOver;
    this.mayBeOver = true;
    return again;
  }
}

const ENDS: ReadonlySet<ExecutionEvent['type']> = new Set([
  'execution_completed',
  'execution_failed',
  'execution_cancelled',
]);
