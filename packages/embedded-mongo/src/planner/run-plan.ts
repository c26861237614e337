/** @module Carries a plan out: the candidates, and those of them that match. */
import { pickFields } from '../bson/pick.ts';
import { CommandError } from '../command-error.ts';
import { toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import type { Filter } from '../language/filter.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { StoredRow } from '../storage/collection-store.ts';
import type { IndexPlan, Plan } from './choose-plan.ts';
import type { Deadline } from './deadline.ts';

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

/** What bounds a run. */
export interface RunOptions {
  deadline: Deadline;
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
  { deadline, examined, scanOrder }: RunOptions,
): Generator<StoredRow> {
  const test = plan.kind === 'id' && plan.exact ? null : filter;
  const read = test && readerOf(test.fields);
  for (const candidate of candidates(collection, plan, examined, scanOrder)) {
    if (examined) examined.documents++;
    deadline.check();
    if (!test || !read || test.filter.matches(read(candidate.bytes))) yield candidate;
  }
}

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
    if (store.dropped)
      throw new CommandError('QueryPlanKilled', `collection dropped: ${collection.namespace}`);
  }
}

function* indexed(
  collection: Collection,
  plan: IndexPlan,
  examined: Examined | undefined,
): Generator<StoredRow> {
  const seen = plan.ranges.length > 1 || plan.index?.multikey ? new Set<number>() : null;
  const ranges = plan.order === 'ascending' ? plan.ranges : [...plan.ranges].reverse();
  for (const range of ranges) {
    const rows = plan.index
      ? plan.index.rows(range, plan.order)
      : collection.store.rowsById(range.from, range.to, plan.order);
    for (const row of rows) {
      if (examined) examined.keys++;
      if (seen?.has(row)) continue;
      seen?.add(row);
      const stored = collection.store.findByRow(row);
      if (stored) yield stored;
    }
  }
}
