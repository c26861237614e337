/** @module Types of values: what an input, a rule or a field of a collection may demand, and what arrives then. */

import { isPlainObject } from './copy.ts';
import { readDate } from './date.ts';
import { isEmailAddress } from './email.ts';

/** The types that a value can be declared to have. */
export const VALUE_TYPES = [
  'string',
  'number',
  'integer',
  'boolean',
  'date',
  'array',
  'object',
  'objectId',
  'email',
] as const;

/** A type of {@link VALUE_TYPES}. */
export type ValueType = (typeof VALUE_TYPES)[number];

/** Other words for the same types. */
const SYNONYMS: Readonly<Record<string, ValueType>> = {
  text: 'string',
  int: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  datetime: 'date',
  list: 'array',
};

/** The type that a name means; case does not matter. `undefined` for an unknown one. */
export function readValueType(name: string): ValueType | undefined {
  const lower = name.trim().toLowerCase();
  return VALUE_TYPES.find((type) => type.toLowerCase() === lower) ?? SYNONYMS[lower];
}

/** A number as people and forms write it: no blanks, no `0x`, no `+`, and exactly what a number can hold. */
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** The number that a text writes; `undefined` when it writes none, or one that would be kept as another. */
export function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  // A whole number beyond this is rounded to a neighbour.
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(number)) return undefined;
  return number;
}

/**
 * A value in the form of its type: texts of forms and addresses become what they write.
 *
 * @returns `undefined` when the value is of another type and cannot be read as one of this
 */
export function convertValue(type: ValueType, value: unknown): unknown {
  return CONVERSIONS[type](value);
}

/** What a message calls a type. */
export function expectedType(type: ValueType): string {
  return `Expected ${type}`;
}

const CONVERSIONS: Readonly<Record<ValueType, (value: unknown) => unknown>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  number: toNumber,
  integer: (value) => {
    const number = toNumber(value);
    return Number.isSafeInteger(number) ? number : undefined;
  },
  boolean: (value) =>
    typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined,
  date: (value) => {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value;
    return typeof value === 'string' ? readDate(value) : undefined;
  },
  // One value of a query is a list of one.
  array: (value) => (Array.isArray(value) ? value : typeof value === 'string' ? [value] : undefined),
  object: (value) =>
    isPlainObject(value) ? value : typeof value === 'string' ? readObject(value) : undefined,
  objectId: (value) => {
    if (typeof value === 'string') return /^[0-9a-f]{24}$/i.test(value) ? value : undefined;
    const { toHexString } = (value ?? {}) as { toHexString?: unknown };
    return typeof toHexString === 'function' ? String(toHexString.call(value)) : undefined;
  },
  email: (value) => (typeof value === 'string' && isEmailAddress(value) ? value : undefined),
};

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? readNumber(value) : undefined;
}

function readObject(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
