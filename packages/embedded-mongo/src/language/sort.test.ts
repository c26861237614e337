/** @module Sorting, index values and distinct values follow MongoDB's rules for arrays and missing fields. */
import { ObjectId } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documents as anyDocuments } from '../../tests/arbitraries.ts';
import { runToEnd } from '../pace.ts';
import { EMPTY_ARRAY } from './compare.ts';
import { distinctValues } from './distinct.ts';
import type { Document } from './documents.ts';
import { indexValues } from './paths.ts';
import { compileSort, sortDocuments, sortKeyValues } from './sort.ts';

const ids = (documents: readonly Document[]) => documents.map(({ _id }) => _id);

describe('compileSort', () => {
  it('orders by several fields and directions', () => {
    const documents = [
      { _id: 1, a: 1, b: 2 },
      { _id: 2, a: 2, b: 1 },
      { _id: 3, a: 1, b: 3 },
    ];
    expect(ids(documents.toSorted(compileSort({ a: 1, b: -1 })))).toEqual([3, 1, 2]);
  });

  it('takes the smallest element of an array upwards and the greatest downwards', () => {
    const documents = [
      { _id: 1, a: [5, 20] },
      { _id: 2, a: 10 },
    ];
    expect(ids(documents.toSorted(compileSort({ a: 1 })))).toEqual([1, 2]);
    expect(ids(documents.toSorted(compileSort({ a: -1 })))).toEqual([1, 2]);
    expect(sortKeyValues(documents[0]!, { a: -1 })).toEqual([20]);
  });

  it('orders types, with missing like null and an empty array before them', () => {
    const documents = [
      { _id: 1, a: 'x' },
      { _id: 2, a: 1 },
      { _id: 3 },
      { _id: 4, a: [] },
      { _id: 5, a: new ObjectId() },
    ];
    expect(ids(documents.toSorted(compileSort({ a: 1 })))).toEqual([4, 3, 2, 1, 5]);
  });

  it('follows dotted paths into arrays', () => {
    const documents = [
      { _id: 1, a: [{ b: 3 }, { b: 1 }] },
      { _id: 2, a: { b: 2 } },
    ];
    expect(ids(documents.toSorted(compileSort({ 'a.b': 1 })))).toEqual([1, 2]);
    expect(ids(documents.toSorted(compileSort({ 'a.b': -1 })))).toEqual([1, 2]);
  });

  it('orders strings by a collation', () => {
    const documents = [
      { _id: 1, a: 'b' },
      { _id: 2, a: 'A' },
      { _id: 3, a: 'a10' },
      { _id: 4, a: 'a9' },
    ];
    expect(
      ids(
        documents.toSorted(
          compileSort({ a: 1 }, { collation: { locale: 'en', strength: 2, numericOrdering: true } }),
        ),
      ),
    ).toEqual([2, 4, 3, 1]);
    expect(ids(documents.toSorted(compileSort({ a: 1 })))).toEqual([2, 3, 4, 1]);
  });

  it('sorts alike at once and by comparison', () => {
    fc.assert(
      fc.property(fc.array(anyDocuments, { maxLength: 8 }), (list) => {
        const spec = { a: 1, b: -1 };
        fc.pre(!list.some(({ a, b }) => Array.isArray(a) && Array.isArray(b)));
        expect(sortDocuments(list, spec)).toEqual(list.toSorted(compileSort(spec)));
      }),
      { numRuns: 200 },
    );
  });

  it.each([{ a: 2 }, { a: 'x' }, { a: { $meta: 'textScore' } }, { $a: 1 }])('refuses %o', (spec) => {
    expect(() => compileSort(spec as Document)).toThrow();
  });
});

describe('indexValues', () => {
  it.each<[Document, string, unknown[]]>([
    [{ a: 1 }, 'a', [1]],
    [{}, 'a', [undefined]],
    [{ a: null }, 'a', [null]],
    [{ a: [] }, 'a', [EMPTY_ARRAY]],
    [{ a: [1, [2]] }, 'a', [1, [2]]],
    [{ a: [{ b: 1 }, { b: [2, 3] }, {}] }, 'a.b', [1, 2, 3, undefined]],
    [{ a: [] }, 'a.b', [undefined]],
    [{ a: 5 }, 'a.b', [undefined]],
    [{ a: [{ b: 1 }, { b: 2 }] }, 'a.1.b', [2]],
    [{ a: [7, 8] }, 'a.0', [7]],
  ])('%o on %s', (document, path, values) => {
    expect(indexValues(document, path)).toStrictEqual(values);
  });
});

describe('distinctValues', () => {
  it('counts elements of arrays singly, leaves out missing fields and sorts', () => {
    const documents = [{ a: [3, 1] }, { a: 1 }, {}, { a: null }, { a: 1n }, { a: { x: 1 } }, { a: { x: 1 } }];
    expect(runToEnd(distinctValues(documents, 'a'))).toEqual([null, 1, 3, { x: 1 }]);
    expect(runToEnd(distinctValues([{ l: [{ b: 1 }, { b: [2, 1] }] }], 'l.b'))).toEqual([1, 2]);
  });

  it('counts by a collation', () => {
    expect(
      runToEnd(distinctValues([{ a: 'x' }, { a: 'X' }], 'a', { collation: { locale: 'en', strength: 2 } })),
    ).toHaveLength(1);
  });
});
