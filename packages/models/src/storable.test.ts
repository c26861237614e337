/** @module JSON in a database field, without a database; the repositories' tests store it. */
import fc from 'fast-check';
import { mongo, Types } from 'mongoose';
import { expect, it } from 'vitest';
import { findUnstorable, fromStorable, requireStorable, toStorable } from './storable.ts';

const awkwardKey = fc.constantFrom(
  '__proto__',
  'constructor',
  '$set',
  '$ref',
  '$id',
  'a.b',
  '',
  '_bsontype',
  'a\0b',
  '__jsonText',
  '_id',
  'toJSON',
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.oneof(awkwardKey, fc.string()), tie('value')), { maxLength: 4 }).map((entries) => {
      // As JSON.parse makes it: `__proto__` is a field like any other.
      const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
      return JSON.parse(`{${text}}`) as unknown;
    }),
  ),
})).value;

it('gives any JSON back after a way through BSON', () => {
  fc.assert(
    fc.property(json, (value) => {
      const { field } = mongo.BSON.deserialize(mongo.BSON.serialize({ field: toStorable(value) })) as {
        field: unknown;
      };
      expect(Object.is(fromStorable(field), value) || deepEqual(fromStorable(field), value)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it('keeps ordinary data as documents that can be read in the database', () => {
  const data = { cart: [{ sku: 'a', n: 1 }], note: null };
  expect(toStorable(data)).toEqual(data);
  expect(fromStorable({ $ref: 1 })).toEqual({ $ref: 1 });
});

it('writes what JSON has no form for as JSON.stringify does', () => {
  const id = new Types.ObjectId();
  const value = { at: new Date(0), id, none: undefined, big: 2n ** 70n, nan: Number.NaN, zero: -0 };
  expect(toStorable(value)).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    id: id.toHexString(),
    big: `${2n ** 70n}`,
    nan: null,
    zero: -0,
  });
  expect(toStorable(undefined)).toBeNull();
});

it('refuses data that contains itself', () => {
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  expect(() => toStorable(loop)).toThrow(expect.objectContaining({ code: 'DATA_NOT_JSON', status: 400 }));
});

it('names what cannot be stored as documents', () => {
  const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as unknown;
  expect(findUnstorable(deep, { keys: 'possible' })).toMatch(/nested deeper/);
  expect(findUnstorable({ a: { $gt: 1 } }, { keys: 'possible' })).toBeNull();
  expect(findUnstorable({ a: { $gt: 1 } }, { keys: 'fields' })).toContain('"$gt"');
  expect(findUnstorable({ constructor: 1 }, { keys: 'fields' })).toBeNull();
  expect(findUnstorable([{ $ref: 'a', $id: 1 }], { keys: 'possible' })).toContain('$ref');
  expect(() => requireStorable({ _bsontype: 'ObjectId' }, 'The document')).toThrow(
    expect.objectContaining({
      code: 'DATA_NOT_STORABLE',
      message: 'The document cannot be stored: the key "_bsontype" is reserved',
    }),
  );
});

/** Exact, key order and -0 included, which `toEqual` does not compare. */
function deepEqual(a: unknown, b: unknown): boolean {
  return signature(a) === signature(b);
}

function signature(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(signature).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${signature(inner)}`)
    .join()}}`;
}
