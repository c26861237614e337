/** @module A query: its plan, and its documents in order. */
import type { Collation } from '../language/collation.ts';
import { stringOrder } from '../language/collation.ts';
import { compareValues } from '../language/compare.ts';
import { toPlain } from '../language/documents.ts';
import { type Document, keysOf } from '../language/fields.ts';
import { compileFilter, type Filter } from '../language/filter.ts';
import { type SortField, sortFields, sortKeyValues } from '../language/sort.ts';
import { choosePlan, type Plan } from '../planner/choose-plan.ts';
import { type Examined, type Match, matchesEverything, runPlan } from '../planner/run-plan.ts';
import type { Collection } from '../storage/catalogue.ts';
import { numberOf } from '../values.ts';

/** What is asked of one collection. */
export interface QuerySpec {
  filter: Document;
  /** Empty for any order. */
  sort?: Document;
  skip?: number;
  /** 0 or undefined for no limit. */
  limit?: number;
  collation: Collation | null;
  variables?: Document | undefined;
  deadline: number | null;
}

/** A query that is ready to run. */
export interface Query {
  collection: Collection;
  spec: QuerySpec;
  plan: Plan;
  /** Null when everything matches. */
  filter: Filter | null;
  /** Sorting that the plan does not do. */
  sortFields: SortField[];
  scanOrder: 'ascending' | 'descending';
}

/** Compiles a query and chooses its plan. @throws CommandError for a malformed filter or sort */
export function prepareQuery(collection: Collection, spec: QuerySpec): Query {
  const sort = spec.sort ?? {};
  const wantedSort = sortFields(sort);
  const natural = numberOf(sort.$natural);
  const compiled = compileFilter(spec.filter, {
    collation: spec.collation ?? undefined,
    variables: spec.variables,
  });
  const wanted = { filter: spec.filter, collation: spec.collation, sort: wantedSort };
  const plan: Plan = natural === undefined ? choosePlan(collection, wanted) : { kind: 'scan' };
  return {
    collection,
    spec,
    plan,
    filter: matchesEverything(spec.filter) ? null : compiled,
    sortFields: plan.kind === 'index' && plan.sorted ? [] : wantedSort,
    scanOrder: natural === -1 ? 'descending' : 'ascending',
  };
}

/** The documents of a query, in order, after skip and limit; lazily where nothing has to be sorted. */
export function* runQuery(query: Query, examined?: Examined): Generator<Match> {
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
export function firstOf(query: Query): Match | undefined {
  for (const match of runQuery(query)) return match;
  return undefined;
}

/** A document's value, decoded once. */
export function documentOf(match: Match): Document {
  match.document ??= toPlain(match.bytes);
  return match.document;
}

function matches(
  { collection, plan, filter, spec, scanOrder }: Query,
  examined?: Examined,
): Generator<Match> {
  return runPlan(collection, plan, filter, {
    deadline: spec.deadline,
    scanOrder,
    ...(examined && { examined }),
  });
}

interface SortRow {
  match: Match;
  values: unknown[];
}

/** When only the first few are wanted, no more than some multiple of them is ever held. */
const SLACK = 1000;

function sorted(query: Query, wanted: number, examined?: Examined): Match[] {
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
  let rows: SortRow[] = [];
  for (const match of matches(query, examined)) {
    const values = sortKeyValues(documentOf(match), spec.sort!, collation);
    rows.push({ match: { row: match.row, bytes: match.bytes }, values });
    if (rows.length > wanted * 2 + SLACK) rows = rows.sort(compare).slice(0, wanted);
  }
  return rows.sort(compare).map(({ match }) => match);
}

/** Whether two sort specifications or filters have no field. */
export const isEmpty = (document: Document | undefined) => !document || keysOf(document).length === 0;
