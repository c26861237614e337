/** @module Reading and writing through the MongoDB driver. */
import { type Collection, type Document, MongoBulkWriteError, Timestamp } from 'mongodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, useServer } from './server.ts';

const shared = useServer();
let things: Collection<Document>;
let run = 0;
beforeEach(() => {
  things = shared.db.collection(`things${++run}`);
});

describe('insert', () => {
  it('gives an _id where there is none and keeps the one there is', async () => {
    await things.insertMany([{ a: 1 }, { _id: 'mine' as never, a: 2 }], { forceServerObjectId: true });
    const [first, second] = await things.find().toArray();
    expect(first!._id).toHaveProperty('_bsontype', 'ObjectId');
    expect(Object.keys(first!)).toEqual(['_id', 'a']);
    expect(second).toEqual({ _id: 'mine', a: 2 });
  });

  it('stops at the first refused document when ordered, and goes on otherwise', async () => {
    const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }, { _id: 3 }] as never[];
    const ordered = (await refusalOf(things.insertMany(documents))) as unknown as MongoBulkWriteError;
    expect(ordered).toBeInstanceOf(MongoBulkWriteError);
    expect(ordered.insertedCount).toBe(1);
    await things.deleteMany({});
    const unordered = (await refusalOf(
      things.insertMany(documents, { ordered: false }),
    )) as unknown as MongoBulkWriteError;
    expect(unordered.insertedCount).toBe(3);
    expect([unordered.writeErrors].flat().map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [3, 11000],
    ]);
  });

  it('refuses documents over 16 MiB, whatever the client checks', async () => {
    const large = { text: 'x'.repeat(16 * 1024 * 1024) };
    const refused = await refusalOf(things.insertOne(large, { ignoreUndefined: true }));
    expect(String(refused.message)).toMatch(/size|large/i);
    expect(await things.countDocuments()).toBe(0);
  });
});

describe('find', () => {
  beforeEach(async () => {
    await things.insertMany(
      Array.from({ length: 30 }, (_, n) => ({ n, even: n % 2 === 0, tags: [n, `t${n % 3}`] })),
    );
  });

  it('filters, sorts, skips, limits and projects', async () => {
    const found = await things
      .find({ even: true, n: { $gte: 4 } })
      .sort({ n: -1 })
      .skip(1)
      .limit(3)
      .project({ _id: 0, n: 1 })
      .toArray();
    expect(found).toEqual([{ n: 26 }, { n: 24 }, { n: 22 }]);
  });

  it('hands out documents in batches, which writes in between do not disturb', async () => {
    const cursor = things.find({}, { batchSize: 7 });
    const seen: number[] = [];
    for await (const { n } of cursor) {
      seen.push(n);
      if (n === 3) await things.deleteOne({ n: 20 });
      if (n === 5) await things.insertOne({ n: 99 });
    }
    // Whether the deleted one is still seen is open; everything else is seen once, and nothing that came later.
    const others = (n: number) => n !== 20;
    expect(seen.filter(others)).toEqual(Array.from({ length: 30 }, (_, n) => n).filter(others));
  });

  it('forgets a cursor that is killed', async () => {
    const first = await shared.db.command({ find: things.collectionName, batchSize: 2 });
    expect(first.cursor.firstBatch).toHaveLength(2);
    const killed = await shared.db.command({
      killCursors: things.collectionName,
      cursors: [first.cursor.id],
    });
    expect(killed.cursorsKilled).toEqual([first.cursor.id]);
    const refused = await refusalOf(
      shared.db.command({ getMore: first.cursor.id, collection: things.collectionName }),
    );
    expect(refused).toMatchObject({ code: 43, codeName: 'CursorNotFound' });
  });

  it('reads newest first by $natural', async () => {
    const found = await things.find().sort({ $natural: -1 }).limit(2).toArray();
    expect(found.map(({ n }) => n)).toEqual([29, 28]);
  });

  it('compares case-insensitively under a collation of strength 2', async () => {
    await things.insertMany([{ name: 'Ada' }, { name: 'ada' }, { name: 'Bob' }]);
    const collation = { locale: 'en', strength: 2 as const };
    expect(await things.find({ name: 'ADA' }, { collation }).toArray()).toHaveLength(2);
    expect(await things.countDocuments({ name: 'ADA' })).toBe(0);
  });

  it('counts and lists distinct values', async () => {
    expect(await things.countDocuments({ even: true })).toBe(15);
    expect(await things.countDocuments({}, { skip: 10, limit: 5 })).toBe(5);
    expect(await things.estimatedDocumentCount()).toBe(30);
    const tags = await things.distinct('tags', { n: { $lt: 3 } });
    expect(new Set(tags)).toEqual(new Set([0, 1, 2, 't0', 't1', 't2']));
  });
});

