/** @module Keys of an index sort like the values they stand for. */
import { BSONSymbol, Decimal128, Double, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbers, values } from '../../tests/arbitraries.ts';
import { compareBson, EMPTY_ARRAY } from './compare.ts';
import { encodeKey } from './encode-key.ts';
import { valueKey } from './value-key.ts';

const order = (a: unknown, b: unknown) => Math.sign(Buffer.compare(encodeKey([a], [1]), encodeKey([b], [1])));

describe('encodeKey', () => {
  it('orders numbers of all types as compareBson does', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(order(a, b)).toBe(Math.sign(compareBson(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('orders all values as compareBson does', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(order(a, b)).toBe(Math.sign(compareBson(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  it('orders compound keys with mixed directions', () => {
    const pair = fc.tuple(values, values);
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        const expected = Math.sign(compareBson(a[0], b[0])) * -1 || Math.sign(compareBson(a[1], b[1]));
        const actual = Math.sign(Buffer.compare(encodeKey(a, [-1, 1]), encodeKey(b, [-1, 1])));
        expect(actual + 0).toBe(expected + 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives equal numbers of different types the same bytes', () => {
    const ones = [
      1,
      1n,
      new Double(1),
      Long.fromNumber(1),
      Decimal128.fromString('1'),
      Decimal128.fromString('1.00'),
    ];
    const keys = new Set(ones.map((one) => Buffer.from(encodeKey([one], [1])).toString('hex')));
    expect(keys.size).toBe(1);
    expect(order(0.1, Decimal128.fromString('0.1'))).toBe(1);
    expect(order(9007199254740992, 9007199254740993n)).toBe(-1);
  });

  it('puts the types in the order MongoDB has', () => {
    const sorted = [EMPTY_ARRAY, null, -5, 'a', {}, [], new ObjectId(), false, new Date(0)];
    expect(sorted.toReversed().sort(compareBson)).toEqual(sorted);
    expect(order(undefined, null)).toBe(0);
  });

  it('has a total order: sorting random values is consistent', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        if (compareBson(a, b) <= 0 && compareBson(b, c) <= 0)
          expect(compareBson(a, c)).toBeLessThanOrEqual(0);
        expect(Math.sign(compareBson(a, b)) + Math.sign(compareBson(b, a))).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('valueKey', () => {
  it('sees through the number types', () => {
    expect(new Set([1, 1n, new Double(1), Decimal128.fromString('1.00')].map(valueKey)).size).toBe(1);
    expect(valueKey(-0)).toBe(valueKey(0));
    expect(valueKey(Decimal128.fromString('0E+100'))).toBe(valueKey(0));
  });

  it('sees a text in a symbol, as the order of values does', () => {
    for (const text of ['', 'a', 'a\0b']) {
      expect(compareBson(text, new BSONSymbol(text))).toBe(0);
      expect(valueKey(new BSONSymbol(text))).toBe(valueKey(text));
      expect(valueKey([new BSONSymbol(text)])).toBe(valueKey([text]));
    }
  });

  it('is equal exactly when values are', () => {
    fc.assert(
      fc.property(fc.oneof(numbers, values), fc.oneof(numbers, values), (a, b) => {
        expect(valueKey(a) === valueKey(b)).toBe(compareBson(a, b) === 0);
      }),
      { numRuns: 2000 },
    );
  });
});
