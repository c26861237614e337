/** @module Indexes: what they refuse, what they speed up, and what clients see of them. */
import type { Collection, Document } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, useServer } from './server.ts';

const shared = useServer({ expiryIntervalMs: 50 });
let users: Collection<Document>;
let run = 0;
beforeEach(() => {
  users = shared.db.collection(`users${++run}`);
});

async function indexOf(filter: Document, options = {}): Promise<string> {
  const plan = JSON.stringify(
    (await users.find(filter, options).explain('executionStats')).queryPlanner.winningPlan,
  );
  return /"indexName":"([^"]+)"/.exec(plan)?.[1] ?? /COLLSCAN/.exec(plan)?.[0] ?? plan;
}

describe('unique indexes', () => {
  it('refuse a second document and say which key it is', async () => {
    await users.createIndex({ email: 1 }, { unique: true });
    await users.insertOne({ email: 'x' });
    expect(await refusalOf(users.insertOne({ email: 'x' }))).toMatchObject({
      code: 11000,
      keyPattern: { email: 1 },
      keyValue: { email: 'x' },
      message: `E11000 duplicate key error collection: test.${users.collectionName} index: email_1 dup key: { email: "x" }`,
    });
    await users.insertOne({ email: 'y' });
    expect(await refusalOf(users.updateOne({ email: 'y' }, { $set: { email: 'x' } }))).toMatchObject({
      code: 11000,
    });
    expect(await refusalOf(users.findOneAndUpdate({ email: 'y' }, { $set: { email: 'x' } }))).toMatchObject({
      code: 11000,
      keyValue: { email: 'x' },
    });
    expect(await users.countDocuments({ email: 'y' })).toBe(1);
  });

  it('report an _id that is there already', async () => {
    await users.insertOne({ _id: 1 as never });
    expect(await refusalOf(users.insertOne({ _id: 1 as never }))).toMatchObject({
      code: 11000,
      keyPattern: { _id: 1 },
      keyValue: { _id: 1 },
    });
  });

  it('hold missing fields for null, unless sparse or partial', async () => {
    await users.createIndex({ plain: 1 }, { unique: true });
    await users.insertOne({ n: 1 });
    expect(await refusalOf(users.insertOne({ plain: null }))).toMatchObject({
      code: 11000,
      keyValue: { plain: null },
    });
    await users.dropIndex('plain_1');
    await users.createIndex({ sparse: 1 }, { unique: true, sparse: true });
    await users.createIndex(
      { part: 1 },
      { unique: true, partialFilterExpression: { part: { $type: 'string' } } },
    );
    await users.insertMany([{ n: 2 }, { n: 3, part: 5 }, { n: 4, part: 5 }]);
    await users.insertOne({ part: 'x' });
    expect(await refusalOf(users.insertOne({ part: 'x', sparse: 1 }))).toMatchObject({
      keyPattern: { part: 1 },
    });
  });

  it('cover every element of an array and every field of a compound key', async () => {
    await users.createIndex({ tags: 1, kind: -1 }, { unique: true });
    await users.insertOne({ tags: ['a', 'b'], kind: 1 });
    await users.insertOne({ tags: ['a', 'b'], kind: 2 });
    expect(await refusalOf(users.insertOne({ tags: ['c', 'b'], kind: 1 }))).toMatchObject({
      keyValue: { tags: 'b', kind: 1 },
    });
    expect(await refusalOf(users.insertOne({ tags: ['x', 'y'], kind: [1, 2] }))).toMatchObject({ code: 171 });
  });

  it('compare without case under a collation of strength 2', async () => {
    await users.createIndex({ name: 1 }, { unique: true, collation: { locale: 'en', strength: 2 } });
    await users.insertOne({ name: 'Straße' });
    expect(await refusalOf(users.insertOne({ name: 'STRASSE' }))).toMatchObject({ code: 11000 });
    const collation = { locale: 'en', strength: 2 as const };
    expect(await indexOf({ name: 'straße' }, { collation })).toBe('name_1');
    expect(await indexOf({ name: 'straße' })).toBe('COLLSCAN');
  });

  it('are not built over duplicates, and nothing of them stays', async () => {
    await users.insertMany([{ a: 1 }, { a: 1 }]);
    expect(
      await refusalOf(users.createIndexes([{ key: { b: 1 } }, { key: { a: 1 }, unique: true }])),
    ).toMatchObject({
      code: 11000,
    });
    expect((await users.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });
});

describe('plans', () => {
  beforeEach(async () => {
    await users.insertMany(Array.from({ length: 100 }, (_, n) => ({ n, kind: n % 5, even: n % 2 === 0 })));
    await users.createIndexes([{ key: { n: 1 } }, { key: { kind: 1, n: -1 }, name: 'kind and n' }]);
  });

  it('use an index for equality, sets, ranges, prefixes and sorts', async () => {
    expect(await indexOf({ n: 5 })).toBe('n_1');
    expect(await indexOf({ n: { $in: [5, 6] } })).toBe('n_1');
    expect(await indexOf({ n: { $gt: 5, $lte: 7 } })).toBe('n_1');
    expect(await indexOf({ kind: 2 })).toBe('kind and n');
    expect(await indexOf({ kind: 2, n: 7 })).toBe('kind and n');
    expect(await indexOf({ even: true })).toBe('COLLSCAN');
    expect(await indexOf({ _id: { $in: [1, 2] } })).toBe('_id_');
    expect(await indexOf({}, { sort: { n: -1 } })).toBe('n_1');
  });

  it('read no more documents than they must', async () => {
    const { executionStats } = await users
      .find({ kind: 2, n: { $gte: 50 } })
      .sort({ n: -1 })
      .explain('executionStats');
    expect(executionStats).toMatchObject({ nReturned: 10, totalDocsExamined: 10, totalKeysExamined: 10 });
    const byId = await users.find({ _id: (await users.findOne())!._id }).explain('executionStats');
    expect(byId.executionStats).toMatchObject({ nReturned: 1, totalDocsExamined: 1 });
    expect(byId.queryPlanner.winningPlan.stage).toBe('IDHACK');
  });

  it('leave hidden indexes alone until they are shown again', async () => {
    const command = { collMod: users.collectionName, index: { name: 'n_1', hidden: true } };
    expect(await shared.db.command(command)).toMatchObject({ hidden_old: false, hidden_new: true });
    expect(await indexOf({ n: 5 })).toBe('COLLSCAN');
    await shared.db.command({ ...command, index: { name: 'n_1', hidden: false } });
    expect(await indexOf({ n: 5 })).toBe('n_1');
  });

  it('explain aggregations too', async () => {
    const { stages } = await users.aggregate([{ $match: { n: 3 } }, { $group: { _id: '$kind' } }]).explain();
    expect(JSON.stringify(stages)).toContain('"indexName":"n_1"');
  });

  it('refuse a hint at an index that does not exist', async () => {
    expect(await refusalOf(users.find({ n: 1 }, { hint: 'nothing_1' }).toArray())).toMatchObject({ code: 2 });
    expect(await users.find({ n: 1 }, { hint: { n: 1 } }).toArray()).toHaveLength(1);
  });
});

describe('createIndexes', () => {
  it('is quiet about an index that exists and clear about one that differs', async () => {
    const command = (key: Document, name: string, more = {}) =>
      shared.db.command({ createIndexes: users.collectionName, indexes: [{ key, name, ...more }] });
    expect(await command({ a: 1 }, 'a_1')).toMatchObject({
      numIndexesBefore: 1,
      numIndexesAfter: 2,
      createdCollectionAutomatically: true,
    });
    expect(await command({ a: 1 }, 'a_1')).toMatchObject({ numIndexesBefore: 2, numIndexesAfter: 2 });
    expect(await refusalOf(command({ a: 1 }, 'other'))).toMatchObject({ code: 85 });
    expect(await refusalOf(command({ a: 1 }, 'a_1', { unique: true }))).toMatchObject({ code: 86 });
    expect(await refusalOf(command({ a: 1 }, 'a_1', { sparse: true }))).toMatchObject({ code: 86 });
    expect(await refusalOf(command({ a: 1 }, 'a_1', { expireAfterSeconds: 5 }))).toMatchObject({ code: 85 });
    expect(await refusalOf(command({ a: 1 }, 'q', { frobnicate: 1 }))).toMatchObject({ code: 197 });
    expect(await refusalOf(command({ b: 1 }, 'a_1'))).toMatchObject({ code: 86 });
  });

  it.each([
    [{ a: 'text' }],
    [{ a: '2dsphere' }],
    [{ a: '2d' }],
    [{ a: 'hashed' }],
    [{ '$**': 1 }],
    [{ a: 0 }],
  ])('refuses %j with CannotCreateIndex', async (key) => {
    const refused = await refusalOf(users.createIndex(key as never));
    expect(refused).toMatchObject({ code: 67, codeName: 'CannotCreateIndex' });
  });

  it('refuses options it does not know', async () => {
    const refused = refusalOf(
      shared.db.command({
        createIndexes: users.collectionName,
        indexes: [{ key: { a: 1 }, name: 'a', odd: 1 }],
      }),
    );
    expect(await refused).toMatchObject({ codeName: 'InvalidIndexSpecificationOption' });
  });

  it('lists and drops indexes', async () => {
    await users.createIndexes([
      { key: { a: 1 }, expireAfterSeconds: 60 },
      { key: { b: 1 }, sparse: true, unique: true },
      { key: { c: -1 }, partialFilterExpression: { c: { $gt: 1 } } },
    ]);
    expect(await users.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1 }, name: 'a_1', expireAfterSeconds: 60 },
      { v: 2, key: { b: 1 }, name: 'b_1', unique: true, sparse: true },
      { v: 2, key: { c: -1 }, name: 'c_-1', partialFilterExpression: { c: { $gt: 1 } } },
    ]);
    await users.dropIndex('a_1');
    expect(await refusalOf(users.dropIndex('a_1'))).toMatchObject({ code: 27 });
    expect(await refusalOf(users.dropIndex('_id_'))).toMatchObject({ code: 72 });
    await users.dropIndexes();
    expect(await users.indexes()).toHaveLength(1);
  });
});

