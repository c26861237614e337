import fc from 'fast-check';
import { Types } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { checkDocument, FIELD_TYPES } from './typed-fields.ts';
import { buildFilter, readSort } from './typed-filter.ts';

const FIELDS = FIELD_TYPES.map((type) => ({ name: type, type }));
const ID = '65a1b2c3d4e5f60718293a4b';

const filter = (json: unknown) => buildFilter(FIELDS, JSON.stringify(json), new Map());

describe('buildFilter', () => {
  it('gives values the type of their field, also inside operators and clauses', () => {
    const day = new Date('2026-01-02');
    expect(filter({ date: '2026-01-02', string: '2026-01-02' })).toEqual({ date: day, string: '2026-01-02' });
    expect(filter({ $or: [{ date: { $gt: '2026-01-02' } }, { objectId: { $in: [ID, 'x'] } }] })).toEqual({
      $or: [{ date: { $gt: day } }, { objectId: { $in: [new Types.ObjectId(ID), 'x'] } }],
    });
    expect(filter({ date: { $not: { $lt: '2026-01-02' }, $exists: true } })).toEqual({
      date: { $not: { $lt: day }, $exists: true },
    });
  });

  it('reads what a text of a query can stand for', () => {
    const pairs = new Map([
      ['number', ['1', 'x']],
      ['boolean', ['true']],
      ['string', ['1']],
      ['unknown', ['1', 'true']],
    ]);
    expect(buildFilter(FIELDS, undefined, pairs)).toEqual({
      $and: [
        { number: { $in: [1] } },
        { boolean: { $in: [true] } },
        { string: { $in: ['1'] } },
        { unknown: { $in: ['1', 1, 'true', true] } },
      ],
    });
  });

  it('lets no operator through that it does not know, wherever it stands', () => {
    const operator = fc.constantFrom(
      '$where',
      '$function',
      '$accumulator',
      '$expr',
      '$text',
      '$near',
      '$jsonSchema',
      '$comment',
    );
    const wraps: ((inner: unknown) => unknown)[] = [
      (inner) => ({ $and: [inner] }),
      (inner) => ({ a: { $elemMatch: inner } }),
      (inner) => ({ a: { $not: inner } }),
      (inner) => ({ a: [inner] }),
      (inner) => ({ a: { b: inner } }),
    ];
    fc.assert(
      fc.property(operator, fc.array(fc.constantFrom(...wraps), { maxLength: 6 }), (name, layers) => {
        const nested = layers.reduce<unknown>((inner, wrap) => wrap(inner), { [name]: 1 });
        expect(() => filter(nested)).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }));
      }),
    );
  });

  it('refuses a filter that is nested too deep', () => {
    const deep = Array.from({ length: 200 }).reduce<unknown>((inner) => ({ $and: [inner] }), {});
    expect(() => filter(deep)).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }));
  });
});

describe('readSort', () => {
  it('reads fields and directions in order', () => {
    expect(Object.entries(readSort('name, -age,+id'))).toEqual([
      ['name', 1],
      ['age', -1],
      ['id', 1],
    ]);
  });
});

describe('checkDocument', () => {
  it('changes nothing but dates, object ids and the fields of the server', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue()), (document) => {
        const fields = [{ name: 'q', type: 'string' }].filter(
          ({ name }) => typeof document[name] === 'string',
        );
        const { document: kept, problems } = checkDocument(fields, {
          ...document,
          _id: 1,
          __v: 2,
          createdAt: 3,
        });
        expect(problems).toEqual([]);
        expect(kept).toEqual(document);
      }),
    );
  });

  it('knows the types by the spelling of old definitions, and lets unknown ones pass', () => {
    const fields = [
      { name: 'a', type: 'ObjectId' },
      { name: 'b', type: 'String' },
      { name: 'c', type: 'Mixed' },
    ];
    expect(checkDocument(fields, { a: ID, b: 'x', c: [1] })).toEqual({
      document: { a: new Types.ObjectId(ID), b: 'x', c: [1] },
      problems: [],
    });
    expect(checkDocument(fields, { b: 1 }).problems).toEqual([
      { path: 'body.b', message: 'Expected string' },
    ]);
  });
});
