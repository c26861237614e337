/** @module Validators accept and refuse documents by schema or filter. */
import { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import type { Document } from './documents.ts';
import { compileValidator } from './validator.ts';

describe('compileValidator', () => {
  it.each<[Document, Document, boolean]>([
    [{ bsonType: 'object', required: ['a'] }, { a: 1 }, true],
    [{ required: ['a'] }, {}, false],
    [{ properties: { a: { bsonType: 'int' } } }, { a: 1.5 }, false],
    [{ properties: { a: { bsonType: ['int', 'null'] } } }, { a: null }, true],
    [{ properties: { a: { bsonType: 'objectId' } } }, { a: new ObjectId() }, true],
    [{ properties: { a: { type: 'number', minimum: 1, maximum: 3 } } }, { a: 3n }, true],
    [{ properties: { a: { maximum: 3, exclusiveMaximum: true } } }, { a: 3 }, false],
    [{ properties: { a: { minLength: 2, maxLength: 3, pattern: '^x' } } }, { a: 'xy' }, true],
    [{ properties: { a: { minLength: 2 } } }, { a: '😀' }, false],
    [{ properties: { a: { pattern: '^x' } } }, { a: 'yx' }, false],
    [{ properties: { a: { enum: ['p', 'q'] } } }, { a: 'r' }, false],
    [{ properties: { a: { multipleOf: 0.1 } } }, { a: 0.25 }, false],
    [
      { properties: { a: { items: { bsonType: 'string' }, minItems: 1, maxItems: 2, uniqueItems: true } } },
      { a: ['x', 'y'] },
      true,
    ],
    [{ properties: { a: { uniqueItems: true } } }, { a: [1, 1n] }, false],
    [{ properties: { a: { items: [{ bsonType: 'int' }], additionalItems: false } } }, { a: [1, 2] }, false],
    [{ properties: { a: {} }, additionalProperties: false }, { a: 1, b: 2 }, false],
    [{ additionalProperties: { bsonType: 'int' } }, { a: 1, b: 'x' }, false],
    [{ patternProperties: { '^n': { bsonType: 'int' } }, additionalProperties: false }, { n1: 1 }, true],
    [{ minProperties: 2 }, { a: 1 }, false],
    [{ dependencies: { a: ['b'] } }, { a: 1 }, false],
    [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }, false],
    [{ anyOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }, true],
    [{ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1, b: 1 }, false],
    [{ not: { required: ['a'] } }, { a: 1 }, false],
    [{ properties: { a: { properties: { b: { bsonType: 'bool' } } } } }, { a: { b: 1 } }, false],
  ])('%o says of %o %s', (schema, document, valid) => {
    expect(compileValidator({ $jsonSchema: schema })(document) === null).toBe(valid);
  });

  it('says what a document breaks and where', () => {
    const details = compileValidator({
      $jsonSchema: { properties: { a: { properties: { b: { minimum: 5 } } } } },
    })({ a: { b: 1 } });
    expect(details).toMatchObject({
      operatorName: '$jsonSchema',
      schemaRulesNotSatisfied: [{ operatorName: 'minimum', path: 'a.b', specifiedAs: { minimum: 5 } }],
    });
  });

  it('takes a filter', () => {
    const validate = compileValidator({ a: { $gt: 1 } });
    expect(validate({ a: 2 })).toBeNull();
    expect(validate({ a: 1 })).not.toBeNull();
  });

  it.each<Document>([
    { foo: 1 },
    { bsonType: 'nope' },
    { type: 'integer' },
    { required: [] },
    { minLength: -1 },
    { properties: 1 },
  ])('refuses the schema %o', (schema) => {
    expect(() => compileValidator({ $jsonSchema: schema })).toThrow();
  });
});
