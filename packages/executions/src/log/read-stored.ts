/** @module Reads stored logs. */
import type { ExecutionEvent } from '@orchestrix/engine';
import type { ExecutionLogStore } from '../ports.ts';
import { readStoredEvent } from './former-items.ts';

/** How many events one read brings. */
const PAGE = 5_000;

/** All stored events of an execution after a position, ascending. */
export async function readStored(
  store: ExecutionLogStore,
  ownerId: string,
  executionId: string,
  after = 0,
): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  for (let last = after; ; ) {
    const page = await store.list(ownerId, executionId, { after: last, limit: PAGE });
    for (const { item } of page) events.push(readStoredEvent(item));
    if (page.length < PAGE) return events;
    last = page.at(-1)!.position;
  }
}
