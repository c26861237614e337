/** @module Sessions against a database. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../tests/support/test-database.ts';
import { createSessionStore, type SessionData, type SessionStore } from './session-store.ts';

const DAY = 86_400_000;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let store: SessionStore;
beforeAll(async () => {
  database = await openTestDatabase();
  store = createSessionStore(database.models);
});
afterAll(() => database.close());

/** A store whose time is set by the test, in an era of its own so that no other test's sessions expire in it. */
function storeAt(start: number): { store: SessionStore; time: { now: number } } {
  const time = { now: start };
  return {
    time,
    store: createSessionStore(database.models.Session, { ttlDays: 2, clock: () => new Date(time.now) }),
  };
}

it('opens a session with a random id, seven days long', async () => {
  const id = await store.create('user-1', { cart: [1] });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const session = (await store.get(id))!;
  expect(session).toEqual({
    sessionId: id,
    userId: 'user-1',
    data: { cart: [1] },
    expiresAt: expect.any(Date),
    createdAt: expect.any(Date),
    updatedAt: expect.any(Date),
  });
  expect(Math.abs(session.expiresAt.getTime() - session.createdAt.getTime() - 7 * DAY)).toBeLessThan(60_000);
  expect((await store.get(await store.create('user-1')))?.data).toEqual({});
});

it('replaces data, and ends sessions one by one or all of a user', async () => {
  const [first, second, foreign] = await Promise.all(
    ['u', 'u', 'v'].map((user) => store.create(user, { a: 1 })),
  );
  expect(await store.update(first!, { b: 2 })).toBe(true);
  expect((await store.get(first!))?.data).toEqual({ b: 2 });
  expect((await store.get(second!))?.data).toEqual({ a: 1 });
  expect(await store.delete(first!)).toBe(true);
  expect(await store.delete(first!)).toBe(false);
  expect(await store.get(first!)).toBeNull();
  expect(await store.update(first!, {})).toBe(false);
  expect(await store.deleteAllOfUser('u')).toBe(1);
  expect(await store.get(second!)).toBeNull();
  expect(await store.get(foreign!)).not.toBeNull();
});

it('answers nothing for what is no id, and opens nothing without a user', async () => {
  await store.create('somebody');
  for (const id of [{ $ne: null }, '', null, undefined, 7, 'unknown'] as never[]) {
    expect(await store.get(id)).toBeNull();
    expect(await store.update(id, {})).toBe(false);
    expect(await store.touch(id)).toBe(false);
    expect(await store.delete(id)).toBe(false);
    expect(await store.deleteAllOfUser(id)).toBe(0);
  }
  for (const user of [{ $ne: null }, '', undefined] as never[])
    await expect(store.create(user)).rejects.toThrow(TypeError);
});

describe('expiry', () => {
  it('makes a session unknown at its time, before anybody removes it', async () => {
    const { store: timed, time } = storeAt(Date.UTC(2090, 0, 1));
    const id = await timed.create('u', { a: 1 });
    time.now += 2 * DAY - 1;
    expect(await timed.get(id)).not.toBeNull();
    time.now += 1;
    expect(await timed.get(id)).toBeNull();
    expect(await timed.update(id, {})).toBe(false);
    expect(await timed.touch(id)).toBe(false);
    expect(await database.models.Session.countDocuments({ sessionId: id })).toBe(1);
  });

  it('is put off by touch', async () => {
    const { store: timed, time } = storeAt(Date.UTC(2091, 0, 1));
    const id = await timed.create('u');
    time.now += DAY;
    expect(await timed.touch(id)).toBe(true);
    time.now += DAY + 1;
    expect((await timed.get(id))?.expiresAt).toEqual(new Date(Date.UTC(2091, 0, 4)));
  });

  it('is what cleanup goes by', async () => {
    const { store: timed, time } = storeAt(Date.UTC(2089, 0, 1));
    await timed.cleanup();
    const old = [await timed.create('u'), await timed.create('u')];
    time.now += DAY;
    const young = await timed.create('u');
    time.now += DAY;
    expect(await timed.cleanup()).toBe(2);
    expect(await timed.cleanup()).toBe(0);
    expect(await database.models.Session.countDocuments({ sessionId: { $in: old } })).toBe(0);
    expect(await timed.get(young)).not.toBeNull();
  });

  it('has an index by which the database removes sessions itself', async () => {
    const indexes = await database.models.Session.collection.indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
  });
});

describe('Feature: backend-core, Property 3: session data comes back as it was stored', () => {
  const awkward = fc.constantFrom(
    '$set',
    '$ref',
    '$id',
    'a.b',
    '',
    '__proto__',
    'constructor',
    '_bsontype',
    'a\0b',
    '__jsonText',
    'toJSON',
  );
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc
      .array(fc.tuple(fc.oneof(awkward, fc.string()), fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 })
      .map((entries) => {
        // As JSON.parse makes it: `__proto__` is a field like any other.
        const fields = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
        return JSON.parse(`{"nested":{${fields.join(',')}}}`) as unknown;
      }),
  );

  it('when it is given at the start, and when it is replaced', async () => {
    await fc.assert(
      fc.asyncProperty(json, json, async (first, second) => {
        const id = await store.create('user', first as SessionData);
        expect(exact((await store.get(id))?.data)).toBe(exact(first));
        await store.update(id, second as SessionData);
        expect(exact((await store.get(id))?.data)).toBe(exact(second));
      }),
      { numRuns: 200 },
    );
  });

  it('also when it is a thousand levels deep, which no document can be', async () => {
    const deep = JSON.parse(`${'{"a":['.repeat(500)}${']}'.repeat(500)}`) as SessionData;
    const id = await store.create('user', deep);
    expect(JSON.stringify((await store.get(id))?.data)).toBe(JSON.stringify(deep));
  });
});

it('reads sessions whose data the earlier backend stored, dates included', async () => {
  const data = { at: new Date(5), list: [1] };
  const row = { sessionId: 'old', userId: 'u', data, expiresAt: new Date(Date.now() + DAY) };
  await database.models.Session.collection.insertOne(row as never);
  expect((await store.get('old'))?.data).toEqual(data);
});

/** A text that is the same for the same JSON only: key order and -0 count. */
function exact(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(exact).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${exact(inner)}`)
    .join()}}`;
}
