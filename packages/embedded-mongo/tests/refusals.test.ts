/** @module What this server does not do is refused with MongoDB's code, never ignored. */
import { type Document, MongoClient } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf, useServer } from './server.ts';

const shared = useServer();
beforeAll(async () => {
  await shared.db.collection('a').insertOne({ n: 1 });
});

describe('commands', () => {
  it.each<[string, Document, number]>([
    ['an unknown command', { frobnicate: 1 }, 59],
    ['bulkWrite', { bulkWrite: 1 }, 59],
    ['a transaction', { find: 'a', txnNumber: 1n, autocommit: false, startTransaction: true }, 20],
    ['commitTransaction', { commitTransaction: 1 }, 20],
    ['change streams', { aggregate: 'a', pipeline: [{ $changeStream: {} }], cursor: {} }, 40573],
    ['$out', { aggregate: 'a', pipeline: [{ $out: 'b' }], cursor: {} }, 115],
    ['$merge', { aggregate: 'a', pipeline: [{ $merge: 'b' }], cursor: {} }, 115],
    ['an unknown stage', { aggregate: 'a', pipeline: [{ $frobnicate: 1 }], cursor: {} }, 40324],
    [
      'an unknown expression of $project',
      { aggregate: 'a', pipeline: [{ $project: { x: { $nope: 1 } } }], cursor: {} },
      31325,
    ],
    ['a $count with a dot', { aggregate: 'a', pipeline: [{ $count: 'a.b' }], cursor: {} }, 40160],
    ['aggregate without cursor', { aggregate: 'a', pipeline: [] }, 9],
    ['$where', { find: 'a', filter: { $where: 'true' } }, 115],
    ['$text', { find: 'a', filter: { $text: { $search: 'x' } } }, 27],
    ['an unknown operator', { find: 'a', filter: { n: { $frobnicate: 1 } } }, 2],
    ['a tailable cursor', { find: 'a', tailable: true }, 2],
    ['an option of find it lacks', { find: 'a', returnKey: true }, 115],
    ['an unknown option', { find: 'a', frobnicate: 1 }, 40415],
    ['a negative skip', { find: 'a', skip: -1 }, 51024],
    ['a snapshot read', { find: 'a', readConcern: { level: 'snapshot' } }, 123],
    ['more replicas than there are', { insert: 'a', documents: [{}], writeConcern: { w: 3 } }, 2],
    ['a capped collection', { create: 'c', capped: true, size: 1000 }, 115],
    ['a time series', { create: 'c', timeseries: { timeField: 't' } }, 115],
    [
      'a clustered index on another field',
      { create: 'c', clusteredIndex: { key: { a: 1 }, unique: true } },
      197,
    ],
    ['a view', { create: 'c', viewOn: 'a', pipeline: [] }, 115],
    ['an illegal name', { create: 'a$b' }, 73],
    ['a system collection', { create: 'system.users' }, 73],
    ['mapReduce', { mapReduce: 'a', map: 'x', reduce: 'y', out: { inline: 1 } }, 115],
    ['credentials', { saslStart: 1, mechanism: 'PLAIN', payload: '' }, 18],
    ['users', { createUser: 'x', pwd: 'y', roles: [] }, 115],
    ['a collation it does not honour', { find: 'a', collation: { locale: 'en', backwards: true } }, 2],
    ['a multi update by replacement', { update: 'a', updates: [{ q: {}, u: { x: 1 }, multi: true }] }, 9],
    ['a delete without limit', { delete: 'a', deletes: [{ q: {} }] }, 40414],
    ['getMore of nothing', { getMore: 5n, collection: 'a' }, 43],
    ['a rename of nothing', { renameCollection: 'test.nothing', to: 'test.b' }, 26],
  ])('refuses %s', async (_, command, code) => {
    const db = 'renameCollection' in command ? shared.client.db('admin') : shared.db;
    const answer = await db.command(command).catch((error) => error);
    const found = answer.code ?? answer.writeErrors?.[0]?.code ?? answer.errorResponse?.code;
    expect(found, String(answer.message)).toBe(code);
  });

  it('refuses a database whose name differs from another one in case alone', async () => {
    const other = shared.client.db('TEST').collection('a');
    expect(await refusalOf(other.insertOne({}))).toMatchObject({ code: 13297 });
    await shared.client.db('CaseOnly').collection('a').insertOne({});
    await shared.client.db('CaseOnly').dropDatabase();
    await shared.client.db('caseonly').collection('a').insertOne({});
    expect(await shared.client.db('caseonly').collection('a').countDocuments()).toBe(1);
  });

  it('refuses a time limit that has passed', async () => {
    const things = shared.db.collection('many');
    await things.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'x'.repeat(50) })));
    const refused = await refusalOf(things.find({ text: /y$/ }, { maxTimeMS: 1 }).toArray());
    expect(refused).toMatchObject({ code: 50 });
  });

  it('refuses a login in plain words', async () => {
    const client = new MongoClient(shared.server.uri, {
      auth: { username: 'u', password: 'secret-word' },
      serverSelectionTimeoutMS: 2000,
    });
    const refused = await refusalOf(client.connect());
    await client.close();
    expect(String(refused.message)).toMatch(/no users/);
    expect(String(refused.message)).not.toMatch('secret-word');
  });
});

