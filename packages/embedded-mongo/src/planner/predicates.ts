/** @module What a filter demands of single fields, as far as an index can help with it. */
import { RANK, rankOf } from '../language/compare.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';

/** One end of a range of values. */
export interface Bound {
  value: unknown;
  inclusive: boolean;
}

/** What must hold for some value of a field. */
export interface FieldPredicate {
  /** The field equals one of these. */
  points?: unknown[];
  lower?: Bound;
  upper?: Bound;
  /** The conditions on this field as the filter says them. */
  conditions: unknown[];
}

/** The demands of a filter that hold all together, by path. What is not understood is left out. */
export type Predicates = Map<string, FieldPredicate>;

/** Reads the filter's own fields and those below `$and`. */
export function predicatesOf(filter: Document, predicates: Predicates = new Map()): Predicates {
  for (const key of keysOf(filter)) {
    const operand = filter[key];
    if (key === '$and' && Array.isArray(operand)) {
      for (const branch of operand) if (isDocument(branch)) predicatesOf(branch, predicates);
    } else if (!key.startsWith('$')) {
      addConditions(predicateOf(predicates, key), operand);
    }
  }
  return predicates;
}

/** Whether a value is found in an index by its key. Arrays are indexed by their elements, and a pattern is no value. */
export function isLookupValue(value: unknown): boolean {
  const rank = rankOf(value);
  return rank !== RANK.array && rank !== RANK.regex && rank !== RANK.MinKey && rank !== RANK.MaxKey;
}

function predicateOf(predicates: Predicates, path: string): FieldPredicate {
  let predicate = predicates.get(path);
  if (!predicate) {
    predicate = { conditions: [] };
    predicates.set(path, predicate);
  }
  return predicate;
}

function addConditions(predicate: FieldPredicate, operand: unknown): void {
  predicate.conditions.push(operand);
  if (!isDocument(operand) || !keysOf(operand)[0]?.startsWith('$')) {
    addPoints(predicate, [operand]);
    return;
  }
  for (const operator of keysOf(operand)) addOperator(predicate, operator, operand[operator]);
}

function addOperator(predicate: FieldPredicate, operator: string, value: unknown): void {
  if (operator === '$eq') addPoints(predicate, [value]);
  else if (operator === '$in' && Array.isArray(value)) addPoints(predicate, value);
  else if (operator === '$gt' || operator === '$gte')
    addLower(predicate, { value, inclusive: operator === '$gte' });
  else if (operator === '$lt' || operator === '$lte')
    addUpper(predicate, { value, inclusive: operator === '$lte' });
}

/** Two sets of points would have to be intersected, which arrays forbid; the first set alone is right too. */
function addPoints(predicate: FieldPredicate, points: readonly unknown[]): void {
  if (!predicate.points && points.every(isLookupValue)) predicate.points = [...points];
}

function addLower(predicate: FieldPredicate, bound: Bound): void {
  if (!predicate.lower && isRangeValue(bound.value)) predicate.lower = bound;
}

function addUpper(predicate: FieldPredicate, bound: Bound): void {
  if (!predicate.upper && isRangeValue(bound.value)) predicate.upper = bound;
}

/** Null equals fields that are not there, so a range that starts or ends at null is left to the filter. */
const isRangeValue = (value: unknown) => isLookupValue(value) && rankOf(value) !== RANK.null;
