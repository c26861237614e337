/** @module Typed fields of a collection: what a value must be, and what is stored for it. */
import { convertValue as convertText, isEmailAddress, readDate, readValueType } from '@orchestrix/engine';
import { Types } from 'mongoose';
import type { FieldProblem } from './collection-errors.ts';

/** The types a field can have. */
export const FIELD_TYPES = [
  'string',
  'number',
  'integer',
  'boolean',
  'date',
  'object',
  'array',
  'objectId',
  'email',
] as const;

/** A type of a field. */
type FieldType = (typeof FIELD_TYPES)[number];

/** One field of a definition, as far as data is checked against it. */
export interface Field {
  name: string;
  /** One of {@link FIELD_TYPES}; other names, which old definitions have, allow everything. */
  type: string;
  required?: boolean;
  unique?: boolean;
}

/** Fields the server keeps itself; a caller's values for them are dropped. */
const OWN_FIELDS = ['_id', 'createdAt', 'updatedAt', '__v'] as const;

/** How {@link checkDocument} reads values and names fields. */
export interface CheckOptions {
  /** Default: {@link convertValue}, for values of JSON. */
  convert?: (type: string, value: unknown) => unknown;
  /** What stands before a field's name in a problem's path. Default: `body.`. */
  prefix?: string;
}

/**
 * Checks a whole document. Fields that are not defined are kept as they are; a missing value (absent, null, an empty text) is only
 * wrong in a required field.
 *
 * @returns what to store, with dates and object ids as such; `problems` is empty when the document fits
 */
export function checkDocument(
  fields: readonly Field[],
  document: Readonly<Record<string, unknown>>,
  { convert = convertValue, prefix = 'body.' }: CheckOptions = {},
): { document: Record<string, unknown>; problems: FieldProblem[] } {
  const kept: Record<string, unknown> = { ...document };
  for (const name of OWN_FIELDS) delete kept[name];
  const problems: FieldProblem[] = [];
  for (const { name, type, required, unique } of fields) {
    const value = Object.hasOwn(kept, name) ? kept[name] : undefined;
    if (value === undefined || value === null || value === '') {
      if (required) problems.push({ path: `${prefix}${name}`, message: 'Field is required' });
      // Nothing is not a value, so several documents may have it in a unique field.
      else if (unique) delete kept[name];
      continue;
    }
    const converted = convert(type, value);
    if (converted === undefined)
      problems.push({ path: `${prefix}${name}`, message: `Expected ${describeType(type)}` });
    else kept[name] = converted;
  }
  return { document: kept, problems };
}

/** What is stored for a value of JSON in a field of this type; `undefined` when it does not fit. */
export function convertValue(type: string, value: unknown): unknown {
  const kind = fieldType(type);
  return kind === undefined ? value : CONVERSIONS[kind](value);
}

/** The same for a value that a workflow stores or looks for: texts of forms and addresses become what they write. */
export function convertStepValue(type: string, value: unknown): unknown {
  const kind = fieldType(type);
  if (kind === undefined) return value;
  const known = readValueType(kind);
  const read = known === undefined ? value : convertText(known, value);
  return read === undefined ? undefined : CONVERSIONS[kind](read);
}

/**
 * What a text of a query string can stand for in a field of this type; without a type, everything it looks like.
 */
export function readText(type: string | undefined, text: string): unknown[] {
  const kind = type === undefined ? undefined : fieldType(type);
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined;
  const flag = text === 'true' ? true : text === 'false' ? false : undefined;
  if (kind === 'number') return present(number);
  if (kind === 'integer') return present(Number.isSafeInteger(number) ? number : undefined);
  if (kind === 'boolean') return present(flag);
  if (kind !== undefined) return present(convertValue(kind, text));
  return [text, ...present(number), ...present(flag), ...present(CONVERSIONS.objectId(text))];
}

/** How a message calls a type. */
export function describeType(type: string): string {
  const kind = fieldType(type);
  return kind === undefined ? 'any value' : DESCRIPTIONS[kind];
}

const DESCRIPTIONS: Record<FieldType, string> = {
  string: 'string',
  number: 'number',
  integer: 'whole number',
  boolean: 'boolean',
  date: 'date as ISO 8601 text',
  object: 'object',
  array: 'array',
  objectId: 'objectId of 24 hexadecimal digits',
  email: 'email address',
};

const CONVERSIONS: Record<FieldType, (value: unknown) => unknown> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  integer: (value) => (Number.isSafeInteger(value) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: toDate,
  object: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined,
  array: (value) => (Array.isArray(value) ? value : undefined),
  objectId: (value) => {
    if (value instanceof Types.ObjectId) return value;
    return typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value) ? new Types.ObjectId(value) : undefined;
  },
  email: (value) => (typeof value === 'string' && isEmailAddress(value) ? value : undefined),
};

function toDate(value: unknown): Date | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value;
  return typeof value === 'string' ? readDate(value) : undefined;
}

/** Old definitions write `String`, `ObjectId`, `Boolean`. */
function fieldType(type: string): FieldType | undefined {
  return FIELD_TYPES.find((each) => each.toLowerCase() === type.toLowerCase());
}

function present(value: unknown): unknown[] {
  return value === undefined ? [] : [value];
}
