/** @module Knows whether a mail was handed over to the server as a whole, which decides whether it may have gone out. */
import { Readable } from 'node:stream';

/** Whether sending again can double a mail: `unknown` when the server had all of it and did not say what became of it. */
export type Delivery = 'not-sent' | 'unknown';

/** The same, for people. */
export const DELIVERY_WORDS: Readonly<Record<Delivery, string>> = {
  'not-sent': 'The mail was not sent.',
  unknown: 'The mail may have been sent: the server had got all of it and did not answer.',
};

/** What became of one mail's content. */
export class Handover {
  private given = false;
  private stopped = false;

  /** Before the last byte of the content was read for the server, nothing can have gone out. */
  get delivery(): Delivery {
    return this.given ? 'unknown' : 'not-sent';
  }

  /** Lets the content end in an error instead of its end, unless it was given already: the server then drops what it has got. */
  stop(): void {
    this.stopped = true;
  }

  /** The content, read no earlier than the server takes it. */
  watch(content: Readable): Readable {
    // A further attempt begins anew.
    this.given = false;
    return Readable.from(this.pass(content), { objectMode: false });
  }

  private async *pass(content: Readable): AsyncGenerator<unknown> {
    for await (const chunk of content) {
      this.requireGoing();
      yield chunk;
    }
    this.requireGoing();
    this.given = true;
  }

  private requireGoing(): void {
    if (this.stopped) throw new Error('The mail was given up');
  }
}
