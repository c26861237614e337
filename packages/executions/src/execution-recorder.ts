/** @module Stores executions that ended soon: several in one write, after their responses, and retries until the store has them. */
import type { EndedExecution, Logger, StoreFaults } from './ports.ts';

/** What {@link ExecutionRecorder} is built from. */
export interface ExecutionRecorderParts {
  record(executions: readonly EndedExecution[]): Promise<number[]>;
  faults: StoreFaults;
  logger: Logger;
  /** Called when an execution is stored. */
  onStored?: ((ownerId: string, bytes: number) => void) | undefined;
}

interface Waiting {
  execution: EndedExecution;
  done: () => void;
}

/** How long records are collected for one write, in milliseconds, and how many one write holds. */
const COLLECT_MS = 40;
const BATCH = 500;

/** Callers wait for the store while more records than `FULL` are queued; above `MOST` the oldest are dropped. */
const FULL = 4_000;
const MOST = 20_000;

/** Pauses between attempts, in milliseconds; the last one again and again. */
const PAUSES = [50, 250, 1_000, 5_000];

/** The queue in front of the store. */
export class ExecutionRecorder {
  private queue: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private room: PromiseWithResolvers<void> | null = null;
  private closing = false;
  private isFailing = false;
  private lost = 0;

  constructor(private readonly parts: ExecutionRecorderParts) {}

  /** Resolves when the record is stored, or given up on. */
  add(execution: EndedExecution): Promise<void> {
    return new Promise((done) => {
      this.queue.push({ execution, done });
      if (this.queue.length > MOST) this.lose(this.queue.splice(0, BATCH));
      if (this.isFailing) done();
      this.writing ??= this.drain();
    });
  }

  /** Resolves when the queue has room; `undefined` when it has room already, and while the store fails: callers do not wait for that. */
  hasRoom(): Promise<void> | undefined {
    if (this.queue.length < FULL || this.isFailing) return undefined;
    this.room ??= Promise.withResolvers();
    return this.room.promise;
  }

  /** Stores what is waiting, trying no longer than a few seconds. */
  async close(): Promise<void> {
    this.closing = true;
    await this.writing;
  }

  private async drain(): Promise<void> {
    if (!this.closing) await pause(COLLECT_MS);
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, BATCH);
      await this.write(batch);
      if (this.room && this.queue.length < FULL) {
        this.room.resolve();
        this.room = null;
      }
    }
    this.writing = null;
  }

  private async write(batch: Waiting[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const sizes = await this.parts.record(batch.map(({ execution }) => execution));
        for (const [i, { execution, done }] of batch.entries()) {
          this.parts.onStored?.(execution.ownerId, sizes[i]!);
          done();
        }
        this.isFailing = false;
        return;
      } catch (error) {
        if (!this.mayPass(error)) return this.writeEach(batch, error);
        this.isFailing = true;
        this.room?.resolve();
        this.room = null;
        if (attempt === 0 || this.closing)
          this.parts.logger.error('Records of executions could not be stored yet', {
            executions: batch.length,
            error,
          });
        if (this.closing && attempt >= PAUSES.length) return this.lose(batch);
        // A reader of one of these executions must not wait as long as the database is away.
        for (const { done } of [...batch, ...this.queue]) done();
        await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]!);
      }
    }
  }

  /** Finds the record that the store refuses, so that it does not keep the others out. */
  private async writeEach(batch: Waiting[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      for (const one of batch) await this.write([one]);
      return;
    }
    this.parts.logger.error('The record of an execution cannot be stored and is dropped', {
      executionId: batch[0]?.execution.executionId,
      error,
    });
    for (const { done } of batch) done();
  }

  /** Whether the same write may succeed later. */
  private mayPass(error: unknown): boolean {
    const { faults } = this.parts;
    return faults.isAway(error) || faults.isFull(error);
  }

  private lose(records: Waiting[]): void {
    this.lost += records.length;
    this.parts.logger.error('Records of executions are lost: the database takes no more', {
      executions: records.length,
      lost: this.lost,
    });
    for (const { done } of records) done();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
