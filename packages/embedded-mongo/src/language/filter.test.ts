/** @module Filters match what MongoDB's filters match. */
import { Binary, BSONRegExp, Decimal128, Double, Long, MaxKey, MinKey, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import type { Document } from './documents.ts';
import { compileElementTest, compileFilter } from './filter.ts';

const id = new ObjectId();
const matches = (filter: Document, document: Document) => compileFilter(filter).matches(document);
const refusal = (filter: Document): CommandError => {
  try {
    compileFilter(filter);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('the filter was accepted');
};

describe('equality', () => {
  it.each<[string, Document, Document, boolean]>([
    ['numbers of different types', { a: 1 }, { a: 1n }, true],
    ['a double and an int', { a: new Double(1) }, { a: 1 }, true],
    ['a decimal and an int', { a: 1 }, { a: Decimal128.fromString('1.0') }, true],
    ['a Long in the filter', { a: Long.fromNumber(5) }, { a: 5 }, true],
    ['an object id', { a: new ObjectId(id.toHexString()) }, { a: id }, true],
    ['an object id inside an array', { a: new ObjectId(id.toHexString()) }, { a: [1, id] }, true],
    ['a date', { a: new Date(5) }, { a: new Date(5) }, true],
    ['binary data', { a: new Binary(new Uint8Array([1])) }, { a: new Binary(new Uint8Array([1])) }, true],
    [
      'binary of another subtype',
      { a: new Binary(new Uint8Array([1]), 5) },
      { a: new Binary(new Uint8Array([1])) },
      false,
    ],
    ['null with missing', { a: null }, {}, true],
    ['null with undefined', { a: null }, { a: undefined }, true],
    ['null with a value', { a: null }, { a: 0 }, false],
    ['a string with a number', { a: '1' }, { a: 1 }, false],
    ['a document in the same key order', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } }, true],
    ['a document in another key order', { a: { c: 2, b: 1 } }, { a: { b: 1, c: 2 } }, false],
    ['an array as a whole', { a: [1, 2] }, { a: [1, 2] }, true],
    ['an array within an array', { a: [1, 2] }, { a: [[1, 2], 3] }, true],
    ['an array in another order', { a: [2, 1] }, { a: [1, 2] }, false],
    ['an array element', { a: 2 }, { a: [1, 2] }, true],
    ['an empty document', { a: {} }, { a: {} }, true],
    ['NaN with itself', { a: Number.NaN }, { a: Number.NaN }, true],
    ['a name on the prototype', { constructor: null }, {}, true],
    ['a regular expression as a pattern', { a: /^X/i }, { a: 'xy' }, true],
    [
      'a regular expression with a stored one',
      { a: new BSONRegExp('a', 'i') },
      { a: new BSONRegExp('a', 'i') },
      true,
    ],
    ['a DBRef', { a: { $ref: 'c', $id: 1 } }, { a: { $ref: 'c', $id: 1 } }, true],
  ])('%s', (_name, filter, document, expected) => {
    expect(matches(filter, document)).toBe(expected);
  });
});

