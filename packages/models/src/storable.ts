/** @module JSON in a database field: any value comes back as it went in. */
import { isPlainObject, OrchestrixError } from '@orchestrix/engine';

/** The single key of a field that holds JSON as text. */
const TEXT_KEY = '__jsonText';

/** Longer JSON is stored as its text: nobody queries it field by field, and one text costs a fraction of 50,000 fields to write and read. */
const MAX_FIELDS_LENGTH = 64 * 1024;

/** Deepest nesting that is stored as documents; MongoDB refuses more than 100, of which the row itself needs some. */
const MAX_DEPTH = 80;

/**
 * What to store for `value`, so that {@link fromStorable} gives its JSON back exactly. Ordinary data stays documents that a
 * person can read and query; data that BSON, the driver or mongoose would change or refuse (keys such as `__proto__` or
 * `_bsontype`, `$`-keys, dots or NUL in keys, very deep nesting, broken surrogate pairs) and large data is stored as one JSON text.
 *
 * Dates, ObjectIds and the like become what `JSON.stringify` makes of them; `undefined` becomes `null` at the top.
 *
 * @throws OrchestrixError `DATA_NOT_JSON` for a value that contains itself
 */
export function toStorable(value: unknown): unknown {
  const text = stringify(value);
  if (text.length > MAX_FIELDS_LENGTH) return { [TEXT_KEY]: text };
  const plain: unknown = JSON.parse(text);
  return findUnstorable(plain, { keys: 'strict' }) === null ? plain : { [TEXT_KEY]: text };
}

/** The value behind what {@link toStorable} made; other stored values pass unchanged. */
export function fromStorable(stored: unknown): unknown {
  if (stored === null || typeof stored !== 'object') return stored;
  const text: unknown = Object.hasOwn(stored, TEXT_KEY) ? Reflect.get(stored, TEXT_KEY) : undefined;
  return typeof text === 'string' && Object.keys(stored).length === 1 ? JSON.parse(text) : stored;
}

/** How strictly {@link findUnstorable} looks at keys. */
export interface StorableOptions {
  /**
   * `possible`: only what no way of writing can store. `fields`: also empty keys, `$`-keys and dots, which an update would take for
   * operators and paths. `strict`: also what mongoose treats in its own way.
   */
  keys: 'possible' | 'fields' | 'strict';
}

/**
 * Why a value cannot be stored as documents, or `null` when it can: a sentence that names the key.
 */
export function findUnstorable(value: unknown, options: StorableOptions): string | null {
  // A stack of its own: the nesting of what a caller sends must not become ours.
  const open: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value === 'string') {
      if (options.keys === 'strict' && !next.value.isWellFormed()) return 'a text is not well-formed Unicode';
      continue;
    }
    if (next.value === null || typeof next.value !== 'object') continue;
    if (next.depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    if (!Array.isArray(next.value) && !isPlainObject(next.value)) continue;
    const problem = Array.isArray(next.value) ? null : keyProblem(next.value, options);
    if (problem !== null) return problem;
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return null;
}

/**
 * @param name how the value is called in the message
 * @param options default: only what no way of writing can store is refused
 * @throws OrchestrixError `DATA_NOT_STORABLE` with a message that says what is wrong
 */
export function requireStorable(
  value: unknown,
  name: string,
  options: StorableOptions = { keys: 'possible' },
): void {
  const problem = findUnstorable(value, options);
  if (problem === null) return;
  throw new OrchestrixError(`${name} cannot be stored: ${problem}`, {
    code: 'DATA_NOT_STORABLE',
    status: 400,
  });
}

const FOREIGN_KEYS = new Set(['__proto__', '_bsontype']);
const STRICT_KEYS = new Set([TEXT_KEY, 'constructor', 'prototype', 'toBSON', 'toJSON', 'toObject']);

function keyProblem(value: object, options: StorableOptions): string | null {
  const keys = Object.keys(value);
  for (const key of keys) {
    if (key.includes('\0')) return `the key ${JSON.stringify(key)} contains a NUL character`;
    if (FOREIGN_KEYS.has(key)) return `the key "${key}" is reserved`;
    if (options.keys === 'possible') continue;
    if (key === '' || key.startsWith('$') || key.includes('.'))
      return `the key ${JSON.stringify(key)} is empty, begins with "$" or contains a dot`;
    if (options.keys === 'fields') continue;
    if (STRICT_KEYS.has(key) || !key.isWellFormed())
      return `the key ${JSON.stringify(key)} has a meaning of its own`;
  }
  // The driver would read these back as a reference object, not as the data they are.
  return keys.includes('$ref') && keys.includes('$id') ? 'the keys "$ref" and "$id" stand together' : null;
}

function stringify(value: unknown): string {
  let negativeZero = false;
  try {
    const text = JSON.stringify(value, (_key, inner: unknown) => {
      if (Object.is(inner, -0)) negativeZero = true;
      return typeof inner === 'bigint' ? `${inner}` : inner;
    });
    if (text === undefined) return 'null';
    return negativeZero ? write(value, '') : text;
  } catch (cause) {
    throw new OrchestrixError('The data cannot be written as JSON: it contains itself or is too deep', {
      code: 'DATA_NOT_JSON',
      status: 400,
      cause,
    });
  }
}

/** `JSON.stringify` for the one value that JSON knows and it does not write: -0. */
function write(value: unknown, key: string): string {
  const json: unknown = hasToJson(value) ? value.toJSON(key) : value;
  if (Object.is(json, -0)) return '-0';
  if (typeof json === 'bigint') return `"${json}"`;
  if (json === null || typeof json !== 'object') return JSON.stringify(json) ?? 'null';
  if (Array.isArray(json)) return `[${json.map((inner, index) => write(inner, `${index}`)).join(',')}]`;
  const entries = Object.entries(json).filter(
    ([, inner]) => inner !== undefined && typeof inner !== 'function',
  );
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${write(inner, name)}`).join(',')}}`;
}

const hasToJson = (value: unknown): value is { toJSON(key: string): unknown } =>
  value !== null && typeof value === 'object' && 'toJSON' in value && typeof value.toJSON === 'function';
