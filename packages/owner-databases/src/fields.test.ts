/** @module The fields that a sample of documents shows. */

import { Decimal128, ObjectId } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listFields } from './fields.ts';

describe('listFields', () => {
  it('unites several documents, in the order of appearance, without the version key', () => {
    expect(
      listFields([
        { _id: 1, a: 1, __v: 0 },
        { _id: 2, b: null },
      ]),
    ).toEqual(['_id', 'a', 'b']);
    expect(listFields([])).toEqual([]);
  });

  it('names nested fields with dots, also in lists, and looks into no value that is not a document', () => {
    const document = {
      _id: new ObjectId(),
      at: new Date(),
      bytes: Buffer.from('x'),
      amount: Decimal128.fromString('1.5'),
      address: { city: 'Bern', __v: 1 },
      items: [{ sku: 1 }, 'text', { sku: 2, tags: [{ name: 'x' }] }],
    };
    expect(listFields([document])).toEqual([
      '_id',
      'at',
      'bytes',
      'amount',
      'address',
      'address.city',
      'address.__v',
      'items',
      'items.sku',
      'items.tags',
      'items.tags.name',
    ]);
  });

  it('stops at its limits, whatever the documents are', () => {
    expect(listFields([{ a: { b: { c: { d: { e: 1 } } } } }])).toEqual(['a', 'a.b', 'a.b.c', 'a.b.c.d']);
    fc.assert(
      fc.property(fc.array(fc.object({ maxDepth: 6 })), (documents) => {
        const names = listFields(documents, { fields: 7, depth: 2 });
        expect(names.length).toBeLessThanOrEqual(7);
        expect(new Set(names).size).toBe(names.length);
        const all = new Set(documents.flatMap((document) => Object.keys(document)));
        if (names.length < 7) for (const key of all) if (key !== '__v') expect(names).toContain(key);
      }),
    );
  });
});
