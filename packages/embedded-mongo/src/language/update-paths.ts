/** @module Follows update paths into documents: positional parts, creating what is missing, copying only what changes. */
import { CommandError } from '../command-error.ts';
import { describeField, describeValue } from './describe-value.ts';
import {
  type Document,
  fieldOf,
  isArrayIndex,
  isDocument,
  MISSING,
  withField,
  withoutField,
} from './fields.ts';
import { isIdentical } from './identical.ts';

/** Makes the new value of a field out of its old one; {@link MISSING} on either side means the field is not there. */
export type Change = (current: unknown) => unknown;

/** Whether a change makes fields and embedded documents that are not there. */
export type Reach = 'create' | 'existing';

/** How many nulls an update may put before a new array element, as in MongoDB. */
const MAX_BACKFILL = 1_500_000;

/**
 * Applies a change at a path without positional parts.
 *
 * @returns the same document when nothing changed
 * @throws CommandError PathNotViable when a plain value is in the way, CannotBackfillArray
 */
export function changeAt(
  document: Document,
  segments: readonly string[],
  change: Change,
  reach: Reach,
): Document {
  return changeInside(document, segments, 0, change, reach, '') as Document;
}

function changeInside(
  container: unknown,
  segments: readonly string[],
  at: number,
  change: Change,
  reach: Reach,
  name: string,
): unknown {
  if (isDocument(container)) return changeField(container, segments, at, change, reach);
  const key = segments[at]!;
  if (Array.isArray(container) && isArrayIndex(key))
    return changeItem(container, segments, at, change, reach);
  if (reach === 'existing') return container;
  throw new CommandError(
    'PathNotViable',
    `Cannot create field '${key}' in element ${describeField(name, container)}`,
  );
}

function changeField(
  document: Document,
  segments: readonly string[],
  at: number,
  change: Change,
  reach: Reach,
): Document {
  const key = segments[at]!;
  const current = fieldOf(document, key);
  const next = nextValue(current, segments, at, change, reach);
  if (next === current) return document;
  if (next === MISSING) return withoutField(document, key);
  return current !== MISSING && isIdentical(current, next) ? document : withField(document, key, next);
}

function changeItem(
  array: unknown[],
  segments: readonly string[],
  at: number,
  change: Change,
  reach: Reach,
): unknown[] {
  const index = Number(segments[at]);
  const current = index < array.length ? array[index] : MISSING;
  const next = nextValue(current, segments, at, change, reach);
  if (next === current || (next === MISSING && current === null)) return array;
  if (current !== MISSING && isIdentical(current, next)) return array;
  if (index - array.length > MAX_BACKFILL) {
    throw new CommandError('CannotBackfillArray', `can't backfill more than ${MAX_BACKFILL} elements`);
  }
  const copy = [...array];
  while (copy.length < index) copy.push(null);
  // Removing an element would move the others, so that MongoDB leaves null in its place.
  copy[index] = next === MISSING ? null : next;
  return copy;
}

function nextValue(
  current: unknown,
  segments: readonly string[],
  at: number,
  change: Change,
  reach: Reach,
): unknown {
  if (at === segments.length - 1) return change(current);
  if (current !== MISSING) return changeInside(current, segments, at + 1, change, reach, segments[at]!);
  if (reach === 'existing') return MISSING;
  const made = change(MISSING);
  if (made === MISSING) return MISSING;
  return segments.slice(at + 1).reduceRight((inner: unknown, key) => withField({}, key, inner), made);
}

/** The value at a path without positional parts, or {@link MISSING}. */
export function valueAt(document: unknown, segments: readonly string[]): unknown {
  let value = document;
  for (const segment of segments) {
    if (isDocument(value)) value = fieldOf(value, segment);
    else if (Array.isArray(value) && isArrayIndex(segment) && Number(segment) < value.length)
      value = value[Number(segment)];
    else return MISSING;
  }
  return value;
}

/** What positional parts of a path stand for. */
export interface Positions {
  /** The index of `$`. */
  arrayIndex: number | undefined;
  /** The array filters by identifier, for `$[identifier]`. */
  filters: ReadonlyMap<string, (element: unknown) => boolean>;
}

/** Whether a path component is `$`, `$[]` or `$[identifier]`. */
export function isPositional(segment: string): boolean {
  return segment === '$' || (segment.startsWith('$[') && segment.endsWith(']'));
}

/**
 * The paths that a path with positional parts stands for in a document.
 *
 * @throws CommandError BadValue when `$` has no match or an array update meets no array
 */
export function expandPath(
  document: Document,
  segments: readonly string[],
  positions: Positions,
): string[][] {
  const at = segments.findIndex(isPositional);
  if (at < 0) return [[...segments]];
  const head = segments.slice(0, at);
  const rest = segments.slice(at + 1);
  return indexesFor(document, head, segments[at]!, positions).flatMap((index) =>
    expandPath(document, [...head, String(index), ...rest], positions),
  );
}

function indexesFor(
  document: Document,
  head: readonly string[],
  part: string,
  positions: Positions,
): number[] {
  if (part === '$') {
    if (positions.arrayIndex !== undefined) return [positions.arrayIndex];
    throw new CommandError(
      'BadValue',
      'The positional operator did not find the match needed from the query.',
    );
  }
  const array = valueAt(document, head);
  const path = head.join('.');
  if (array === MISSING) {
    throw new CommandError(
      'BadValue',
      `The path '${path}' must exist in the document in order to apply array updates.`,
    );
  }
  if (!Array.isArray(array)) {
    throw new CommandError(
      'BadValue',
      `Cannot apply array updates to non-array element ${path}: ${describeValue(array)}`,
    );
  }
  const matches = part === '$[]' ? () => true : positions.filters.get(part.slice(2, -1));
  return [...array.keys()].filter((index) => matches?.(array[index]) === true);
}

/** Order in which MongoDB applies changes: by path components, whole numbers as numbers. */
export function comparePaths(left: readonly string[], right: readonly string[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = compareComponents(left[at]!, right[at]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareComponents(left: string, right: string): number {
  if (left === right) return 0;
  if (isArrayIndex(left) && isArrayIndex(right)) return Number(left) - Number(right);
  return left < right ? -1 : 1;
}