describe('collections', () => {
  it('are created, listed, renamed and dropped', async () => {
    const { client } = shared;
    const db = client.db('lists');
    await db.createCollection('one', { validator: { n: { $type: 'number' } } });
    await db.collection('two').insertOne({ n: 1 });
    expect(await refusalOf(db.createCollection('two', { validator: { n: 1 } }))).toMatchObject({ code: 48 });
    expect(await db.listCollections({}, { nameOnly: true }).toArray()).toMatchObject([
      { name: 'one' },
      { name: 'two' },
    ]);
    expect(await db.listCollections({ name: 'one' }).toArray()).toMatchObject([
      { name: 'one', type: 'collection', options: { validator: { n: { $type: 'number' } } } },
    ]);
    await db.collection('two').rename('three');
    expect(await db.collection('three').countDocuments()).toBe(1);
    expect(await refusalOf(db.collection('three').rename('one'))).toMatchObject({ code: 48 });
    await db.collection('three').rename('one', { dropTarget: true });
    expect((await client.db().admin().listDatabases()).databases.map(({ name }) => name)).toContain('lists');
    expect(await db.collection('one').drop()).toBe(true);
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
  });

  it('refuse documents that their validator refuses, unless bypassed', async () => {
    const db = shared.client.db('validated');
    const $jsonSchema = { required: ['name'], properties: { name: { bsonType: 'string' } } };
    const people = await db.createCollection('people', { validator: { $jsonSchema } });
    await people.insertOne({ name: 'Ada' });
    const refused = await refusalOf(people.insertOne({ name: 5 as never }));
    expect(refused).toMatchObject({ code: 121, errInfo: { details: { operatorName: '$jsonSchema' } } });
    expect(await refusalOf(people.updateOne({}, { $unset: { name: '' } }))).toMatchObject({ code: 121 });
    await people.insertOne({ name: 6 as never }, { bypassDocumentValidation: true });
    await db.command({ collMod: 'people', validator: {} });
    await people.insertOne({ name: 7 as never });
    expect(await people.countDocuments()).toBe(3);
  });

  it('end the cursors that still read them when they are dropped', async () => {
    const db = shared.client.db('dropped');
    const things = db.collection('things');
    await things.insertMany(Array.from({ length: 10 }, (_, n) => ({ n })));
    const cursor = things.find({}, { batchSize: 2 });
    await cursor.next();
    await things.drop();
    const refused = await refusalOf(cursor.toArray());
    expect(refused).toMatchObject({ code: 175 });
  });

  it('are measured and found sound', async () => {
    const db = shared.client.db('measured');
    const things = db.collection('things');
    await things.createIndex({ tags: 1 });
    await things.insertMany([{ tags: ['a', 'b'] }, { tags: [] }, {}]);
    await things.updateOne({ tags: 'a' }, { $push: { tags: 'c' as never } });
    await things.deleteOne({ tags: [] });
    expect(await db.command({ validate: 'things' })).toMatchObject({
      valid: true,
      nrecords: 2,
      keysPerIndex: { tags_1: 4 },
    });
    expect(await db.command({ collStats: 'things' })).toMatchObject({ count: 2, nindexes: 2 });
    expect(await db.stats()).toMatchObject({ collections: 1, objects: 2 });
    expect(await db.command({ compact: 'things' })).toMatchObject({ ok: 1 });
  });
});

it('answers what tools ask first', async () => {
  const admin = shared.client.db('admin');
  expect(await admin.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true, maxWireVersion: 21 });
  expect(await admin.command({ hello: 1 })).not.toHaveProperty('setName');
  expect(await admin.command({ isMaster: 1 })).toMatchObject({ ismaster: true });
  expect(await admin.command({ buildInfo: 1 })).toMatchObject({ version: '7.0.0' });
  for (const name of [
    'ping',
    'hostInfo',
    'connectionStatus',
    'serverStatus',
    'whatsmyuri',
    'getCmdLineOpts',
    'startSession',
    'logout',
  ]) {
    expect(await admin.command({ [name]: 1 })).toMatchObject({ ok: 1 });
  }
  expect(await admin.command({ getLog: 'startupWarnings' })).toMatchObject({ log: [] });
  expect(await admin.command({ getParameter: 1, featureCompatibilityVersion: 1 })).toMatchObject({ ok: 1 });
});

it('refuses a whole write command when one of its statements is malformed', async () => {
  const things = shared.db.collection<{ _id: number }>('malformed');
  await things.insertOne({ _id: 1 });
  const good = { q: { _id: 1 }, u: { $set: { done: true } } };
  const updates = [good, { ...good, nope: 1 }];
  expect(await refusalOf(shared.db.command({ update: 'malformed', updates }))).toMatchObject({ code: 40415 });
  const deletes = [{ q: { _id: 1 }, limit: 1 }, { q: {} }];
  expect(await refusalOf(shared.db.command({ delete: 'malformed', deletes }))).toMatchObject({ code: 40414 });
  expect(await things.find().toArray()).toEqual([{ _id: 1 }]);
});

it('refuses parallel arrays in a sort, $documents on a collection, and filters without an end', async () => {
  const arrays = shared.db.collection('arrays');
  await arrays.insertOne({ a: [1, 2], b: [1], c: [{ x: 1, y: 2 }] });
  expect(await refusalOf(arrays.find().sort({ a: 1, b: 1 }).toArray())).toMatchObject({ code: 2 });
  expect(
    await arrays
      .find()
      .sort({ 'c.x': 1, 'c.y': 1, a: 1 })
      .limit(1)
      .toArray()
      .catch((error) => error.code),
  ).toBe(2);
  expect(await arrays.find().sort({ 'c.x': 1, 'c.y': 1 }).toArray()).toHaveLength(1);
  expect(await refusalOf(arrays.aggregate([{ $documents: [] }]).toArray())).toMatchObject({ code: 73 });
  let filter: Record<string, unknown> = { a: 1 };
  for (let depth = 0; depth < 250; depth++) filter = { $and: [filter] };
  expect(await refusalOf(arrays.find(filter).toArray())).toMatchObject({ code: 15 });
  expect(await arrays.countDocuments()).toBe(1);
});
