/** @module Indexes on data that is there already. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { ensureIndexes } from './indexes.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

it('can be ensured again and again', async () => {
  const before = await database.models.Workflow.collection.indexes();
  await ensureIndexes(database.models);
  await ensureIndexes(database.models);
  expect(await database.models.Workflow.collection.indexes()).toEqual(before);
});

it('let two owners use one collection name where the earlier backend allowed one', async () => {
  const { collection } = database.models.CollectionDefinitions;
  await collection.drop();
  await collection.createIndex({ collectionName: 1 }, { unique: true });
  await collection.insertOne({
    collectionName: 'users',
    fields: { a: 'string' },
    source: 'sampled',
  } as never);
  await Promise.all([ensureIndexes(database.models), ensureIndexes(database.models)]);
  for (const ownerId of ['a', 'b']) await collection.insertOne({ collectionName: 'users', ownerId } as never);
  await expect(
    collection.insertOne({ collectionName: 'users', ownerId: 'a' } as never),
  ).rejects.toMatchObject({
    code: 11000,
  });
  await expect(collection.insertOne({ collectionName: 'users' } as never)).rejects.toMatchObject({
    code: 11000,
  });
});

it('that old data forbids are reported with the collection', async () => {
  const { collection } = database.models.PublishedApi;
  await collection.drop();
  await collection.insertMany([{ path: '/a' }, { path: '/a' }] as never);
  await expect(ensureIndexes(database.models)).rejects.toMatchObject({
    code: 'INDEX_FAILED',
    details: { collection: 'publishedapis' },
  });
});

it('that exist under the name which mongoose gives are taken as they are', async () => {
  const { collection } = database.models.User;
  await collection.drop();
  await collection.createIndex({ email: 1 });
  await ensureIndexes(database.models);
  const names = (await collection.indexes()).map(({ name }) => name);
  expect(names.sort()).toEqual(['_id_', 'email_1', 'email_key_unique']);
});

it('that cannot be built in one collection keep no account from being found', async () => {
  const { collection } = database.models.PublishedApi;
  await collection.drop();
  await collection.insertMany([{ path: '/a' }, { path: '/a' }] as never);
  await database.models.User.collection.insertOne({ email: 'Old@X.io', password: 'p' } as never);
  await expect(ensureIndexes(database.models)).rejects.toMatchObject({ code: 'INDEX_FAILED' });
  expect(await database.models.User.collection.findOne({ email: 'Old@X.io' })).toMatchObject({
    emailKey: 'old@x.io',
  });
});
