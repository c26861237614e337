/** @module Removes documents whose time has passed, as TTL indexes say. */

import { RANK } from '../language/compare.ts';
import { toPlain } from '../language/documents.ts';
import { indexValues } from '../language/paths.ts';
import { isTurnOver, PAUSE, type Task } from '../pace.ts';
import type { Catalogue, Collection } from './catalogue.ts';
import { encodeIndexKey } from './index-keys.ts';
import type { IndexStore } from './index-store.ts';
import type { KeyRange } from './read-keys.ts';

/**
 * Removes every document whose date in a TTL index lies far enough back.
 * @param now milliseconds since 1970
 * @returns how many were removed
 */
export function* removeExpired(catalogue: Catalogue, now: number): Task<number> {
  let removed = 0;
  for (const database of catalogue.databaseNames()) {
    for (const collection of catalogue.collections(database)) {
      for (const index of collection.store.readyIndexes) removed += yield* removeBy(collection, index, now);
    }
  }
  return removed;
}

function* removeBy({ store }: Collection, index: IndexStore, now: number): Task<number> {
  const { expireAfterSeconds, fields } = index.spec;
  const [field] = fields;
  if (expireAfterSeconds === null || !field) return 0;
  const limit = new Date(now - expireAfterSeconds * 1000);
  let removed = 0;
  for (const row of index.rows(datesUntil(limit, field.direction), 'ascending')) {
    const stored = store.findByRow(row);
    if (!stored || !hasExpired(indexValues(toPlain(stored.bytes), field.path), limit)) continue;
    store.remove(stored);
    removed++;
    if (!isTurnOver(32)) continue;
    yield PAUSE;
    if (store.dropped || !store.indexes.includes(index)) break;
  }
  return removed;
}

/** The smallest date of an array counts; a document without a date never expires. */
function hasExpired(values: readonly unknown[], limit: Date): boolean {
  return values.some((value) => value instanceof Date && value.getTime() <= limit.getTime());
}

function datesUntil(limit: Date, direction: 1 | -1): KeyRange {
  const key = encodeIndexKey([limit], [direction], null);
  const next = Uint8Array.of(...key, 0);
  if (direction === 1) return { from: Uint8Array.of(RANK.date), to: next };
  return { from: key, to: Uint8Array.of(255 - RANK.date + 1) };
}
