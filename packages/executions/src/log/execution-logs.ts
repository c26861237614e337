/** @module The append-only logs of executions: live ones in memory, all of them in the store, every viewer the same entries. */
import {
  type Channel,
  type ExecutionEvent,
  type FollowOptions,
  Growth,
  isExecutionEnd,
  type Viewer,
} from '@orchestrix/engine';
import type { ExecutionLogStore, Logger, StoreFaults } from '../ports.ts';
import { followStored } from './follow-stored.ts';
import { interruptedEvent } from './interrupted.ts';
import { LogBudget } from './log-budget.ts';
import { LogWriter } from './log-writer.ts';
import { readStored } from './read-stored.ts';

/** What {@link ExecutionLogs} is built from. */
export interface ExecutionLogsParts {
  store: ExecutionLogStore;
  faults: Pick<StoreFaults, 'isFull'>;
  logger: Logger;
  /** The stored state of an execution, `running` as long as it runs in some process; `null` when its owner has none with this id. */
  statusOf(ownerId: string, executionId: string): Promise<string | null>;
  /** How long a finished log stays in memory, in milliseconds. Default: one minute; afterwards it is read from the store. */
  keepMs?: number;
  /** Bytes that finished logs may take in memory together. Default: 16 MiB. */
  keepBytes?: number;
  /** How often a stored log of another process is looked at, in milliseconds. Default: 250. */
  pollMs?: number;
}

/** A log that is being written by this process. */
interface LiveLog {
  ownerId: string;
  events: ExecutionEvent[];
  /** Writes the events one by one; `null` as long as the whole log may be stored at once. */
  writer: LogWriter | null;
  budget: LogBudget;
  growth: Growth;
  ended: boolean;
}

/** All execution logs this process can show. */
export class ExecutionLogs implements Channel<ExecutionEvent> {
  readonly name = 'execution';
  private readonly live = new Map<string, LiveLog>();
  /** Tells those who wait for executions that have not begun. */
  private readonly opened = new Growth();
  private pruning: ReturnType<typeof setInterval> | undefined;
  /** Ended logs that are still in memory, oldest first, with their bytes. */
  private readonly ended = new Map<string, { size: number; until: number }>();
  private endedBytes = 0;

  constructor(private readonly parts: ExecutionLogsParts) {}

  /** Starts the log of an execution of this process. */
  open(ownerId: string, executionId: string): void {
    this.live.set(executionId, {
      ownerId,
      events: [],
      writer: null,
      budget: new LogBudget(),
      growth: new Growth(),
      ended: false,
    });
    this.opened.tell();
  }

  /** Stores the entries of a log as they come, those so far included: its execution takes longer. */
  store(executionId: string): void {
    const log = this.live.get(executionId);
    if (!log || log.writer) return;
    const { ownerId } = log;
    log.writer = new LogWriter(
      (entries) => this.parts.store.append(ownerId, executionId, entries),
      this.parts,
    );
    for (const event of log.events) log.writer.add({ position: event.position, item: event });
  }

  /** The events of a log of this process; the list that grows, not a copy. */
  eventsOf(executionId: string): readonly ExecutionEvent[] {
    return this.live.get(executionId)?.events ?? [];
  }

  /** Lets go of a log that is over and stored, or not to be stored. */
  release(executionId: string): void {
    this.forget(executionId);
    this.live.delete(executionId);
  }

  /**
   * Appends an interim end to the log of an execution whose process is gone, so that its viewers see an end. The true end replaces it.
   */
  async appendInterim(ownerId: string, executionId: string): Promise<void> {
    const last = (await readStored(this.parts.store, ownerId, executionId)).at(-1);
    if (last && isExecutionEnd(last)) return;
    const event = interruptedEvent(executionId, (last?.position ?? 0) + 1);
    await this.parts.store.append(ownerId, executionId, [{ position: event.position, item: event }]);
  }

