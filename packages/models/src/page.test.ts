/** @module Cursors: what is given out comes back, and nothing else is taken. */
import fc from 'fast-check';
import { Types } from 'mongoose';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor, pageLimit } from './page.ts';

it('continues behind the row that the cursor was made from', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (bytes) => {
      const id = new Types.ObjectId(bytes);
      expect(decodeCursor(encodeCursor(id)).equals(id)).toBe(true);
    }),
  );
});

it('refuses every other text, and what is no text', () => {
  const other = fc.oneof(fc.string(), fc.anything(), fc.string({ minLength: 16, maxLength: 16 }));
  fc.assert(
    fc.property(other, (cursor) => {
      fc.pre(typeof cursor !== 'string' || !/^[\w-]{16}$/.test(cursor));
      expect(() => decodeCursor(cursor)).toThrow(
        expect.objectContaining({ code: 'INVALID_CURSOR', status: 400 }),
      );
    }),
  );
});

it.each([
  [undefined, 20],
  [Number.NaN, 20],
  [0, 1],
  [-5, 1],
  [7.9, 7],
  [1e9, 100],
])('moves a limit of %s to %i', (limit, expected) => {
  expect(pageLimit(limit)).toBe(expected);
});
