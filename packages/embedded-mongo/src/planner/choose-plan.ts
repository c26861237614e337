/** @module Chooses how a filter's candidates are found: through an index, or by reading the whole collection. */
import { type Collation, isSimpleCollation } from '../language/collation.ts';
import { RANK, rankOf } from '../language/compare.ts';
import { toBytes } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import type { SortField } from '../language/sort.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import type { IndexStore } from '../storage/index-store.ts';
import type { KeyRange } from '../storage/read-keys.ts';
import { impliesPartialFilter } from './implies.ts';
import { bindIndex, type IndexBinding, keyRanges } from './key-ranges.ts';
import { type FieldPredicate, type Predicates, predicatesOf } from './predicates.ts';

/** What is looked for. */
export interface Wanted {
  filter: Document;
  /** The collation that applies, the collection's default included; null for the order of bytes. */
  collation: Collation | null;
  /** The sort in fields; empty when any order will do. */
  sort: readonly SortField[];
  /** The index to use, whether it serves well or not. */
  hint?: HintedIndex | undefined;
}

/** An index that a client names. */
export interface HintedIndex {
  /** Null for the index of `_id`. */
  index: IndexStore | null;
  spec: IndexSpec;
}

/** How candidates are found. */
export type Plan =
  | { kind: 'nothing' }
  | { kind: 'scan' }
  /** One key of the `_id` index; `exact` when the key says all that the filter does. */
  | { kind: 'id'; key: Uint8Array; exact: boolean }
  | IndexPlan;

/** Candidates from an index. */
export interface IndexPlan {
  kind: 'index';
  /** The index; null for that of `_id`. */
  index: IndexStore | null;
  spec: IndexSpec;
  ranges: KeyRange[];
  order: 'ascending' | 'descending';
  /** Rows come in the order of the sort. */
  sorted: boolean;
  binding: IndexBinding;
}

/** Chooses the plan for a collection. */
export function choosePlan(collection: Collection, wanted: Wanted): Plan {
  const predicates = predicatesOf(wanted.filter);
  if ([...predicates.values()].some(({ points }) => points?.length === 0)) return { kind: 'nothing' };
  if (wanted.hint) return indexPlan(wanted.hint, wanted, predicates);
  const byId = planById(collection, wanted, predicates);
  if (byId) return byId;
  let best: { plan: IndexPlan; score: number } | null = null;
  const candidates: HintedIndex[] = [{ index: null, spec: collection.store.idIndex }];
  for (const index of collection.store.readyIndexes) candidates.push({ index, spec: index.spec });
  for (const candidate of candidates) {
    const rated = rate(candidate, wanted, predicates);
    if (rated && (!best || rated.score > best.score)) best = rated;
  }
  return best ? best.plan : { kind: 'scan' };
}

function planById(collection: Collection, wanted: Wanted, predicates: Predicates): Plan | null {
  const predicate = predicates.get('_id');
  if (
    predicate?.points?.length !== 1 ||
    !collationFits(collection.store.idIndex, wanted.collation, predicate)
  )
    return null;
  const exact =
    predicates.size === 1 && Object.keys(wanted.filter).length === 1 && isPlainEquality(predicate);
  return {
    kind: 'id',
    key: collection.store.idKey(predicate.points[0]),
    exact: exact && '_id' in wanted.filter,
  };
}

/** `{_id: value}` with nothing else said about it. A key under a collation may stand for different strings. */
function isPlainEquality(predicate: FieldPredicate): boolean {
  const [condition, ...others] = predicate.conditions;
  const rank = rankOf(condition);
  return others.length === 0 && (rank === RANK.objectId || rank === RANK.string || rank === RANK.number);
}

function rate(
  candidate: HintedIndex,
  wanted: Wanted,
  predicates: Predicates,
): { plan: IndexPlan; score: number } | null {
  const { spec } = candidate;
  if (spec.hidden || !coversMatches(spec, predicates, wanted.collation)) return null;
  const plan = indexPlan(candidate, wanted, predicates);
  const score = scoreOf(spec, plan.binding, plan.sorted);
  return score === 0 ? null : { plan, score };
}

