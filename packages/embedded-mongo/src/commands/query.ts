/** @module A query: its plan, and its documents in order. */
import { pickFields } from '../bson/pick.ts';
import type { Collation } from '../language/collation.ts';
import { stringOrder } from '../language/collation.ts';
import { compareValues } from '../language/compare.ts';
import { type Document, keysOf } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import { type SortField, sortFields, sortKeyValues } from '../language/sort.ts';
import { choosePlan, type Plan } from '../planner/choose-plan.ts';
import type { Deadline } from '../planner/deadline.ts';
import { filterFields } from '../planner/filter-fields.ts';
import { type Examined, type Matcher, matchesEverything, runPlan } from '../planner/run-plan.ts';
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
  collation: Collation | null;
  variables?: Document | undefined;
  deadline: Deadline;
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
  const wanted = { filter: spec.filter, collation: spec.collation, sort: wantedSort };
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
export function* runQuery(query: Query, examined?: Examined): Generator<StoredRow> {
  const { skip = 0, limit = 0 } = query.spec;
  const end = limit === 0 ? Number.POSITIVE_INFINITY : skip + limit;
  const source = query.sortFields.length > 0 ? sorted(query, end, examined) : matches(query, examined);
  let at = 0;
  for (const match of source) {
    if (at++ < skip) continue;
    yield match;
    if (at >= end) return;
  }
}

/** The first document of a query, or undefined. */
export function firstOf(query: Query): StoredRow | undefined {
  for (const match of runQuery(query)) return match;
  return undefined;
}

function matches(
  { collection, plan, matcher, spec, scanOrder }: Query,
  examined?: Examined,
): Generator<StoredRow> {
  return runPlan(collection, plan, matcher, {
    deadline: spec.deadline,
    scanOrder,
    ...(examined && { examined }),
  });
}

interface SortRow {
  match: StoredRow;
  values: unknown[];
}

/** When only the first few are wanted, no more than some multiple of them is ever held. */
const SLACK = 1000;

function sorted(query: Query, wanted: number, examined?: Examined): StoredRow[] {
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
  let rows: SortRow[] = [];
  for (const match of matches(query, examined)) {
    rows.push({ match, values: sortKeyValues(read(match.bytes), spec.sort!, collation) });
    if (rows.length > wanted * 2 + SLACK) rows = rows.sort(compare).slice(0, wanted);
  }
  return rows.sort(compare).map(({ match }) => match);
}

/** Whether two sort specifications or filters have no field. */
export const isEmpty = (document: Document | undefined) => !document || keysOf(document).length === 0;
