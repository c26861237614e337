/** @module How far a viewer has got in a log: what is new to it, and what is missing. */
import type { ExecutionEvent } from './execution-event.ts';

/** What to do with an event: hand it on, drop it as known, or ask again because one before it is missing. */
export type Verdict = 'new' | 'known' | 'gap';

/** The place of one viewer in one log. */
export class LogCursor {
  /** The last event that was handed on. */
  lastSeq: number;
  /** The last entry that was read from the log itself, which has more entries than events. */
  position = 0;
  /** Whether the last event of the run has been seen. */
  complete = false;
  /** Whether the log has ended once without the last event. */
  mayBeOver = false;
  private askedBehind = -1;

  constructor(lastSeq = 0) {
    this.lastSeq = lastSeq;
  }

  /** Takes an event in, or tells why not. A gap is reported once: what the server does not have is not waited for. */
  take({ seq, type }: ExecutionEvent): Verdict {
    if (seq > this.lastSeq + 1 && this.askedBehind !== this.lastSeq) {
      this.askedBehind = this.lastSeq;
      return 'gap';
    }
    if (type === 'workflow_complete') this.complete = true;
    if (seq <= this.lastSeq) return 'known';
    this.lastSeq = seq;
    this.mayBeOver = false;
    return 'new';
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
