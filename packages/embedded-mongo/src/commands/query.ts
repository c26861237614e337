/** @module A query: its plan, and its documents in order. */
import { pickFields } from '../bson/pick.ts';
import type { Collation } from '../language/collation.ts';
import { stringOrder } from '../language/collation.ts';
import { compareValues } from '../language/compare.ts';
import { toPlain } from '../language/documents.ts';
import { type Document, keysOf } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import { type SortField, sortFields, sortKeyValues } from '../language/sort.ts';
import { StageMemory } from '../memory.ts';
import { isTurnOver, PAUSE, type Paced, sortPaced, type Task } from '../pace.ts';
import { choosePlan, type HintedIndex, type Plan } from '../planner/choose-plan.ts';
import { filterFields } from '../planner/filter-fields.ts';
import {
  collectionDropped,
  type Examined,
  type Matcher,
  matchesEverything,
  runPlan,
} from '../planner/run-plan.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { StoredRow } from '../storage/collection-store.ts';
import { numberOf } from '../values.ts';

/** What is asked of one collection. */
export interface QuerySpec {
  filter: Document;
  /** Empty for any order. */
  sort?: Document;
  skip?: number;
  /** 0 or undefined for no limit. */
  limit?: number;
  /** A hint at natural order: no index, and this direction. */
  natural?: number | undefined;
  /** The index that a hint names. */
  hint?: HintedIndex | undefined;
  collation: Collation | null;
  variables?: Document | undefined;
}

/** A query that is ready to run. */
export interface Query {
  collection: Collection;
  spec: QuerySpec;
  plan: Plan;
  /** Null when everything matches. */
  matcher: Matcher | null;
  /** Sorting that the plan does not do. */
  sortFields: SortField[];
  scanOrder: 'ascending' | 'descending';
}

/** Compiles a query and chooses its plan. @throws CommandError for a malformed filter or sort */
export function prepareQuery(collection: Collection, spec: QuerySpec): Query {
  const sort = spec.sort ?? {};
  const compiled = compileFilter(spec.filter, {
    collation: spec.collation ?? undefined,
    variables: spec.variables,
  });
  const wantedSort = sortFields(sort);
  const natural = numberOf(sort.$natural) ?? spec.natural;
  const wanted = { filter: spec.filter, collation: spec.collation, sort: wantedSort, hint: spec.hint };
  const plan: Plan = natural === undefined ? choosePlan(collection, wanted) : { kind: 'scan' };
  return {
    collection,
    spec,
    plan,
    matcher: matchesEverything(spec.filter) ? null : { filter: compiled, fields: filterFields(spec.filter) },
    sortFields: plan.kind === 'index' && plan.sorted ? [] : wantedSort,
    scanOrder: natural === -1 ? 'descending' : 'ascending',
  };
}

/** The documents of a query, in order, after skip and limit; lazily where nothing has to be sorted. */
export function* runQuery(query: Query, examined?: Examined): Generator<Paced<StoredRow>> {
  const { skip = 0, limit = 0 } = query.spec;
  const end = limit === 0 ? Number.POSITIVE_INFINITY : skip + limit;
  const source = query.sortFields.length > 0 ? sorted(query, end, examined) : matches(query, examined);
  let at = 0;
  for (const match of source) {
    if (match === PAUSE) {
      yield PAUSE;
      continue;
    }
    if (at++ < skip) continue;
    yield match;
    if (at >= end) return;
  }
}

/** The rows of a query's documents, each once. */
export function* findRows(query: Query): Task<Set<number>> {
  const rows = new Set<number>();
  for (const match of runQuery(query)) {
    if (match === PAUSE) yield PAUSE;
    else rows.add(match.row);
  }
  return rows;
}

/** Others may write while a query is at work; it starts anew so often before it takes what it has found. */
const MAX_ROUNDS = 10;

/**
 * The first document of a query for a write, or undefined. It is as it is stored now; and when none is found, none
 * matched at one and the same moment, as long as others leave the time for that.
 */
export function* firstForWrite(query: Query): Task<StoredRow | undefined> {
  const { store } = query.collection;
  for (let round = 1; ; round++) {
    const { version } = store;
    const match = yield* firstOf(query);
    if (store.version === version) return match;
    if (round === MAX_ROUNDS) return match && currentMatch(query, match.row);
  }
}

function* firstOf(query: Query): Task<StoredRow | undefined> {
  for (const match of runQuery(query)) {
    if (match !== PAUSE) return match;
    yield PAUSE;
  }
  return undefined;
}

/** The document in a row as it is stored now; undefined when it is gone or does not match any more. */
export function currentMatch({ collection, matcher }: Query, row: number): StoredRow | undefined {
  if (collection.store.dropped) throw collectionDropped(collection);
  const stored = collection.store.findByRow(row);
  return stored && (!matcher || matcher.filter.matches(toPlain(stored.bytes))) ? stored : undefined;
}

function matches({ collection, plan, matcher, scanOrder }: Query, examined?: Examined) {
  return runPlan(collection, plan, matcher, { scanOrder, ...(examined && { examined }) });
}

interface SortRow {
  match: StoredRow;
  values: unknown[];
}

/** When only the first few are wanted, no more than some multiple of them is ever held. */
const SLACK = 1000;
/** What a row of a sort takes beside its document. */
const SORT_ROW_BYTES = 200;

function* sorted(query: Query, wanted: number, examined?: Examined): Generator<Paced<StoredRow>> {
  const { sortFields: fields, spec } = query;
  const collation = spec.collation ? { collation: spec.collation } : {};
  const strings = stringOrder(spec.collation ?? undefined);
  const compare = (a: SortRow, b: SortRow) => {
    for (let at = 0; at < fields.length; at++) {
      const order = compareValues(a.values[at], b.values[at], strings);
      if (order !== 0) return order * fields[at]!.direction;
    }
    return 0;
  };
  const read = pickFields(new Set(fields.map(({ path }) => path.split('.', 1)[0]!)));
  const memory = new StageMemory('Sort');
  let rows: SortRow[] = [];
  for (const match of matches(query, examined)) {
    if (match === PAUSE) {
      yield PAUSE;
      continue;
    }
    rows.push({ match, values: sortKeyValues(read(match.bytes), spec.sort!, collation) });
    memory.hold(match.bytes.length + SORT_ROW_BYTES);
    if (rows.length <= wanted * 2 + SLACK) continue;
    rows = yield* sortPaced(rows, compare);
    for (const { match: cut } of rows.splice(wanted)) memory.release(cut.bytes.length + SORT_ROW_BYTES);
  }
  rows = yield* sortPaced(rows, compare);
  const inOrder: (StoredRow | undefined)[] = rows.map(({ match }) => match);
  rows = [];
  for (let at = 0; at < inOrder.length; at++) {
    yield inOrder[at]!;
    // What a cursor has handed out it does not hold any more.
    inOrder[at] = undefined;
    if (isTurnOver()) yield PAUSE;
  }
}

/** Whether two sort specifications or filters have no field. */
export const isEmpty = (document: Document | undefined) => !document || keysOf(document).length === 0;
