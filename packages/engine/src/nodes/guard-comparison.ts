/** @module How a guard looks at a value. */

import { isPlainObject } from '../values/copy.ts';

/** Ways to look at a value. */
export const COMPARISONS = [
  'present',
  'absent',
  'true',
  'false',
  'equal',
  'different',
  'greater',
  'less',
  'oneOf',
] as const;

/** A way to look at a value. */
export type Comparison = (typeof COMPARISONS)[number];

/** Those that need a second value. */
export const NEEDS_OTHER: readonly Comparison[] = ['equal', 'different', 'greater', 'less', 'oneOf'];

/**
 * Whether a value is as it should be. What cannot be compared does not hold, neither as equal nor as different: two values
 * that are both missing, a text with a number by size. A check that lost both its sides must not let anybody through.
 *
 * @param other what it is compared with; for `oneOf` a list, or a text with commas
 */
export function holds(value: unknown, is: Comparison, other: unknown): boolean {
  switch (is) {
    case 'present':
      return isPresent(value);
    case 'absent':
      return !isPresent(value);
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'equal':
      return isEqual(value, other, 0) === true;
    case 'different':
      return isEqual(value, other, 0) === false;
    case 'greater':
      return compare(value, other, (a, b) => a > b);
    case 'less':
      return compare(value, other, (a, b) => a < b);
    case 'oneOf':
      return listOf(other).some((one) => isEqual(value, one, 0) === true);
  }
}

function isPresent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '';
}

/** Nobody compares deeper values on purpose. */
const MAX_DEPTH = 32;

/** `null` for what cannot be compared: both missing, or nested too deep. */
function isEqual(a: unknown, b: unknown, depth: number): boolean | null {
  if (depth > MAX_DEPTH) return null;
  // An `input` step fills gaps with null: at the top both say that there is nothing.
  if (depth === 0 && (a ?? null) === null && (b ?? null) === null) return null;
  if (Object.is(a, b)) return true;
  const [x, y] = [scalarText(a), scalarText(b)];
  if (x !== undefined && y !== undefined) {
    // Forms send numbers as text.
    if (typeof a === 'number' || typeof b === 'number') return x.trim() !== '' && Number(x) === Number(y);
    return x === y;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && every(a.keys(), (index) => isEqual(a[index], b[index], depth + 1));
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length || !keys.every((key) => Object.hasOwn(b, key))) return false;
  return every(keys, (key) => isEqual(a[key], b[key], depth + 1));
}

/** One part that differs decides; else one that cannot be compared does. */
function every<K>(keys: Iterable<K>, test: (key: K) => boolean | null): boolean | null {
  let result: boolean | null = true;
  for (const key of keys) {
    const one = test(key);
    if (one === false) return false;
    if (one === null) result = null;
  }
  return result;
}

/** Texts, numbers, dates and what databases have of their own, as text; `true` is not the text "true". */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return ownText(value);
}

/** Of an ObjectId or a Decimal128: instances that have a text of their own. */
function ownText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { toHexString, toString: toOwnText } = value as { toHexString?: unknown; toString?: unknown };
  const hasText = isPlainObject(value)
    ? typeof toHexString === 'function'
    : typeof toOwnText === 'function' && toOwnText !== Object.prototype.toString;
  if (!hasText) return undefined;
  try {
    return String(value);
  } catch {
    return undefined;
  }
}

/** Numbers with numbers and dates with dates: 2026 is not less than a day of that year. */
function compare(a: unknown, b: unknown, by: (a: number, b: number) => boolean): boolean {
  for (const read of [numberOf, timeOf]) {
    const [x, y] = [read(a), read(b)];
    if (x !== undefined && y !== undefined) return by(x, y);
  }
  return false;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const text = value instanceof Date ? undefined : scalarText(value);
  if (text === undefined || text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

const ISO_DATE = /^\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/i;

/** Milliseconds since 1970. A text without a zone is taken for UTC, so that it means the same on every server. */
function timeOf(value: unknown): number | undefined {
  if (!(value instanceof Date) && typeof value !== 'string') return undefined;
  const match = typeof value === 'string' ? ISO_DATE.exec(value) : null;
  if (typeof value === 'string' && !match) return undefined;
  const zoneless = match !== null && match[1] === undefined && /[T ]/i.test(match[0]);
  const time = new Date(zoneless ? `${match[0]}Z` : (value as string | Date)).getTime();
  return Number.isNaN(time) ? undefined : time;
}

function listOf(other: unknown): unknown[] {
  if (Array.isArray(other)) return other;
  if (typeof other !== 'string') return [other];
  // What stands between two commas and is empty was not meant as a value that may be sent.
  return other
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
