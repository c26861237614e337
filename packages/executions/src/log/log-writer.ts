/** @module Writes the entries of one log to the store, in order, several at a time, trying again when the store fails. */

import type { ExecutionEvent } from '@orchestrix/engine';
import type { Logger, StoreFaults } from '../ports.ts';

interface Entry {
  position: number;
  item: ExecutionEvent;
}

/** Waiting times between attempts, in milliseconds; after the last one the entries are given up and the loss is logged. */
const PAUSES = [50, 250, 1000, 5000];

/** A pause up to which a full database is tried again. */
const LONGEST_PAUSE_WHEN_FULL = 250;

/** How many entries one write carries at most. */
const BATCH = 500;

/** A queue in front of the store: whoever appends never waits for it. */
export class LogWriter {
  private queue: Entry[] = [];
  private writing: Promise<void> | null = null;

  constructor(
    private readonly write: (entries: Entry[]) => Promise<void>,
    private readonly parts: { logger: Logger; faults: Pick<StoreFaults, 'isFull'> },
  ) {}

  /** Queues an entry. */
  add(entry: Entry): void {
    this.queue.push(entry);
    this.writing ??= this.drain();
  }

  /** Resolves when the queue is empty. */
  async flush(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async drain(): Promise<void> {
    // Everything that is appended in this turn of the event loop goes out in one write.
    await Promise.resolve();
    while (this.queue.length > 0) await this.writeBatch(this.queue.splice(0, BATCH));
    this.writing = null;
  }

  private async writeBatch(batch: Entry[]): Promise<void> {
    for (const pause of [...PAUSES, null]) {
      try {
        return await this.write(batch);
      } catch (error) {
        // A disk that is full stays full for longer than callers wait for the end of this queue.
        if (pause === null || (this.parts.faults.isFull(error) && pause > LONGEST_PAUSE_WHEN_FULL)) {
          this.parts.logger.error('Entries of an execution log could not be stored', {
            entries: batch.length,
            error,
          });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }
}
