/** @module Values as models write them, in the form that the engine reads: lists of pairs become maps, JSON in texts becomes JSON. */
import { entries, isObject, plain } from '../builder/plain.ts';
import { OPERATORS, variantsOf } from './strict-schema.ts';
import type { FieldFacts, Schema } from './type-facts.ts';

/** More entries than anybody writes into one map or list. */
const MAX_ENTRIES = 200;
/** Longest text of a configuration, in characters. */
const MAX_TEXT = 20_000;

/** A field's value; `undefined` when it says nothing. */
export function readField({ shape, schema }: Pick<FieldFacts, 'shape' | 'schema'>, raw: unknown): unknown {
  const value = bounded(plain(raw));
  if (value === null || value === undefined) return undefined;
  switch (shape) {
    case 'filter':
      return toMap(value, readComparisons);
    case 'fields':
      return toMap(value, readPairs);
    case 'text':
      return toText(value);
    case 'number':
      return toNumber(value);
    case 'value':
      return readAny(value);
    case 'typed':
      return readTyped(schema, value, 0);
  }
}

/** Any JSON value; a text that is an object or a list as JSON is read as what it is. */
export function readAny(raw: unknown): unknown {
  const value = typeof raw === 'string' ? parsed(raw) : raw;
  if (isPairList(value)) return readPairs(value);
  return typeof value === 'object' && value !== null ? withinPairs(value) : value;
}

/** A value by the JSON Schema of its place. */
export function readTyped(schema: Schema, raw: unknown, depth: number): unknown {
  const variants = variantsOf(schema) ?? [schema];
  if (depth > 6 || raw === null || raw === undefined) return raw;
  const list = variants.find(({ type }) => type === 'array');
  if (list) return readList(list, typeof raw === 'string' ? parsed(raw) : raw, depth);
  const object = variants.find(({ type }) => type === 'object');
  if (object) return readObject(object, typeof raw === 'string' ? parsed(raw) : raw, depth);
  const types = variants.map(({ type }) => type);
  if (types.includes('boolean') && !types.includes('string')) return toBoolean(raw);
  if (types.includes('number') || types.includes('integer')) return toNumber(raw);
  if (types.includes('string'))
    return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : raw;
  return types.every((type) => type === undefined) && !schema.enum ? readAny(raw) : raw;
}

/** Items of a list, also out of a map by their first required field, or out of a list of names. */
function readList(schema: Schema, raw: unknown, depth: number): unknown {
  const item = isObject(schema.items) ? schema.items : {};
  const key =
    Array.isArray(item.required) && typeof item.required[0] === 'string' ? item.required[0] : undefined;
  if (key === undefined) {
    return Array.isArray(raw) ? raw.slice(0, MAX_ENTRIES).map((one) => readTyped(item, one, depth + 1)) : raw;
  }
  const named = (name: string, about: unknown) => {
    if (isObject(about)) return { [key]: name, ...about };
    const properties = isObject(item.properties) ? item.properties : {};
    const text = typeof about === 'string' && about !== 'required' && 'type' in properties;
    if (text) return { [key]: name, type: about };
    // A rule that says nothing but a name means that it has to be there.
    return key === 'field' && 'required' in properties ? { [key]: name, required: true } : { [key]: name };
  };
  const items = Array.isArray(raw)
    ? raw.map((one: unknown) => (typeof one === 'string' ? named(one, undefined) : one))
    : isObject(raw)
      ? typeof raw[key] === 'string'
        ? [raw]
        : entries(raw).map(([name, about]) => named(name, about))
      : undefined;
  return items?.slice(0, MAX_ENTRIES).map((one) => readTyped(item, one, depth + 1)) ?? raw;
}

/** An object without the properties that say nothing. */
function readObject(schema: Schema, raw: unknown, depth: number): unknown {
  const source = isPairList(raw) ? readPairs(raw) : raw;
  if (!isObject(source)) return source;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const fields = entries(source).flatMap(([name, value]): [string, unknown][] => {
    const property = properties[name];
    if (value === null && property !== undefined) return [];
    return [[name, isObject(property) ? readTyped(property, value, depth + 1) : readAny(value)]];
  });
  return Object.fromEntries(fields);
}