  /** Appends an event. Returns at once: viewers get it now, the store as soon as it can. */
  append(given: ExecutionEvent): void {
    const log = this.live.get(given.executionId);
    if (!log || log.ended) return;
    const event = log.budget.fit(given);
    log.events.push(event);
    log.writer?.add({ position: event.position, item: event });
    log.ended = isExecutionEnd(event);
    log.growth.tell();
    if (log.ended) this.forgetLater(event.executionId, log.budget.used);
  }

  /** Resolves once everything appended so far is stored, or given up on. */
  async flush(executionId: string): Promise<void> {
    await this.live.get(executionId)?.writer?.flush();
  }

  /** Bytes of JSON that a log of this process has, about; 0 for another. */
  sizeOf(executionId: string): number {
    return this.live.get(executionId)?.budget.used ?? 0;
  }

  async may({ owners }: Viewer, executionId: string): Promise<boolean> {
    const live = this.live.get(executionId);
    if (live && owners.includes(live.ownerId)) return true;
    return (await this.ownerOf(owners, executionId)) !== undefined;
  }

  /** Executions of other processes are followed through the store. */
  async *follow(
    { owners }: Viewer,
    executionId: string,
    options: FollowOptions = {},
  ): AsyncGenerator<readonly ExecutionEvent[], void> {
    const { signal, waits = false } = options;
    const isLive = () => owners.includes(this.live.get(executionId)?.ownerId ?? '');
    if (!isLive()) {
      const ownerId = await this.ownerOf(owners, executionId);
      if (ownerId !== undefined && !isLive())
        return yield* followStored({ ...this.parts, ownerId, executionId }, options);
      if (!isLive()) yield [];
      while (waits && !signal?.aborted && !isLive()) await this.opened.wait(signal);
    }
    const log = this.live.get(executionId);
    if (log && isLive()) yield* followLive(log, options);
  }

  /** Stores what is pending and lets go of everything. */
  async close(): Promise<void> {
    clearInterval(this.pruning);
    await Promise.all([...this.live.values()].map(({ writer }) => writer?.flush()));
    this.live.clear();
  }

  private async ownerOf(owners: readonly string[], executionId: string): Promise<string | undefined> {
    for (const ownerId of owners)
      if ((await this.parts.statusOf(ownerId, executionId)) !== null) return ownerId;
    return undefined;
  }

  private forget(executionId: string): void {
    const ended = this.ended.get(executionId);
    if (ended === undefined) return;
    this.ended.delete(executionId);
    this.endedBytes -= ended.size;
    const log = this.live.get(executionId);
    // An event that could not be stored yet must stay readable here.
    if (log?.writer) void log.writer.flush().then(() => this.live.delete(executionId));
    else this.live.delete(executionId);
  }

  /** A finished log stays in memory for a while, as long as all of them together are not too large. */
  private forgetLater(executionId: string, bytes: number): void {
    const size = bytes + OVERHEAD_BYTES;
    const { keepMs = 60_000, keepBytes = KEEP_BYTES } = this.parts;
    this.ended.set(executionId, { size, until: Date.now() + keepMs });
    this.endedBytes += size;
    while (this.endedBytes > keepBytes) this.forget(this.ended.keys().next().value!);
    this.pruning ??= setInterval(() => this.prune(), Math.max(10, Math.min(1_000, keepMs / 2)));
    this.pruning.unref?.();
  }

  private prune(): void {
    const now = Date.now();
    for (const [executionId, { until }] of this.ended) {
      if (until > now) break;
      this.forget(executionId);
    }
    if (this.ended.size > 0) return;
    clearInterval(this.pruning);
    this.pruning = undefined;
  }
}

/** Memory that finished logs may take together; objects take more than their JSON. */
const KEEP_BYTES = 16 * 1024 * 1024;
const OVERHEAD_BYTES = 2_048;

async function* followLive(
  log: LiveLog,
  { after = 0, signal }: FollowOptions,
): AsyncGenerator<readonly ExecutionEvent[], void> {
  let next = after;
  for (let isFirst = true; !signal?.aborted; isFirst = false) {
    if (isFirst || next < log.events.length) {
      const events = log.events.slice(next);
      next = Math.max(next, log.events.length);
      yield events;
    } else if (log.ended) return;
    else await log.growth.wait(signal);
  }
}