it('removes documents whose time has passed', async () => {
  await users.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
  await users.insertMany([
    { name: 'past', at: new Date(Date.now() - 1000) },
    { name: 'one of two', at: [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)] },
    { name: 'future', at: new Date(Date.now() + 60_000) },
    { name: 'no date', at: 5 },
    { name: 'nothing' },
  ]);
  await expect.poll(() => users.countDocuments(), { timeout: 10_000 }).toBe(3);
  expect((await users.find().toArray()).map(({ name }) => name)).toEqual(['future', 'no date', 'nothing']);
});

describe('what MongoDB lets an index be', () => {
  it('keeps a unique index beside one on the same key that is not', async () => {
    await users.createIndex({ a: 1 });
    await users.createIndex({ a: 1 }, { unique: true, name: 'alone', background: true });
    await users.insertOne({ a: 1 });
    expect(await refusalOf(users.insertOne({ a: 1 }))).toMatchObject({ code: 11000 });
    expect((await users.indexes()).at(-1)).toEqual({
      v: 2,
      key: { a: 1 },
      name: 'alone',
      unique: true,
      background: true,
    });
  });

  it.each<[Document]>([
    [{ a: { $ne: 1 } }],
    [{ a: { $exists: false } }],
    [{ a: /x/ }],
    [{ $nor: [{ a: 1 }] }],
    [{ $and: [{ b: 1 }, { a: { $not: { $gt: 1 } } }] }],
  ])('refuses the partial filter %o', async (partialFilterExpression) => {
    expect(await refusalOf(users.createIndex({ a: 1 }, { partialFilterExpression }))).toMatchObject({
      code: 67,
    });
  });

  it('takes ranges, $in, $type and $exists in a partial filter', async () => {
    const partialFilterExpression = {
      $or: [
        { a: { $gt: 1, $lte: 5 } },
        { b: { $in: [1] } },
        { c: { $type: 'string' } },
        { d: { $exists: true } },
      ],
    };
    expect(await users.createIndex({ a: 1 }, { partialFilterExpression })).toBe('a_1');
  });
});