describe('paths', () => {
  it.each<[string, Document, Document, boolean]>([
    ['into a document', { 'a.b': 1 }, { a: { b: 1 } }, true],
    ['into the documents of an array', { 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }, true],
    ['by position', { 'a.1': 2 }, { a: [1, 2] }, true],
    ['by position into a document', { 'a.1.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }, true],
    ['a numeric key of an array element', { 'a.0': 5 }, { a: [{ 0: 5 }] }, true],
    ['through two arrays', { 'a.b.c': 3 }, { a: [{ b: [{ c: 1 }, { c: 3 }] }] }, true],
    ['null under a scalar', { 'a.b': null }, { a: 4 }, true],
    ['null under an empty array', { 'a.b': null }, { a: [] }, false],
    ['null where an element lacks the field', { 'a.b': null }, { a: [{}, { b: 5 }] }, true],
    ['null where only scalars lack the field', { 'a.b': null }, { a: [5, { b: 5 }] }, false],
    ['not into an array within an array', { 'a.b': 1 }, { a: [[{ b: 1 }]] }, false],
  ])('%s', (_name, filter, document, expected) => {
    expect(matches(filter, document)).toBe(expected);
  });
});

describe('operators', () => {
  it.each<[Document, unknown, boolean]>([
    [{ $gt: 5 }, 6n, true],
    [{ $gt: 5 }, '6', false],
    [{ $gte: 5 }, Decimal128.fromString('5'), true],
    [{ $lt: 5 }, null, false],
    [{ $lt: 5 }, Number.NaN, false],
    [{ $lte: Number.NaN }, Number.NaN, true],
    [{ $gt: 1, $lt: 5 }, [0, 10], true],
    [{ $gte: null }, undefined, true],
    [{ $gt: new MinKey() }, 'x', true],
    [{ $lt: new MaxKey() }, 'x', true],
    [{ $gt: 'a' }, 'b', true],
    [{ $gt: new Date(0) }, new Date(1), true],
    [{ $gt: id }, new ObjectId('ffffffffffffffffffffffff'), true],
    [{ $gt: [1, 2] }, [1, 3], true],
    [{ $ne: 1 }, [1, 2], false],
    [{ $ne: 1 }, [2, 3], true],
    [{ $in: [1, /^x/] }, 'xy', true],
    [{ $in: [id, 'a', 3, 4, 5] }, new ObjectId(id.toHexString()), true],
    [{ $in: [1, 2, 3, 4, 5] }, new Double(3), true],
    [{ $in: [null, 1, 2, 3, 4] }, undefined, true],
    [{ $in: [] }, 1, false],
    [{ $nin: [1, 2] }, 3, true],
    [{ $nin: [null] }, undefined, false],
    [{ $exists: false }, 1, false],
    [{ $exists: 1 }, null, true],
    [{ $type: 'number' }, 1n, true],
    [{ $type: 'int' }, new Double(1), false],
    [{ $type: 'double' }, new Double(1), true],
    [{ $type: 'long' }, 1n, true],
    [{ $type: 2 }, ['a'], true],
    [{ $type: 'array' }, [], true],
    [{ $type: ['string', 'null'] }, null, true],
    [{ $type: 'objectId' }, id, true],
    [{ $mod: [4, 1] }, 9.7, true],
    [{ $mod: [4, 1] }, 10, false],
    [{ $mod: [3, -1] }, -4n, true],
    [{ $size: 2 }, [1, 2], true],
    [{ $size: 2 }, [[1, 2]], false],
    [{ $all: [1, 2] }, [2, 1, 3], true],
    [{ $all: [1] }, 1, true],
    [{ $all: [] }, [], false],
    [{ $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 2 } }] }, [{ x: 1 }, { x: 2 }], true],
    [{ $elemMatch: { $gt: 1, $lt: 5 } }, [0, 10], false],
    [{ $elemMatch: { $gt: 1, $lt: 5 } }, [0, 3], true],
    [{ $elemMatch: { x: 1, y: 2 } }, [{ x: 1 }, { y: 2 }], false],
    [{ $elemMatch: { $or: [{ x: 1 }, { y: 9 }] } }, [{ x: 1, y: 2 }], true],
    [{ $elemMatch: { 0: 1 } }, [[1, 2]], true],
    [{ $elemMatch: { $id: 1 } }, [{ $ref: 'x', $id: 1 }], true],
    [{ $elemMatch: { $ref: 'x', $id: 2 } }, [{ $ref: 'x', $id: 1 }], false],
    [{ $elemMatch: { $db: 'd' } }, [{ $ref: 'x', $id: 1, $db: 'd' }], true],
    [{ $not: { $gt: 5 } }, 3, true],
    [{ $not: { $gt: 5 } }, 'x', true],
    [{ $not: /^a/ }, 'b', true],
    [{ $not: { $gt: 1, $lt: 5 } }, 7, true],
    [{ $regex: '^a', $options: 'i' }, 'Abc', true],
    [{ $regex: 'a b # comment', $options: 'x' }, 'ab', true],
    [{ $regex: '(?i)ABC' }, 'abc', true],
    [{ $regex: 'b$', $options: 'm' }, 'ab\nc', true],
    [{ $bitsAllSet: 5 }, 7, true],
    [{ $bitsAllSet: [0, 3] }, 1, false],
    [{ $bitsAnySet: 6 }, 2n, true],
    [{ $bitsAllClear: 6 }, 1, true],
    [{ $bitsAnyClear: 3 }, 2, true],
    [{ $bitsAllSet: 1 }, new Binary(new Uint8Array([3])), true],
    [{ $bitsAllSet: 1 }, 1.5, false],
    [{ $eq: 1, $comment: 'c' }, 1, true],
  ])('%o', (operators, value, expected) => {
    const document = value === undefined ? {} : { a: value };
    expect(matches({ a: operators }, document)).toBe(expected);
  });

  it('combines clauses', () => {
    expect(matches({ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 })).toBe(true);
    expect(matches({ $nor: [{ a: 1 }, { b: 2 }] }, { b: 2 })).toBe(false);
    expect(matches({ $and: [{ a: { $gt: 1 } }, { a: { $lt: 3 } }], $comment: 'x' }, { a: 2 })).toBe(true);
  });

  it('evaluates $expr and $jsonSchema', () => {
    expect(matches({ $expr: { $gt: ['$a', '$b'] } }, { a: 2, b: 1 })).toBe(true);
    expect(matches({ $jsonSchema: { required: ['a'] } }, { b: 1 })).toBe(false);
  });
});

