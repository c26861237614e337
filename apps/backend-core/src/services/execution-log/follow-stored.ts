/** @module Follows the stored log of an execution that another process runs, or that is over. */
import type { LogStore } from './execution-log.ts';
import { isTerminal, type LogItem } from './log-item.ts';

/** From where on, and until when. */
export interface FollowOptions {
  /** Position of the last entry that the viewer has. Default: 0, from the start. */
  after?: number;
  signal?: AbortSignal;
}

/** What {@link followStored} reads from. */
export interface StoredLogParts {
  store: LogStore;
  isRunning(ownerId: string, executionId: string): Promise<boolean>;
  pollMs?: number;
  ownerId: string;
  executionId: string;
}

/** How many entries are read at once. */
const PAGE = 500;

/** Yields stored entries in order, looking again and again until the last one came or nothing runs any more. */
export async function* followStored(parts: StoredLogParts, options: FollowOptions): AsyncGenerator<LogItem> {
  const { store, ownerId, executionId, pollMs = 250 } = parts;
  const { signal } = options;
  let after = options.after ?? 0;
  while (!signal?.aborted) {
    // Asked before reading: what was written until the end is then read after it.
    const running = await parts.isRunning(ownerId, executionId);
    const items = await store.list(ownerId, executionId, { after, limit: PAGE });
    for (const item of items) {
      after = item.position;
      yield item;
      if (isTerminal(item)) return;
    }
    if (items.length === PAGE) continue;
    if (!running) return;
    await pause(pollMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
