/** @module An upsert starts from the equalities of its filter. */
import { ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import type { Document } from './documents.ts';
import { documentFromFilter } from './upsert-base.ts';

const id = new ObjectId();

describe('documentFromFilter', () => {
  it.each<[Document, Document]>([
    [
      { _id: id, a: 1 },
      { _id: id, a: 1 },
    ],
    [{ 'a.b': 1, 'a.c': { $eq: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: { $gt: 1 }, b: { $ne: 2 }, c: /x/ }, {}],
    [{ $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 }],
    [{ $or: [{ a: 1 }] }, { a: 1 }],
    [{ $or: [{ a: 1 }, { a: 2 }] }, {}],
    [
      { a: { $in: [1] }, b: { $all: [2] }, c: { $in: [1, 2] } },
      { a: 1, b: 2 },
    ],
    [{ a: { x: 1 } }, { a: { x: 1 } }],
    [{ $nor: [{ a: 1 }], a: null }, { a: null }],
  ])('%o', (filter, document) => {
    expect(documentFromFilter(filter)).toEqual(document);
  });

  it('refuses two values for one field', () => {
    expect(() => documentFromFilter({ $and: [{ a: 1 }, { a: 2 }] })).toThrow(/path 'a' is matched twice/);
    expect(() => documentFromFilter({ a: { b: 1 }, 'a.b': 1 })).toThrow(
      /both paths 'a.b' and 'a' are matched/,
    );
  });
});
