/** @module Updates change documents as MongoDB's updates do. */
import { Decimal128, Double, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documents } from '../../tests/arbitraries.ts';
import { CommandError } from '../command-error.ts';
import { type Document, toBytes } from './documents.ts';
import { keysOf } from './fields.ts';
import { compileUpdate, type UpdateOptions } from './update.ts';

const now = new Date(1_700_000_000_000);
const apply = (
  update: Document | Document[],
  document: Document,
  options: UpdateOptions = {},
  mode: 'update' | 'insert' = 'update',
) => compileUpdate(update, options).apply(document, { mode, now });

const refusal = (
  update: Document | Document[],
  document: Document = {},
  options: UpdateOptions = {},
): CommandError => {
  try {
    apply(update, document, options);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('the update was accepted');
};

describe('operators', () => {
  it.each<[Document, Document, Document]>([
    [{ $set: { a: 1 } }, {}, { a: 1 }],
    [{ $set: {} }, { a: 1 }, { a: 1 }],
    [{ $set: { 'a.b.c': 1 } }, {}, { a: { b: { c: 1 } } }],
    [{ $set: { 'a.2': 1 } }, { a: [0] }, { a: [0, null, 1] }],
    [{ $set: { 'a.0.b': 2 } }, { a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
    [{ $set: { 'a.0': 1 } }, {}, { a: { 0: 1 } }],
    [{ $unset: { a: '', 'b.c': 1 } }, { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2 } }],
    [{ $unset: { 'a.1': '' } }, { a: [1, 2, 3] }, { a: [1, null, 3] }],
    [{ $unset: { 'a.b': '' } }, { a: 5 }, { a: 5 }],
    [{ $inc: { a: 2, b: -1 } }, { a: 1 }, { a: 3, b: -1 }],
    [{ $inc: { a: 1 } }, { a: 2147483647 }, { a: 2147483648n }],
    [{ $inc: { a: 0.5 } }, { a: 1 }, { a: 1.5 }],
    [{ $inc: { a: 0.5 } }, { a: 1.5 }, { a: new Double(2) }],
    [{ $inc: { a: 1n } }, { a: 1 }, { a: 2n }],
    [{ $inc: { a: Decimal128.fromString('0.1') } }, { a: 1 }, { a: Decimal128.fromString('1.1') }],
    [{ $mul: { a: 3, b: 2 } }, { a: 2 }, { a: 6, b: 0 }],
    [{ $min: { a: 1, b: 5 } }, { a: 2, b: 3 }, { a: 1, b: 3 }],
    [{ $max: { a: 3, b: new Date(5) } }, { a: 2, b: new Date(1) }, { a: 3, b: new Date(5) }],
    [{ $rename: { a: 'b', x: 'y' } }, { a: 1, c: 2 }, { c: 2, b: 1 }],
    [{ $rename: { 'a.b': 'c.d' } }, { a: { b: 1 } }, { a: {}, c: { d: 1 } }],
    [{ $currentDate: { a: true, b: { $type: 'date' } } }, {}, { a: now, b: now }],
    [{ $bit: { a: { and: 6 }, b: { or: 1 }, c: { xor: 3 } } }, { a: 3, b: 4, c: 1 }, { a: 2, b: 5, c: 2 }],
    [{ $push: { a: 1 } }, {}, { a: [1] }],
    [{ $push: { a: [1, 2] } }, { a: [0] }, { a: [0, [1, 2]] }],
    [{ $push: { a: { $each: [3, 1], $sort: 1, $slice: -2 } } }, { a: [2] }, { a: [2, 3] }],
    [
      { $push: { a: { $each: [{ s: 1 }], $sort: { s: -1 } } } },
      { a: [{ s: 2 }, { s: 3 }] },
      { a: [{ s: 3 }, { s: 2 }, { s: 1 }] },
    ],
    [{ $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 2] }, { a: [1, 9, 2] }],
    [{ $push: { a: { $each: [9], $position: -1 } } }, { a: [1, 2] }, { a: [1, 9, 2] }],
    [{ $push: { a: { $each: [], $slice: 0 } } }, { a: [1, 2] }, { a: [] }],
    [{ $addToSet: { a: 2 } }, { a: [1, 2] }, { a: [1, 2] }],
    [{ $addToSet: { a: { $each: [2, 3, 3] } } }, { a: [1, 2] }, { a: [1, 2, 3] }],
    [{ $addToSet: { a: { x: 1 } } }, { a: [{ x: 1 }] }, { a: [{ x: 1 }] }],
    [{ $pull: { a: 2 } }, { a: [1, 2, 2] }, { a: [1] }],
    [{ $pull: { a: { $in: [1, 2] } } }, { a: [1, 2, 3] }, { a: [3] }],
    [{ $pull: { a: { x: 1 } } }, { a: [{ x: 1, y: 2 }, { x: 2 }, 1] }, { a: [{ x: 2 }, 1] }],
    [{ $pull: { a: { $elemMatch: { x: 1 } } } }, { a: [[{ x: 1 }], [{ x: 2 }]] }, { a: [[{ x: 2 }]] }],
    [{ $pull: { a: /^x/ } }, { a: ['xy', 'y'] }, { a: ['y'] }],
    [{ $pullAll: { a: [1, 3] } }, { a: [1, 2, 3, 1] }, { a: [2] }],
    [{ $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [1, 2] }, { a: [1], b: [2] }],
  ])('%o on %o', (update, before, after) => {
    const result = apply(update, { _id: 7, ...before });
    expect(result).toEqual({ _id: 7, ...after });
    expect(keysOf(result)).toEqual(['_id', ...keysOf(after)]);
  });

  it('adds new fields in the order of their names, numbers as numbers', () => {
    expect(keysOf(apply({ $set: { b: 1, a: 1, '10': 1, '9': 1 } }, { _id: 1 }))).toEqual([
      '_id',
      '9',
      '10',
      'a',
      'b',
    ]);
  });

  it('makes a timestamp of the current time', () => {
    expect(apply({ $currentDate: { a: { $type: 'timestamp' } } }, {}).a).toEqual(
      new Timestamp({ t: 1_700_000_000, i: 1 }),
    );
  });

  it('applies $setOnInsert only to a new document', () => {
    expect(apply({ $setOnInsert: { a: 1 } }, { _id: 1 })).toEqual({ _id: 1 });
    expect(apply({ $setOnInsert: { a: 1 }, $set: { _id: 5 } }, {}, {}, 'insert')).toEqual({ _id: 5, a: 1 });
    expect(keysOf(apply({ $set: { a: 1, _id: 5 } }, { z: 1 }, {}, 'insert'))[0]).toBe('_id');
    expect(keysOf(apply({ $set: {} }, { z: 1, _id: 5 }, {}, 'insert'))).toEqual(['_id', 'z']);
  });

  it('gives the same document when nothing changes, and never modifies the given one', () => {
    const document = { _id: 1, a: 1, l: [1], n: null };
    for (const update of [
      { $set: { a: 1 } },
      { $unset: { x: 1 } },
      { $pull: { l: 5 } },
      { $min: { a: 3 } },
      { $addToSet: { l: 1 } },
      { _id: 1, a: 1, l: [1], n: null },
    ]) {
      expect(apply(update, document)).toBe(document);
    }
    const frozen = Object.freeze({ _id: 1, a: Object.freeze([1]) });
    expect(apply({ $push: { a: 2 } }, frozen)).toEqual({ _id: 1, a: [1, 2] });
    expect(apply({ $set: { a: 1n } }, { a: 1 })).toEqual({ a: 1n });
  });

  it('changes back what it changed: setting and removing a new field gives the same document', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const before = { ...document, _id: 1 };
        const changed = apply({ $set: { 'new field.inside': 1 } }, before);
        expect(toBytes(apply({ $unset: { 'new field': 1 } }, changed))).toEqual(toBytes(before));
      }),
      { numRuns: 200 },
    );
  });
});