describe('update and delete', () => {
  beforeEach(async () => {
    await things.insertMany([
      { n: 1, list: [1, 5, 9] },
      { n: 2, list: [2, 6] },
      { n: 2, list: [] },
    ]);
  });

  it('reports what matched and what changed', async () => {
    expect(await things.updateMany({ n: 2 }, { $set: { n: 2 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 0,
    });
    expect(await things.updateMany({ n: 2 }, { $inc: { n: 1 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 2,
    });
    expect(await things.updateOne({ n: 3 }, { $set: { x: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await things.replaceOne({ n: 1 }, { fresh: true })).toMatchObject({ modifiedCount: 1 });
    expect(await things.findOne({ fresh: true })).toEqual({ _id: expect.anything(), fresh: true });
  });

  it('changes single elements by position, by array filter, and by pipeline', async () => {
    await things.updateOne({ n: 1, list: 5 }, { $set: { 'list.$': 50 } });
    await things.updateOne({ n: 1 }, { $inc: { 'list.$[big]': 1 } }, { arrayFilters: [{ big: { $gt: 8 } }] });
    await things.updateOne({ n: 1 }, [{ $set: { total: { $sum: '$list' } } }]);
    expect(await things.findOne({ n: 1 })).toMatchObject({ list: [1, 51, 10], total: 62 });
  });

  it('inserts what was not there when told to', async () => {
    const result = await things.updateOne(
      { n: 7, 'a.b': 1 },
      { $set: { x: 1 }, $setOnInsert: { y: 2 } },
      { upsert: true },
    );
    expect(result.upsertedCount).toBe(1);
    expect(await things.findOne({ _id: result.upsertedId! })).toEqual({
      _id: result.upsertedId,
      n: 7,
      a: { b: 1 },
      x: 1,
      y: 2,
    });
  });

  it('meets each document once, also when it moves in the index that found it', async () => {
    await things.createIndex({ n: 1 });
    await things.updateMany({ n: { $gt: 0 } }, { $inc: { n: 10 } });
    expect((await things.find().sort({ n: 1 }).toArray()).map(({ n }) => n)).toEqual([11, 12, 12]);
  });

  it('deletes one, some and all', async () => {
    expect(await things.deleteOne({ n: 2 })).toMatchObject({ deletedCount: 1 });
    expect(await things.deleteMany({ n: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await things.deleteMany({})).toMatchObject({ deletedCount: 1 });
  });

  it('returns the document before or after findOneAndUpdate, and the one that was deleted', async () => {
    expect(await things.findOneAndUpdate({ n: 1 }, { $inc: { n: 4 } })).toMatchObject({ n: 1 });
    const after = await things.findOneAndUpdate(
      { n: 5 },
      { $inc: { n: 4 } },
      { returnDocument: 'after', projection: { n: 1 } },
    );
    expect(after).toEqual({ _id: expect.anything(), n: 9 });
    expect(await things.findOneAndUpdate({ n: 77 }, { $set: { n: 1 } })).toBeNull();
    const full = await things.findOneAndUpdate(
      { n: 77 },
      { $set: { z: 1 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(full).toMatchObject({ lastErrorObject: { updatedExisting: false, n: 1 }, value: { n: 77, z: 1 } });
    expect(await things.findOneAndDelete({ n: 2 }, { sort: { list: -1 } })).toMatchObject({ list: [2, 6] });
  });

  it('runs a mixed bulk write', async () => {
    const result = await things.bulkWrite([
      { insertOne: { document: { n: 100 } } },
      { updateMany: { filter: { n: 2 }, update: { $set: { m: 1 } } } },
      { updateOne: { filter: { n: 500 }, update: { $set: { m: 2 } }, upsert: true } },
      { deleteOne: { filter: { n: 1 } } },
      { replaceOne: { filter: { n: 100 }, replacement: { n: 101 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      modifiedCount: 3,
      matchedCount: 3,
      upsertedCount: 1,
      deletedCount: 1,
    });
  });

  it('refuses to change an _id', async () => {
    expect(await refusalOf(things.updateOne({ n: 1 }, { $set: { _id: 5 } }))).toMatchObject({ code: 66 });
  });
});

describe('aggregate', () => {
  it('groups, joins and counts', async () => {
    const others = shared.db.collection(`others${run}`);
    await things.insertMany([
      { k: 'a', n: 1 },
      { k: 'b', n: 2 },
      { k: 'a', n: 3 },
    ]);
    await others.insertMany([{ key: 'a', title: 'Alpha' }]);
    const found = await things
      .aggregate([
        { $match: { n: { $gte: 1 } } },
        { $group: { _id: '$k', total: { $sum: '$n' } } },
        { $lookup: { from: others.collectionName, localField: '_id', foreignField: 'key', as: 'info' } },
        { $sort: { _id: 1 } },
        { $project: { total: 1, title: { $first: '$info.title' } } },
      ])
      .toArray();
    expect(found).toEqual([
      { _id: 'a', total: 4, title: 'Alpha' },
      { _id: 'b', total: 2 },
    ]);
    expect(await things.aggregate([{ $match: { k: 'a' } }, { $count: 'n' }]).toArray()).toEqual([{ n: 2 }]);
    expect(await things.aggregate([{ $sort: { n: -1 } }, { $limit: 1 }]).toArray()).toMatchObject([{ n: 3 }]);
  });

  it('hands out large results in batches', async () => {
    await things.insertMany(Array.from({ length: 500 }, (_, n) => ({ n })));
    const found = await things
      .aggregate([{ $project: { n: 1, twice: { $multiply: ['$n', 2] } } }], { batchSize: 50 })
      .toArray();
    expect(found).toHaveLength(500);
    expect(found[499]).toMatchObject({ n: 499, twice: 998 });
  });
});

describe('natural order, distinct order and ids', () => {
  it('reads backwards for a hint, and sorts distinct values', async () => {
    await things.insertMany([{ n: 2, l: ['b', 1] }, { n: 1, l: null }, { n: 3 }]);
    const read = await things.find({}, { hint: { $natural: -1 }, projection: { _id: 0, n: 1 } }).toArray();
    expect(read.map(({ n }) => n)).toEqual([3, 1, 2]);
    expect(await things.distinct('n')).toEqual([1, 2, 3]);
    expect(await things.distinct('l')).toEqual([null, 1, 'b']);
  });

  it.each<[unknown, number]>([
    [[1], 2],
    [/x/, 2],
    [{ $x: 1 }, 52],
  ])('refuses the _id %o', async (_id, code) => {
    expect(await refusalOf(things.insertOne({ _id } as Document))).toMatchObject({ code });
  });

  it('says that there is no text index before it looks at the sort', async () => {
    const sort = { score: { $meta: 'textScore' } };
    const found = things.find({ $text: { $search: 'x' } }, { sort: sort as never }).toArray();
    expect(await refusalOf(found)).toMatchObject({ code: 27 });
  });
});

it('takes a clustered collection for an ordinary one and lists what it was asked for', async () => {
  const clusteredIndex = { key: { _id: 1 }, unique: true, name: 'by id' };
  const clustered = await shared.db.createCollection('clustered', { clusteredIndex });
  await clustered.insertOne({ n: 1 });
  const [listed] = await shared.db.listCollections({ name: 'clustered' }).toArray();
  expect(listed).toMatchObject({ options: { clusteredIndex: { v: 2, ...clusteredIndex } } });
  expect(await clustered.indexes()).toEqual([{ v: 2, ...clusteredIndex, clustered: true }]);
  expect(await clustered.find().hint('by id').toArray()).toHaveLength(1);
});

it('fills empty timestamps at the top of a new document, each with another value', async () => {
  const empty = new Timestamp({ t: 0, i: 0 });
  await things.insertOne({ a: empty, b: empty, deep: { empty }, set: new Timestamp({ t: 0, i: 1 }), n: 17 });
  const stored = (await things.findOne())!;
  expect(stored.a.t).toBeGreaterThan(1_700_000_000);
  expect(stored.a.equals(stored.b)).toBe(false);
  expect([stored.deep.empty.isZero(), stored.set.i, stored.n]).toEqual([true, 1, 17]);
});

it('takes names with a dollar below the first level, and in what an upsert inserts', async () => {
  const dollars = shared.db.collection<{ _id: number }>('dollars');
  await dollars.insertOne({ _id: 1 });
  await dollars.updateOne({ _id: 1 }, { $set: { 'p.$each': 1, 'p.$x': 2 } });
  await dollars.updateOne({ _id: 1 }, { $unset: { 'p.$x': 1, $none: 1, 'data.$*._id': 1 } });
  await dollars.updateOne({ _id: 2 }, { $set: { $k: 1 } }, { upsert: true });
  expect(await dollars.find().toArray()).toEqual([
    { _id: 1, p: { $each: 1 } },
    { _id: 2, $k: 1 },
  ]);
  expect(await refusalOf(dollars.updateOne({ _id: 1 }, { $set: { $k: 1 } }))).toMatchObject({ code: 52 });
});

it('refuses a sort of an update, which MongoDB 7.0 does not know', async () => {
  const update = { q: {}, u: { $set: { a: 1 } }, sort: { a: 1 }, multi: true };
  const answer = await shared.db.command({ update: 'dollars', updates: [update] }).catch((error) => error);
  expect(JSON.stringify(answer)).toContain('40415');
});