describe('collation', () => {
  it('ignores case with strength 2 and accents with strength 1', () => {
    const with2 = compileFilter({ a: 'É' }, { collation: { locale: 'en', strength: 2 } });
    expect([with2.matches({ a: 'é' }), with2.matches({ a: 'e' })]).toEqual([true, false]);
    const with1 = compileFilter({ a: { $in: ['x', 'É'] } }, { collation: { locale: 'en', strength: 1 } });
    expect(with1.matches({ a: 'e' })).toBe(true);
  });

  it('refuses options that it would have to ignore', () => {
    expect(() => compileFilter({}, { collation: { locale: 'en', caseLevel: true } })).toThrow(/caseLevel/);
    expect(() => compileFilter({}, { collation: { locale: 'en', foo: 1 } })).toThrow(/unknown field/);
  });
});

describe('arrayIndex', () => {
  it.each<[Document, Document, number | undefined]>([
    [{ a: 2 }, { a: [1, 2] }, 1],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    [{ a: { $elemMatch: { b: 2 } } }, { a: [{ b: 1 }, { b: 2 }] }, 1],
    [{ 'a.b.c': 3 }, { a: [{ b: [{ c: 1 }] }, { b: [{ c: 2 }, { c: 3 }] }] }, 1],
    [{ _id: 1, a: { $in: [5, 3] } }, { _id: 1, a: [1, 3] }, 1],
    [{ $and: [{ _id: 1 }, { a: { $gte: 2 } }] }, { _id: 1, a: [1, 2] }, 1],
    [{ $or: [{ a: 9 }, { a: 2 }] }, { a: [1, 2] }, 1],
    [{ a: 1 }, { a: 1 }, undefined],
    [{ a: { $ne: 5 } }, { a: [1] }, undefined],
    [{ a: [1, 2] }, { a: [1, 2] }, undefined],
  ])('%o in %o', (filter, document, index) => {
    const compiled = compileFilter(filter);
    expect(compiled.matches(document)).toBe(true);
    expect(compiled.arrayIndex(document)).toBe(index);
  });
});

describe('refusals', () => {
  it.each<[Document, string, number]>([
    [{ a: { $foo: 1 } }, 'unknown operator: $foo', 2],
    [{ a: { $gt: 1, b: 1 } }, 'unknown operator: b', 2],
    [{ $foo: 1 }, 'unknown top level operator: $foo', 2],
    [{ $where: 'true' }, '$where', 115],
    [{ $text: { $search: 'x' } }, 'text index required', 27],
    [{ a: { $near: [0, 0] } }, '$near', 115],
    [{ a: { $in: 1 } }, '$in needs an array', 2],
    [{ a: { $in: [{ $gt: 1 }] } }, 'cannot nest $ under $in', 2],
    [{ $or: [] }, 'nonempty array', 2],
    [{ $and: {} }, '$and must be an array', 2],
    [{ a: { $not: 5 } }, '$not needs a regex or a document', 2],
    [{ a: { $options: 'i' } }, '$options needs a $regex', 2],
    [{ a: { $regex: '(' } }, 'Regular expression is invalid', 51091],
    [{ a: { $type: 'nope' } }, 'Unknown type name alias: nope', 2],
    [{ a: { $mod: [0, 1] } }, 'divisor cannot be 0', 2],
    [{ a: { $elemMatch: 1 } }, '$elemMatch needs an Object', 2],
    [{ $jsonSchema: { foo: 1 } }, 'Unknown $jsonSchema keyword: foo', 9],
    [{ $expr: { $nope: 1 } }, "Unrecognized expression '$nope'", 168],
    [{ $expr: { $function: {} } }, '$function', 115],
  ])('%o', (filter, message, code) => {
    const error = refusal(filter);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
});

describe('compileElementTest', () => {
  it('tests one element by value, by operators or by its fields', () => {
    expect(compileElementTest(2)(2)).toBe(true);
    expect(compileElementTest({ $gte: 2 })(1)).toBe(false);
    expect(compileElementTest({ x: 1 })({ x: 1, y: 2 })).toBe(true);
    expect(compileElementTest({ x: 1 })(1)).toBe(false);
  });
});
