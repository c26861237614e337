/** @module Follows the stored log of an execution that another process runs, or that is over. */

import { type ExecutionEvent, type FollowOptions, isExecutionEnd } from '@orchestrix/engine';
import type { ExecutionLogStore } from '../ports.ts';
import { interruptedEvent } from './interrupted.ts';
import { readStored } from './read-stored.ts';

/** What {@link followStored} reads from. */
export interface StoredLogParts {
  store: ExecutionLogStore;
  statusOf(ownerId: string, executionId: string): Promise<string | null>;
  pollMs?: number;
  ownerId: string;
  executionId: string;
}

/** Yields stored events in order, looking again and again until the last one came or nothing runs any more. */
export async function* followStored(
  parts: StoredLogParts,
  { after = 0, signal }: FollowOptions,
): AsyncGenerator<readonly ExecutionEvent[], void> {
  const { store, ownerId, executionId, pollMs = 250 } = parts;
  let last = after;
  for (let isFirst = true; !signal?.aborted; isFirst = false) {
    // Asked before reading: what was written until the end is then read after it.
    const status = await parts.statusOf(ownerId, executionId);
    const events = await readStored(store, ownerId, executionId, last);
    last = events.at(-1)?.position ?? last;
    if (isFirst || events.length > 0) yield events;
    const end = events.at(-1);
    if (end && isExecutionEnd(end)) return;
    // Marked a moment ago, and its interim end is not stored yet.
    if (status === 'interrupted') yield [interruptedEvent(executionId, last + 1)];
    if (status !== 'running') return;
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
