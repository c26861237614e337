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
 * Whether a value is as it should be. What cannot be compared, such as a text with a number by size, does not hold.
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
      return isEqual(value, other, 0);
    case 'different':
      return !isEqual(value, other, 0);
    case 'greater':
      return compare(value, other, (a, b) => a > b);
    case 'less':
      return compare(value, other, (a, b) => a < b);
    case 'oneOf':
      return listOf(other).some((one) => isEqual(value, one, 0));
  }
}

function isPresent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '';
}

/** Deeper values count as different: nobody compares them on purpose. */
const MAX_DEPTH = 32;

function isEqual(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  if (depth > MAX_DEPTH) return false;
  const [x, y] = [scalarText(a), scalarText(b)];
  if (x !== undefined && y !== undefined) {
    // Forms send numbers as text.
    if (typeof a === 'number' || typeof b === 'number') return x.trim() !== '' && Number(x) === Number(y);
    return x === y;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index], depth + 1));
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key], depth + 1))
  );
}

/** Texts, numbers, dates and identifiers of databases as text; `true` is not the text "true". */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (typeof value !== 'object' || value === null) return undefined;
  const { toHexString } = value as { toHexString?: unknown };
  return typeof toHexString === 'function' ? String(value) : undefined;
}

function compare(a: unknown, b: unknown, by: (a: number, b: number) => boolean): boolean {
  const [x, y] = [numberOf(a) ?? timeOf(a), numberOf(b) ?? timeOf(b)];
  return x !== undefined && y !== undefined && by(x, y);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function timeOf(value: unknown): number | undefined {
  if (!(value instanceof Date) && (typeof value !== 'string' || !/^\d{4}-\d\d/.test(value))) return undefined;
  const time = new Date(value).getTime();
  return Number.isNaN(time) ? undefined : time;
}

function listOf(other: unknown): unknown[] {
  if (Array.isArray(other)) return other;
  return typeof other === 'string' ? other.split(',').map((one) => one.trim()) : [other];
}
