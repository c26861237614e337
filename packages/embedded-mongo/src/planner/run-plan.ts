/** @module Carries a plan out: the candidates, and those of them that match. */
import { pickFields } from '../bson/pick.ts';
import { CommandError } from '../command-error.ts';
import { toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import type { Filter } from '../language/filter.ts';
import { isTurnOver, PAUSE, type Paced } from '../pace.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { StoredRow } from '../storage/collection-store.ts';
import type { IndexPlan, Plan } from './choose-plan.ts';

/** A filter, and the fields it looks at; null when it may look at all of them. */
export interface Matcher {
  filter: Filter;
  fields: ReadonlySet<string> | null;
}

/** Counts what was looked at, for explain. */
export interface Examined {
  keys: number;
  documents: number;
}

/** How a plan is run. */
export interface RunOptions {
  examined?: Examined;
  /** Direction of a scan of the whole collection. */
  scanOrder?: 'ascending' | 'descending';
}

/**
 * The documents that match, lazily; it may be left standing while others write.
 * @param filter null when everything matches
 * @throws CommandError QueryPlanKilled (175) when the collection is dropped meanwhile, MaxTimeMSExpired (50)
 */
export function* runPlan(
  collection: Collection,
  plan: Plan,
  filter: Matcher | null,
  { examined, scanOrder }: RunOptions,
): Generator<Paced<StoredRow>> {
  const test = plan.kind === 'id' && plan.exact ? null : filter;
  const read = test && readerOf(test.fields);
  for (const candidate of candidates(collection, plan, examined, scanOrder)) {
    if (examined) examined.documents++;
    if (!test || !read || test.filter.matches(read(candidate.bytes))) yield candidate;
    // Paused after a candidate, never with one in hand: it might be out of date when the next turn comes.
    if (isTurnOver(2 + candidate.bytes.length / BYTES_PER_UNIT)) yield PAUSE;
  }
}

/** Bytes of a document that cost as much to look at as one value. */
const BYTES_PER_UNIT = 128;

const readerOf = (fields: Matcher['fields']) => (fields ? pickFields(fields) : toPlain);

/** Whether a plan lets every document through, so that a filter which matches everything costs nothing. */
export function matchesEverything(filter: Document): boolean {
  return Object.keys(filter).length === 0;
}

function* candidates(
  collection: Collection,
  plan: Plan,
  examined: Examined | undefined,
  scanOrder: 'ascending' | 'descending' | undefined,
): Generator<StoredRow> {
  const { store } = collection;
  if (plan.kind === 'nothing') return;
  if (plan.kind === 'id') {
    if (examined) examined.keys++;
    const found = store.findById(plan.key);
    if (found) yield found;
    return;
  }
  const source =
    plan.kind === 'scan' ? store.scan(store.wholeSpan(), scanOrder) : indexed(collection, plan, examined);
  for (const stored of source) {
    yield stored;
    if (store.dropped) throw collectionDropped(collection);
  }
}

/** The refusal of a command that was at work when its collection went. */
export function collectionDropped({ namespace }: Collection): CommandError {
  return new CommandError('QueryPlanKilled', `collection dropped: ${namespace}`);
}

function* indexed(
  collection: Collection,
  plan: IndexPlan,
  examined: Examined | undefined,
): Generator<StoredRow> {
  // A document whose key changes between two pages must not come twice.
  const seen = new Set<number>();
  const ranges = plan.order === 'ascending' ? plan.ranges : [...plan.ranges].reverse();
  for (const range of ranges) {
    const rows = plan.index
      ? plan.index.rows(range, plan.order)
      : collection.store.rowsById(range, plan.order);
    for (const row of rows) {
      if (examined) examined.keys++;
      if (seen.has(row)) continue;
      seen.add(row);
      const stored = collection.store.findByRow(row);
      if (stored) yield stored;
    }
  }
}
