/** @module Casting without a database: what is sent, and what is refused. */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { castFilter, castNewDocument, castUpdate } from './casting.ts';

const now = new Date('2026-11-20T10:00:00Z');

describe('filters', () => {
  it('makes texts into ObjectIds wherever _id is asked for', () => {
    const id = new Types.ObjectId();
    const hex = id.toHexString();
    expect(castFilter('users', { _id: hex })).toEqual({ _id: id });
    expect(castFilter('users', { _id: { $in: [hex] }, $or: [{ _id: { $ne: hex } }] })).toEqual({
      _id: { $in: [id] },
      $or: [{ _id: { $ne: id } }],
    });
  });

  it('says which value of which collection is no id, as mongoose does', () => {
    expect(() => castFilter('users', { _id: 'abc' })).toThrow(
      expect.objectContaining({
        code: 'CAST_FAILED',
        message: 'Cast to ObjectId failed for value "abc" (type string) at path "_id" for model "users"',
      }),
    );
    expect(() => castFilter('a "b"', { $and: [{ _id: 5.5 }] })).toThrow('for model "a "b""');
  });

  it('makes the timestamps dates', () => {
    expect(castFilter('users', { createdAt: { $gt: now.toISOString() } })).toEqual({
      createdAt: { $gt: now },
    });
  });

  it.each([
    { $or: [] },
    { a: { $elemMatch: { $and: [] } } },
    { a: undefined },
    { $and: [{ a: { $eq: undefined } }] },
  ])('refuses %o, which would select more than was meant', (filter) => {
    expect(() => castFilter('users', filter)).toThrow(expect.objectContaining({ code: 'FILTER_INVALID' }));
  });

  it('keeps every condition on fields that no schema knows, whatever they are called', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', '__t', 'toString', 'a.b.c', '__v0'),
    );
    const name = key.filter(
      (text) => !text.startsWith('$') && !/^(_id|createdAt|updatedAt|__v)(\.|$)/.test(text),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.jsonValue()), { maxLength: 5 }), (entries) => {
        const filter: Record<string, unknown> = {};
        for (const [field, value] of entries)
          Object.defineProperty(filter, field, {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        const before = JSON.stringify(filter);
        expect(Object.entries(castFilter('c', filter))).toEqual(Object.entries(filter));
        expect(JSON.stringify(filter)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });
});

describe('new documents', () => {
  it('begin with _id and end with the timestamps and __v', () => {
    const stored = castNewDocument('users', { name: 'Ann', age: undefined, tags: [] }, now);
    expect(Object.keys(stored)).toEqual(['_id', 'name', 'tags', 'createdAt', 'updatedAt', '__v']);
    expect(stored).toMatchObject({ name: 'Ann', createdAt: now, updatedAt: now, __v: 0 });
    expect(stored._id).toBeInstanceOf(Types.ObjectId);
  });

  it('take an _id that is given', () => {
    const id = new Types.ObjectId();
    expect(castNewDocument('users', { _id: id.toHexString() }, now)._id).toEqual(id);
    expect(() => castNewDocument('users', { _id: 'abc' }, now)).toThrow('at path "_id" for model "users"');
  });

  it('keep ObjectIds, dates and bytes as they are', () => {
    const values = {
      id: new Types.ObjectId(),
      at: new Date(1),
      bytes: Buffer.from('x'),
      list: [new Date(2)],
    };
    expect(castNewDocument('users', values, now)).toMatchObject(values);
  });
});

describe('updates', () => {
  it('set updatedAt and leave createdAt alone', () => {
    expect(
      castUpdate('users', { $set: { a: 1, createdAt: 'x', updatedAt: 'y', gone: undefined } }, now),
    ).toEqual({
      $set: { a: 1, updatedAt: now },
    });
    expect(castUpdate('users', { $inc: { n: 1 }, $unset: { createdAt: 1 } }, now)).toEqual({
      $inc: { n: 1 },
      $set: { updatedAt: now },
    });
  });

  it('refuse anything but operators, which would replace the whole document', () => {
    expect(() => castUpdate('users', { a: 1 }, now)).toThrow(
      expect.objectContaining({ code: 'UPDATE_INVALID' }),
    );
  });
});