function toMap(raw: unknown, read: (pairs: readonly Pair[]) => unknown): unknown {
  const value = typeof raw === 'string' ? parsed(raw) : raw;
  if (Array.isArray(value)) {
    if (value.length === 0) return {};
    return isPairList(value) ? read(value) : value;
  }
  return isObject(value) ? withinPairs(value) : value;
}

/** One entry of a map as strict schemas have it. */
interface Pair extends Record<string, unknown> {
  value?: unknown;
}

const PAIR_KEYS = new Set(['field', 'key', 'name', 'operator', 'op', 'value']);

function isPairList(value: unknown): value is Pair[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (item) =>
        isObject(item) &&
        Object.hasOwn(item, 'value') &&
        nameOf(item) !== undefined &&
        Object.keys(item).every((key) => PAIR_KEYS.has(key)),
    )
  );
}

function nameOf(pair: Pair): string | undefined {
  const name = pair.field ?? pair.key ?? pair.name;
  return typeof name === 'string' ? name : undefined;
}

function readPairs(pairs: readonly Pair[]): Record<string, unknown> {
  return safe(pairs.map((pair) => [nameOf(pair) ?? '', readAny(pair.value)]));
}

/** Two comparisons of one field both hold. */
function readComparisons(pairs: readonly Pair[]): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const pair of pairs) {
    const name = nameOf(pair) ?? '';
    const operator = String(pair.operator ?? pair.op ?? 'eq').replace(/^\$/, '');
    const value = comparedWith(operator, pair.value);
    const known = OPERATORS.some((one) => one === operator);
    if (operator === 'eq' || !known) {
      fields.set(name, value);
      continue;
    }
    const before = fields.get(name);
    fields.set(name, { ...(isObject(before) ? before : {}), [`$${operator}`]: value });
  }
  return safe([...fields]);
}

function comparedWith(operator: string, raw: unknown): unknown {
  const value = readAny(raw);
  if (operator === 'exists') return toBoolean(value);
  if (operator !== 'in' && operator !== 'nin') return value;
  if (Array.isArray(value) || (typeof value === 'string' && value.includes('{{'))) return value;
  return typeof value === 'string' ? value.split(',').map((one) => one.trim()) : [value];
}

/** Maps inside maps that were written as pairs. */
function withinPairs(value: unknown): unknown {
  if (isPairList(value)) return readPairs(value);
  if (Array.isArray(value)) return value.map(withinPairs);
  return isObject(value) ? safe(entries(value).map(([key, item]) => [key, withinPairs(item)])) : value;
}

function safe(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  // `entries` leaves out what reaches a prototype.
  return Object.fromEntries(entries(Object.fromEntries(pairs.slice(0, MAX_ENTRIES))));
}

/** The object or list that a text is as JSON; the text itself otherwise. */
function parsed(text: string): unknown {
  if (!/^\s*(?:\[|\{(?!\{))/.test(text)) return text;
  const value =
    asJson(text) ?? asJson(text.replace(BARE_REFERENCE, (reference) => JSON.stringify(reference)));
  return typeof value === 'object' && value !== null ? plain(value) : text;
}

/** A reference in the place of a value, without the quotation marks that JSON wants. */
const BARE_REFERENCE = /(?<=[:[,]\s{0,8})\{\{[^{}"]{1,200}\}\}(?=\s{0,8}[,}\]])/g;

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toText(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const isTexts = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
  return isTexts ? value.join(', ') : value;
}

function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value.trim())
    ? Number(value)
    : value;
}

function toBoolean(value: unknown): unknown {
  if (value === 'true' || value === 'yes' || value === 1) return true;
  return value === 'false' || value === 'no' || value === 0 ? false : value;
}

/** References as other languages write them. */
const FOREIGN_REFERENCE = /\$\{\s*([A-Za-z_]\w*(?:\.\w+)+)\s*\}/g;

/** Texts of a bearable length, with references as the engine reads them. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT).replace(FOREIGN_REFERENCE, '{{ $1 }}');
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map(bounded);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ENTRIES)
      .map(([key, item]) => [key.slice(0, 200), bounded(item)]),
  );
}
