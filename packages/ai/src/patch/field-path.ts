/** @module Changes at dotted paths inside JSON values: always on copies, never through a prototype. */
import { isPlainObject } from '@orchestrix/engine';

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
const MAX_SEGMENTS = 24;
const MAX_LENGTH = 512;
/** Values nested deeper than this are made by nobody who means them. */
const MAX_DEPTH = 40;

/** What is done at the end of a path. */
export type FieldChange = { op: 'set' | 'append'; value: unknown } | { op: 'unset' };

/** The value after a change, or why it cannot be made. */
export type FieldOutcome = { value: unknown } | { problem: string };

/** The segments of a path, or why it is none. */
export function splitPath(path: unknown): { segments: string[] } | { problem: string } {
  if (typeof path !== 'string' || path === '') return { problem: 'A field is a path such as filter.email' };
  if (path.length > MAX_LENGTH) return { problem: 'The path is too long' };
  const segments = path.split('.');
  if (segments.length > MAX_SEGMENTS) return { problem: 'The path is too deep' };
  if (segments.includes('')) return { problem: `"${path}" has an empty part` };
  const forbidden = segments.find((segment) => FORBIDDEN.has(segment));
  return forbidden === undefined ? { segments } : { problem: `"${forbidden}" cannot be the name of a field` };
}

/**
 * A copy of `value` with the change made; what leads to its place is made where it is missing. Unsetting what is not there
 * changes nothing.
 */
export function changeField(value: unknown, segments: readonly string[], change: FieldChange): FieldOutcome {
  const [segment, ...rest] = segments;
  if (segment === undefined) return changeHere(value, change);
  if (Array.isArray(value)) return changeInList(value, segment, rest, change);
  if (isPlainObject(value)) return changeInObject(value, segments, change);
  if (value !== undefined && value !== null) {
    return {
      problem: `"${segment}" cannot lie in ${typeof value === 'string' ? 'a text' : `a ${typeof value}`}`,
    };
  }
  if (change.op === 'unset') return { value };
  return segment === '0' ? changeInList([], segment, rest, change) : changeInObject({}, segments, change);
}

/** A copy of a JSON value without names that reach a prototype; `undefined` when it is no JSON or nested too deeply. */
export function copyValue(value: unknown): { value: unknown } | undefined {
  try {
    return { value: copy(value, MAX_DEPTH) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function copy(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth === 0) throw new RangeError('too deep');
  if (Array.isArray(value)) return value.map((item) => copy(item, depth - 1));
  if (!isPlainObject(value)) throw new RangeError('no JSON');
  const fields = Object.entries(value).filter(([key, item]) => !FORBIDDEN.has(key) && item !== undefined);
  return Object.fromEntries(fields.map(([key, item]) => [key, copy(item, depth - 1)]));
}

function changeHere(value: unknown, change: FieldChange): FieldOutcome {
  if (change.op === 'unset') return { value: undefined };
  if (change.op === 'set') return { value: change.value };
  if (value === undefined || value === null) return { value: [change.value] };
  return Array.isArray(value)
    ? { value: [...value, change.value] }
    : { problem: 'There is no list to add to' };
}

function changeInList(
  list: readonly unknown[],
  segment: string,
  rest: readonly string[],
  change: FieldChange,
): FieldOutcome {
  const index = /^\d{1,6}$/.test(segment) ? Number(segment) : indexByName(list, segment);
  if (index < 0) return { problem: `A list has no "${segment}"; its items are counted from 0` };
  if (index >= list.length && change.op === 'unset') return { value: list };
  if (index > list.length) return { problem: `The list has ${list.length} items, so there is no ${index}` };
  const outcome = changeField(list[index], rest, change);
  if ('problem' in outcome) return outcome;
  const changed = [...list];
  if (rest.length === 0 && change.op === 'unset') changed.splice(index, 1);
  else changed[index] = outcome.value;
  return { value: changed };
}

/** People and models name an item by what it is about: `rules.email.required`. */
function indexByName(list: readonly unknown[], name: string): number {
  return list.findIndex(
    (item) =>
      isPlainObject(item) && (item.name === name || item.field === name || item.field === `input.${name}`),
  );
}

function changeInObject(
  fields: Record<string, unknown>,
  segments: readonly string[],
  change: FieldChange,
): FieldOutcome {
  const { key, rest } = keyIn(fields, segments);
  const present = Object.hasOwn(fields, key);
  if (!present && change.op === 'unset') return { value: fields };
  const outcome = changeField(present ? fields[key] : undefined, rest, change);
  if ('problem' in outcome) return outcome;
  if (rest.length > 0 || change.op !== 'unset') return { value: { ...fields, [key]: outcome.value } };
  return { value: Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key)) };
}

/** A database knows fields with dots in their names, as in a filter on `address.city`: the longest such name that is there is meant. */
function keyIn(fields: Record<string, unknown>, segments: readonly string[]) {
  for (let length = segments.length; length > 1; length--) {
    const key = segments.slice(0, length).join('.');
    if (Object.hasOwn(fields, key)) return { key, rest: segments.slice(length) };
  }
  return { key: segments[0]!, rest: segments.slice(1) };
}
