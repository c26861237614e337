/** @module Turns what a filter demands of an index's fields into ranges of its keys. */
import type { Collation } from '../language/collation.ts';
import { rankOf } from '../language/compare.ts';
import { encodeIndexKey } from '../storage/index-keys.ts';
import type { IndexField } from '../storage/index-spec.ts';
import type { KeyRange } from '../storage/read-keys.ts';
import type { FieldPredicate, Predicates } from './predicates.ts';

/** Which fields of an index a filter binds, and how. */
export interface IndexBinding {
  /** Predicates of the leading fields that are bound to points. */
  points: FieldPredicate[];
  /** A range on the field after them. */
  range: FieldPredicate | null;
}

/** More combinations of points than these are not worth their own ranges; fewer fields are bound then. */
const MAX_RANGES = 2000;

/**
 * Binds the index's leading fields: points as far as they go, then one range.
 * @param multikey one field at most is bound, as two conditions may hold for different elements of an array
 */
export function bindIndex(
  fields: readonly IndexField[],
  predicates: Predicates,
  multikey: boolean,
): IndexBinding {
  const points: FieldPredicate[] = [];
  let combinations = 1;
  for (const { path } of fields) {
    const predicate = predicates.get(path);
    const count = predicate?.points?.length;
    if (!predicate || count === undefined || combinations * count > MAX_RANGES) break;
    combinations *= Math.max(count, 1);
    points.push(predicate);
    if (multikey) return { points, range: null };
  }
  const next = fields[points.length];
  const candidate = next && predicates.get(next.path);
  const range = candidate && (candidate.lower || candidate.upper) ? candidate : null;
  return { points, range: range && multikey ? oneSided(range) : range };
}

/** The ranges of keys of a binding: disjoint, in the order of keys. */
export function keyRanges(
  fields: readonly IndexField[],
  { points, range }: IndexBinding,
  collation: Collation | null,
): KeyRange[] {
  let prefixes: Uint8Array[] = [new Uint8Array(0)];
  points.forEach((predicate, at) => {
    const direction = fields[at]!.direction;
    const keys = predicate.points!.map((value) => encodeIndexKey([value], [direction], collation));
    prefixes = prefixes.flatMap((prefix) => keys.map((key) => join(prefix, key)));
  });
  const sorted = prefixes
    .sort(Buffer.compare)
    .filter((key, at, all) => at === 0 || Buffer.compare(key, all[at - 1]!) !== 0);
  if (!range) return sorted.map((prefix) => ({ from: prefix, to: successor(prefix) }));
  const span = rangeSpan(range, fields[points.length]!.direction);
  if (!span) return [];
  return sorted.map((prefix) => ({ from: join(prefix, span.from), to: join(prefix, span.to) }));
}

/** The first key after all keys that start with a prefix; null when there is none. */
export function successor(prefix: Uint8Array): Uint8Array | null {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 255) end--;
  if (end === 0) return null;
  const next = prefix.slice(0, end);
  next[end - 1]!++;
  return next;
}

/**
 * The keys between two bounds, never fewer than match: a bound that excludes its value may include it here, as
 * candidates are checked again. Values of other types than the bounds' are outside.
 */
function rangeSpan(
  { lower, upper }: FieldPredicate,
  direction: 1 | -1,
): { from: Uint8Array; to: Uint8Array } | null {
  const rank = rankOf((lower ?? upper)!.value);
  if (lower && upper && rankOf(upper.value) !== rank) return null;
  const from = lower ? encodeIndexKey([lower.value], [1], null) : Uint8Array.of(rank);
  const to = upper ? upperEnd(upper.value, upper.inclusive) : Uint8Array.of(rank + 1);
  if (direction === 1) return { from, to };
  return { from: inverted(to), to: successor(inverted(from)) ?? Uint8Array.of(255, 255) };
}

function upperEnd(value: unknown, inclusive: boolean): Uint8Array {
  const key = encodeIndexKey([value], [1], null);
  return inclusive ? (successor(key) ?? key) : key;
}

function oneSided(range: FieldPredicate): FieldPredicate {
  if (!range.lower || !range.upper) return range;
  return { lower: range.lower, conditions: range.conditions };
}

function join(prefix: Uint8Array, key: Uint8Array): Uint8Array {
  if (prefix.length === 0) return key;
  const joined = new Uint8Array(prefix.length + key.length);
  joined.set(prefix);
  joined.set(key, prefix.length);
  return joined;
}

const inverted = (key: Uint8Array) => key.map((byte) => 255 - byte);