describe('positions in arrays', () => {
  it.each<[Document, Document, UpdateOptions, Document]>([
    [{ $set: { 'a.$': 9 } }, { a: [1, 2] }, { filter: { a: 2 } }, { a: [1, 9] }],
    [
      { $inc: { 'a.$.n': 1 } },
      {
        a: [
          { k: 1, n: 1 },
          { k: 2, n: 1 },
        ],
      },
      { filter: { 'a.k': 2 } },
      {
        a: [
          { k: 1, n: 1 },
          { k: 2, n: 2 },
        ],
      },
    ],
    [{ $inc: { 'a.$[]': 1 } }, { a: [1, 2] }, {}, { a: [2, 3] }],
    [
      { $set: { 'a.$[].b.$[x].c': 1 } },
      { a: [{ b: [{ d: 1 }, { d: 2 }] }] },
      { arrayFilters: [{ 'x.d': 2 }] },
      { a: [{ b: [{ d: 1 }, { d: 2, c: 1 }] }] },
    ],
    [{ $set: { 'a.$[x]': 0 } }, { a: [1, 5, 9] }, { arrayFilters: [{ x: { $gte: 5 } }] }, { a: [1, 0, 0] }],
    [
      { $set: { 'a.$[x].v': 1 } },
      { a: [{ p: 1, q: 1 }] },
      { arrayFilters: [{ $or: [{ 'x.p': 1 }, { 'x.q': 2 }] }] },
      { a: [{ p: 1, q: 1, v: 1 }] },
    ],
    [{ $pull: { 'a.$[].l': 1 } }, { a: [{ l: [1, 2] }, { l: [1] }] }, {}, { a: [{ l: [2] }, { l: [] }] }],
  ])('%o on %o', (update, before, options, after) => {
    expect(apply(update, before, options)).toEqual(after);
  });

  it('takes the index of $ from the caller first', () => {
    const update = compileUpdate({ $set: { 'a.$': 9 } });
    expect(update.apply({ a: [1, 2] }, { mode: 'update', now, arrayIndex: 0 })).toEqual({ a: [9, 2] });
  });
});

