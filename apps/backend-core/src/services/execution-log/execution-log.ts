/** @module The append-only logs of executions: live ones in memory, all of them in the store, every viewer the same entries. */
import type { ExecutionEvent, StepNote } from '@orchestrix/engine';
import type { Logger } from '../../utils/logger.ts';
import { type FollowOptions, followStored } from './follow-stored.ts';
import { LogBudget } from './log-budget.ts';
import { interruptedItem, isTerminal, itemOf, itemOfNote, type LogItem } from './log-item.ts';
import { LogWriter } from './log-writer.ts';

/** Where logs are kept. Entries of one execution are identified by their position; storing one again changes nothing. */
export interface LogStore {
  append(ownerId: string, executionId: string, entries: { position: number; item: LogItem }[]): Promise<void>;
  /** Ascending by position. */
  list(ownerId: string, executionId: string, options: { after?: number; limit?: number }): Promise<LogItem[]>;
}

/** What {@link ExecutionLogs} is built from. */
export interface ExecutionLogsParts {
  store: LogStore;
  logger: Logger;
  /** Whether an execution still runs in some process; asked while its stored log is followed. */
  isRunning(ownerId: string, executionId: string): Promise<boolean>;
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
  items: LogItem[];
  /** Writes the entries one by one; `null` as long as the whole log may be stored at once. */
  writer: LogWriter | null;
  budget: LogBudget;
  listeners: Set<(item: LogItem) => void>;
  ended: boolean;
}

/** All execution logs this process can show. */
export class ExecutionLogs {
  private readonly live = new Map<string, LiveLog>();
  private readonly everyItem = new Set<(item: LogItem, ownerId: string) => void>();
  private pruning: ReturnType<typeof setInterval> | undefined;
  /** Ended logs that are still in memory, oldest first, with their bytes. */
  private readonly ended = new Map<string, { size: number; until: number }>();
  private endedBytes = 0;
  private lastTimestamp = 0;

  constructor(private readonly parts: ExecutionLogsParts) {}

  /** Starts the log of an execution of this process. */
  open(ownerId: string, executionId: string): void {
    this.live.set(executionId, {
      ownerId,
      items: [],
      writer: null,
      budget: new LogBudget(),
      listeners: new Set(),
      ended: false,
    });
  }

  /** Stores the entries of a log as they come, those so far included: its execution takes longer. */
  store(executionId: string): void {
    const log = this.live.get(executionId);
    if (!log || log.writer) return;
    const { ownerId } = log;
    log.writer = new LogWriter(
      (entries) => this.parts.store.append(ownerId, executionId, entries),
      this.parts.logger,
    );
    for (const item of log.items) log.writer.add({ position: item.position, item });
  }

  /** The entries of a log of this process; the list that grows, not a copy. */
  itemsOf(executionId: string): readonly LogItem[] {
    return this.live.get(executionId)?.items ?? [];
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
    const items = await this.parts.store.list(ownerId, executionId, {});
    const last = items.at(-1);
    if (last && isTerminal(last)) return;
    const item = interruptedItem(executionId, (last?.position ?? 0) + 1, (last?.seq ?? 0) + 1, Date.now());
    await this.parts.store.append(ownerId, executionId, [{ position: item.position, item }]);
  }

  /** Appends an event of the engine. Returns at once: viewers get the entry now, the store as soon as it can. */
  append(event: ExecutionEvent): void {
    this.add(event.executionId, (position, timestamp) => itemOf(event, position, timestamp));
  }

  /** Appends what happens inside a step. */
  appendNote(note: StepNote): void {
    this.add(note.executionId, (position, timestamp) => itemOfNote(note, position, timestamp));
  }

  /** Resolves once everything appended so far is stored, or given up on. */
  async flush(executionId: string): Promise<void> {
    await this.live.get(executionId)?.writer?.flush();
  }

  /** Bytes of JSON that a log of this process has, about; 0 for another. */
  sizeOf(executionId: string): number {
    return this.live.get(executionId)?.budget.used ?? 0;
  }

  /** The entries of a log that is in this process, or `null`; for viewers that must not miss what comes in the same moment. */
  liveItems(ownerId: string, executionId: string, after = 0): { items: LogItem[]; ended: boolean } | null {
    const log = this.live.get(executionId);
    if (!log || log.ownerId !== ownerId) return null;
    return { items: after > 0 ? log.items.slice(after) : log.items.slice(), ended: log.ended };
  }

  /** All entries so far, ascending; `[]` for an execution that is unknown to this owner. */
  async list(ownerId: string, executionId: string): Promise<LogItem[]> {
    return this.liveItems(ownerId, executionId)?.items ?? this.parts.store.list(ownerId, executionId, {});
  }

  /** Calls `listener` for every entry that this process appends. @returns takes it back */
  onItem(listener: (item: LogItem, ownerId: string) => void): () => void {
    this.everyItem.add(listener);
    return () => this.everyItem.delete(listener);
  }

  /**
   * The entries after a position, then those to come, until the log ends or the signal is aborted. Executions of other
   * processes are followed through the store.
   */
  async *follow(ownerId: string, executionId: string, options: FollowOptions): AsyncGenerator<LogItem> {
    const log = this.live.get(executionId);
    if (log && log.ownerId === ownerId) yield* followLive(log, options);
    else yield* followStored({ ...this.parts, ownerId, executionId }, options);
  }

  /** Stores what is pending and lets go of everything. */
  async close(): Promise<void> {
    clearInterval(this.pruning);
    await Promise.all([...this.live.values()].map(({ writer }) => writer?.flush()));
    this.live.clear();
  }

  private add(executionId: string, make: (position: number, timestamp: number) => LogItem): void {
    const log = this.live.get(executionId);
    if (!log || log.ended) return;
    // One clock for the whole process, so that entries of one log never run backwards.
    this.lastTimestamp = Math.max(this.lastTimestamp, Date.now());
    const item = log.budget.fit(make(log.items.length + 1, this.lastTimestamp));
    log.items.push(item);
    log.writer?.add({ position: item.position, item });
    log.ended = isTerminal(item);
    for (const listener of log.listeners) listener(item);
    for (const listener of this.everyItem) listener(item, log.ownerId);
    if (log.ended) this.forgetLater(executionId, log.budget.used);
  }

  private forget(executionId: string): void {
    const ended = this.ended.get(executionId);
    if (ended === undefined) return;
    this.ended.delete(executionId);
    this.endedBytes -= ended.size;
    const log = this.live.get(executionId);
    // An entry that could not be stored yet must stay readable here.
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

async function* followLive(log: LiveLog, { after = 0, signal }: FollowOptions): AsyncGenerator<LogItem> {
  let next = after;
  let wake = () => {};
  const onItem = () => wake();
  log.listeners.add(onItem);
  signal?.addEventListener('abort', onItem);
  try {
    while (!signal?.aborted) {
      const item = log.items[next];
      if (item) {
        next++;
        yield item;
      } else {
        if (log.ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    log.listeners.delete(onItem);
    signal?.removeEventListener('abort', onItem);
  }
}
