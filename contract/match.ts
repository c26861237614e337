/** @module Compares an answer with a case's expectation, in which texts such as `<number>` stand for a kind of value. */

const KINDS: Record<string, (value: unknown) => boolean> = {
  '<any>': () => true,
  '<number>': (value) => typeof value === 'number',
  '<ms>': (value) => typeof value === 'number',
  '<string>': (value) => typeof value === 'string' && value !== '',
  '<uuid>': (value) => isText(value, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  '<uuid-v4>': (value) => KINDS['<uuid>']!(value),
  '<objectId>': (value) => isText(value, /^[0-9a-f]{24}$/),
  '<iso-date>': (value) => isText(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  '<bcrypt-cost-10>': (value) => isText(value, /^\$2[aby]\$10\$[./A-Za-z0-9]{53}$/),
};

/** Fields this backend adds to answers and results of the earlier one. */
const ADDED = new Set([
  'stepsExecuted',
  'errorCode',
  'executionId',
  'code',
  'requestId',
  'timestamp',
  'response',
  'updatedAt',
]);

/**
 * Where `actual` differs from `expected`; `[]` when it does not.
 *
 * @param actual parsed JSON
 * @param path of the value, for messages
 */
export function differences(actual: unknown, expected: unknown, path = '$'): string[] {
  if (typeof expected === 'string' && KINDS[expected]) {
    return KINDS[expected](actual) ? [] : [`${path}: expected ${expected}, got ${show(actual)}`];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${path}: expected a list, got ${show(actual)}`];
    if (actual.length !== expected.length)
      return [`${path}: expected ${expected.length} items, got ${actual.length}`];
    return expected.flatMap((one, index) => differences(actual[index], one, `${path}.${index}`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) {
      return [`${path}: expected an object, got ${show(actual)}`];
    }
    const known = expected as Record<string, unknown>;
    const found = actual as Record<string, unknown>;
    const extra = Object.keys(found).filter((key) => !Object.hasOwn(known, key) && !ADDED.has(key));
    return [
      ...extra.map((key) => `${path}.${key}: not expected, got ${show(found[key])}`),
      ...Object.entries(known).flatMap(([key, one]) => differences(found[key], one, `${path}.${key}`)),
    ];
  }
  return Object.is(actual, expected) ? [] : [`${path}: expected ${show(expected)}, got ${show(actual)}`];
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 200);
}