describe('replacement', () => {
  it('keeps the _id and puts it first', () => {
    expect(apply({ b: 1 }, { _id: 1, a: 1 })).toEqual({ _id: 1, b: 1 });
    expect(keysOf(apply({ b: 1, _id: 1 }, { _id: 1, a: 1 }))).toEqual(['_id', 'b']);
    expect(apply({ b: 1, _id: 3 }, {}, {}, 'insert')).toEqual({ _id: 3, b: 1 });
    expect(apply({}, { _id: 1, a: 1 })).toEqual({ _id: 1 });
  });
});

describe('pipeline', () => {
  it('computes fields from the document', () => {
    const update = [
      { $set: { total: { $sum: ['$a', '$b'] } } },
      { $unset: 'a' },
      { $addFields: { at: '$$NOW' } },
    ];
    expect(apply(update, { _id: 1, a: 1, b: 2 })).toEqual({ _id: 1, b: 2, total: 3, at: now });
    expect(apply([{ $replaceWith: { x: '$a' } }], { _id: 1, a: 1 })).toEqual({ _id: 1, x: 1 });
    expect(apply([{ $set: { c: '$$v' } }], { _id: 1 }, { variables: { v: 5 } })).toEqual({ _id: 1, c: 5 });
  });
});

describe('refusals', () => {
  it.each<[Document | Document[], Document, UpdateOptions, number, string]>([
    [{ $foo: { a: 1 } }, {}, {}, 9, 'Unknown modifier: $foo'],
    [{ $set: { a: 1 }, b: 1 }, {}, {}, 9, 'Unknown modifier: b'],
    [{ $set: 5 }, {}, {}, 9, 'Modifiers operate on fields but we found type int instead'],
    [{ a: 1, $set: { b: 1 } }, {}, {}, 52, "The dollar ($) prefixed field '$set'"],
    [{ $set: { a: 1 }, $inc: { a: 1 } }, {}, {}, 40, "Updating the path 'a' would create a conflict at 'a'"],
    [{ $set: { a: 1, 'a.b': 1 } }, {}, {}, 40, "conflict at 'a'"],
    [{ $set: { _id: 2 } }, { _id: 1 }, {}, 66, "would modify the immutable field '_id'"],
    [{ _id: 2 }, { _id: 1 }, {}, 66, "'_id' was found to have been altered to _id: 2"],
    [[{ $set: { _id: 2 } }], { _id: 1 }, {}, 66, "'_id' was found to have been altered"],
    [{ $set: { 'a.b': 1 } }, { a: 5 }, {}, 28, "Cannot create field 'b' in element {a: 5}"],
    [{ $set: { 'a.b': 1 } }, { a: [1] }, {}, 28, "Cannot create field 'b' in element {a: [ 1 ]}"],
    [{ $set: { 'a.b': 1 } }, { a: null }, {}, 28, "Cannot create field 'b' in element {a: null}"],
    [{ $set: { 'a.2000000': 1 } }, { a: [] }, {}, 36, "can't backfill more than 1500000"],
    [
      { $inc: { a: 1 } },
      { _id: 1, a: 'x' },
      {},
      14,
      "Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 'a' of non-numeric type string",
    ],
    [{ $inc: { a: 'x' } }, {}, {}, 14, 'Cannot increment with non-numeric argument: {a: "x"}'],
    [{ $inc: { a: 1 } }, { a: 9223372036854775807n }, {}, 2, 'Failed to apply $inc operations'],
    [
      { $push: { a: 1 } },
      { _id: 1, a: 5 },
      {},
      2,
      "The field 'a' must be an array but is of type int in document {_id: 1}",
    ],
    [{ $addToSet: { a: 1 } }, { a: 5 }, {}, 2, 'Cannot apply $addToSet to non-array field'],
    [{ $pull: { a: 1 } }, { a: 5 }, {}, 2, 'Cannot apply $pull to a non-array value'],
    [{ $pop: { a: 1 } }, { a: 5 }, {}, 14, "contains an element of non-array type 'int'"],
    [{ $pop: { a: 2 } }, {}, {}, 9, '$pop expects 1 or -1'],
    [{ $push: { a: { $each: 1 } } }, {}, {}, 2, 'must be an array'],
    [{ $set: { '': 1 } }, {}, {}, 56, 'An empty update path is not valid.'],
    [{ $set: { 'a..b': 1 } }, {}, {}, 56, 'contains an empty field name'],
    [{ $set: { $a: 1 } }, {}, {}, 52, 'dollar ($) prefixed'],
    [{ $inc: { '$a.b': 1 } }, {}, {}, 52, 'dollar ($) prefixed'],
    [{ $rename: { a: '$a' } }, { a: 1 }, {}, 52, 'dollar ($) prefixed'],
    [{ $set: { 'a.$': 1 } }, { a: [1] }, {}, 2, 'The positional operator did not find the match needed'],
    [{ $set: { 'a.$[]': 1 } }, {}, {}, 2, "The path 'a' must exist"],
    [{ $set: { 'a.$[]': 1 } }, { a: 1 }, {}, 2, 'Cannot apply array updates to non-array element a: 1'],
    [{ $set: { 'a.$[x]': 1 } }, { a: [1] }, {}, 2, "No array filter found for identifier 'x'"],
    [
      { $set: { a: 1 } },
      {},
      { arrayFilters: [{ x: 1 }] },
      9,
      "The array filter for identifier 'x' was not used",
    ],
    [{ $set: { 'a.$[x]': 1 } }, {}, { arrayFilters: [{ x: 1 }, { x: 2 }] }, 9, 'multiple array filters'],
    [{ $rename: { a: 'a' } }, {}, {}, 2, 'must differ'],
    [{ $rename: { 'a.b': 'c' } }, { _id: 1, a: [{ b: 1 }] }, {}, 2, 'cannot be an array element'],
    [{ $currentDate: { a: 'x' } }, {}, {}, 2, 'is not valid type for $currentDate'],
    [{ $bit: { a: { nand: 1 } } }, {}, {}, 2, "only supports 'and', 'or', and 'xor'"],
    [[{ $match: {} }], {}, {}, 72, '$match is not allowed to be used within an update'],
  ])('%o on %o', (update, document, options, code, message) => {
    const error = refusal(update, document, options);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
});
