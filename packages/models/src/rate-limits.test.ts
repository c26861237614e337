import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { ensureIndexes } from './indexes.ts';
import { createModels } from './models.ts';
import { createCallCounts, createRateLimiter } from './rate-limits.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await ensureIndexes(createModels(database.connection));
});
afterAll(() => database.close());

const limiterOf = (points: number, name: string = crypto.randomUUID()) =>
  createRateLimiter(database.connection, { name, points, windowMs: 60_000 });

test('counts by key, and says how long to wait', async () => {
  const limiter = limiterOf(2);
  expect([await limiter.consume('a'), await limiter.consume('a')]).toEqual([null, null]);
  expect(await limiter.consume('a')).toBeGreaterThan(0);
  expect(await limiter.check('a')).toBeLessThanOrEqual(60_000);
  expect(await limiter.consume('b')).toBeNull();
  await limiter.refund('b');
  expect(await limiter.used('b')).toBe(0);
});

test('several limiters of one name share their counts, as processes do', async () => {
  const [one, other] = [limiterOf(10, 'shared'), limiterOf(10, 'shared')];
  const waits = await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 ? one : other).consume('k')));
  expect(waits.filter((wait) => wait === null)).toHaveLength(10);
});

test('0 is no limit, and a long key is cut', async () => {
  const none = limiterOf(0);
  for (let i = 0; i < 5; i++) expect(await none.consume('a')).toBeNull();
  const limiter = limiterOf(1);
  await limiter.consume('x'.repeat(10_000));
  const row = await database.connection.db!.collection('ratelimits').findOne({ key: /xxxx/ });
  expect(String(row?.key).length).toBeLessThan(600);
});

test('counts of calls add up over processes', async () => {
  const [one, other] = [createCallCounts(database.connection), createCallCounts(database.connection)];
  const expiresAt = new Date(Date.now() + 60_000);
  await one.add(new Map([['calls k', 3]]), expiresAt);
  expect(
    await other.add(
      new Map([
        ['calls k', 4],
        ['calls l', 1],
      ]),
      expiresAt,
    ),
  ).toEqual(
    new Map([
      ['calls k', 7],
      ['calls l', 1],
    ]),
  );
});