/** The plan that an index gives, at the worst all of its keys. */
function indexPlan({ index, spec }: HintedIndex, wanted: Wanted, predicates: Predicates): IndexPlan {
  const multikey = index?.multikey ?? false;
  const usable = new Map(
    [...predicates].filter(([, predicate]) => collationFits(spec, wanted.collation, predicate)),
  );
  const binding = bindIndex(spec.fields, usable, multikey);
  if (spec.collation) binding.range = null;
  const order = multikey ? null : sortOrder(spec, binding, wanted);
  const ranges = keyRanges(spec.fields, binding, spec.collation);
  return {
    kind: 'index',
    index,
    spec,
    ranges,
    order: order ?? 'ascending',
    sorted: order !== null,
    binding,
  };
}

/** Points say most, a range less, an order alone least. */
function scoreOf(spec: IndexSpec, { points, range }: IndexBinding, sorted: boolean): number {
  const unique = spec.unique && points.length === spec.fields.length;
  return (
    (unique ? 1000 : 0) +
    points.length * 20 +
    (range?.lower ? 5 : 0) +
    (range?.upper ? 5 : 0) +
    (sorted ? 3 : 0)
  );
}

/** Whether every document that matches is in the index. A partial index compares by its own collation only. */
function coversMatches(spec: IndexSpec, predicates: Predicates, collation: Collation | null): boolean {
  if (spec.partialFilter) {
    return sameCollation(spec.collation, collation) && impliesPartialFilter(predicates, spec);
  }
  return !spec.sparse || spec.fields.some(({ path }) => demandsPresence(predicates.get(path)));
}

/** Whether a predicate holds only for fields that are there. */
export function demandsPresence(predicate: FieldPredicate | undefined): boolean {
  if (!predicate) return false;
  if (predicate.lower || predicate.upper) return true;
  return predicate.points?.every((value) => rankOf(value) !== RANK.null) ?? false;
}

function collationFits(spec: IndexSpec, collation: Collation | null, predicate: FieldPredicate): boolean {
  if (sameCollation(spec.collation, collation)) return true;
  const values = [...(predicate.points ?? []), predicate.lower?.value, predicate.upper?.value];
  return values.every((value) => value === undefined || !mayHoldStrings(value));
}

function sameCollation(a: Collation | null, b: Collation | null): boolean {
  const bytes = (collation: Collation | null) =>
    toBytes({ collation: collation && !isSimpleCollation(collation) ? collation : null });
  return a === b || Buffer.compare(bytes(a), bytes(b)) === 0;
}

function mayHoldStrings(value: unknown): boolean {
  const rank = rankOf(value);
  return rank === RANK.string || rank === RANK.object || rank === RANK.array;
}

/** The direction in which the index gives the sort's order, or null when it does not. */
function sortOrder(
  spec: IndexSpec,
  binding: IndexBinding,
  { sort, collation }: Wanted,
): 'ascending' | 'descending' | null {
  if (sort.length === 0 || spec.collation || (collation && !isSimpleCollation(collation))) return null;
  const isFixed = (path: string) =>
    binding.points.some((predicate, at) => spec.fields[at]!.path === path && predicate.points!.length === 1);
  if (binding.points.some(({ points }) => points!.length !== 1)) return null;
  const wantedFields = sort.filter(({ path }) => !isFixed(path));
  const given = spec.fields.slice(binding.points.length);
  if (wantedFields.length > given.length) return null;
  const [first] = wantedFields;
  if (!first) return 'ascending';
  const turned = first.direction !== given[0]!.direction;
  const fits = wantedFields.every(
    ({ path, direction }, at) => given[at]!.path === path && (direction !== given[at]!.direction) === turned,
  );
  if (!fits) return null;
  return turned ? 'descending' : 'ascending';
}
