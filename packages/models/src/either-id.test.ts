import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { matchEitherId } from './either-id.ts';
import { createMongoDatabase } from './mongo-database.ts';

const HEX = '65a1b2c3d4e5f60718293a4b';
const ID = new mongoose.Types.ObjectId(HEX);

test.each<[object, object]>([
  [{ post: HEX }, { post: { $in: [HEX, ID] } }],
  [{ post: ID }, { post: { $in: [HEX, ID] } }],
  [{ post: { $eq: ID } }, { post: { $in: [HEX, ID] } }],
  [{ post: { $ne: HEX } }, { post: { $nin: [HEX, ID] } }],
  [{ post: { $in: ['x', ID] } }, { post: { $in: ['x', HEX, ID] } }],
  [{ post: { $nin: [HEX] } }, { post: { $nin: [HEX, ID] } }],
  [{ $or: [{ a: HEX }, { b: 1 }] }, { $or: [{ a: { $in: [HEX, ID] } }, { b: 1 }] }],
  [{ list: { $elemMatch: { id: HEX } } }, { list: { $elemMatch: { id: { $in: [HEX, ID] } } } }],
  [{ list: { $elemMatch: { $eq: HEX } } }, { list: { $elemMatch: { $in: [HEX, ID] } } }],
  [{ post: { $not: { $eq: HEX } } }, { post: { $not: { $in: [HEX, ID] } } }],
  [
    { _id: ID, a: { b: HEX }, n: { $gt: 5 } },
    { _id: ID, a: { b: HEX }, n: { $gt: 5 } },
  ],
])('%j', (filter, matched) => {
  expect(matchEitherId(filter as Record<string, unknown>)).toEqual(matched);
});

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('for all ids: stored as text or as id, a document is found by either', async () => {
  const port = createMongoDatabase(database.connection, { namespace: null });
  const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(hex, fc.boolean(), fc.boolean(), async (text, asText, byText) => {
      const id = new mongoose.Types.ObjectId(text);
      const { _id } = await port.insertOne('links', { ref: asText ? text : id });
      const wanted = byText ? text : id;
      for (const condition of [wanted, { $in: ['other', wanted] }, { $eq: wanted }]) {
        const found = await port.find('links', { filter: { ref: condition, _id: _id as never } });
        expect(found).toHaveLength(1);
      }
      expect(await port.find('links', { filter: { ref: { $ne: wanted }, _id: _id as never } })).toHaveLength(
        0,
      );
    }),
    { numRuns: 100 },
  );
});
