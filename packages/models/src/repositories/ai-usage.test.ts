/** @module Use of language models is added up by owner and day. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { ensureIndexes } from '../indexes.ts';
import { createRepositories } from '../repositories.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await ensureIndexes(database.models);
});
afterAll(() => database.close());

const usage = () => createRepositories(database.models).aiUsage;
const NOON = new Date('2026-11-24T12:00:00Z');

test('uses of one day are added up, those of others are apart', async () => {
  await usage().add('anna', { requests: 1 }, NOON);
  const after = await usage().add('anna', { inputTokens: 10, outputTokens: 5 }, NOON);
  expect(after).toMatchObject({ day: '2026-11-24', requests: 1, inputTokens: 10, outputTokens: 5 });
  await usage().add('anna', { requests: 1 }, new Date('2026-11-25T00:00:00Z'));
  await usage().add('ben', { requests: 7 }, NOON);

  expect(await usage().ofDay('anna', '2026-11-24')).toEqual(after);
  expect(await usage().ofDay('anna', '2026-11-25')).toMatchObject({ requests: 1, inputTokens: 0 });
  expect(await usage().ofDay('anna', '2026-11-26')).toEqual({
    day: '2026-11-26',
    requests: 0,
    inputTokens: 0,
    outputTokens: 0,
    updatedAt: null,
  });
});

test('nothing is lost when a day begins with many uses at once', async () => {
  await Promise.all(
    Array.from({ length: 25 }, () => usage().add('carl', { requests: 1, inputTokens: 2 }, NOON)),
  );
  expect(await usage().ofDay('carl', '2026-11-24')).toMatchObject({ requests: 25, inputTokens: 50 });
  expect(await database.models.AiUsage.countDocuments({ ownerId: 'carl' })).toBe(1);
});

test('rows go after 90 days, by an index of the database', async () => {
  const row = await database.models.AiUsage.findOne({ ownerId: 'carl' }).lean();
  expect(row?.expiresAt?.toISOString()).toBe('2027-02-22T12:00:00.000Z');
  const indexes = await database.models.AiUsage.collection.indexes();
  expect(indexes.some(({ key, expireAfterSeconds }) => 'expiresAt' in key && expireAfterSeconds === 0)).toBe(
    true,
  );
});

test.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('%d is no amount', async (inputTokens) => {
  await expect(usage().add('dora', { inputTokens }, NOON)).rejects.toThrow(RangeError);
});
