/** @module Long commands let others in, end in time, and hold no more memory than they may. */
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf, useServer } from './server.ts';

const DOCUMENTS = 40_000;
const shared = useServer();
let other: MongoClient;
interface Thing {
  _id: number;
  n: number;
  text: string;
  group: number;
}
const things = () => shared.db.collection<Thing>('things');

beforeAll(async () => {
  other = await new MongoClient(shared.server.uri).connect();
  for (let start = 0; start < DOCUMENTS; start += 10_000) {
    await things().insertMany(
      Array.from({ length: 10_000 }, (_, at) => ({
        _id: start + at,
        n: start + at,
        text: `text ${((start + at) * 7919) % DOCUMENTS}`,
        group: (start + at) % 10,
      })),
    );
  }
});
afterAll(() => other.close());

const generated = (expression: object) => [{ $documents: [{}] }, { $project: { value: expression } }];
const numbers = { $range: [0, 2_000_000] };

describe('letting others in', () => {
  it.each<[name: string, run: () => Promise<unknown>, result: unknown]>([
    ['count', () => things().countDocuments({ text: 'nothing' }), 0],
    ['pattern', () => things().countDocuments({ text: { $regex: '^(t+e+)+x$|!$' } }), 0],
    [
      'sort',
      () => things().find().sort({ text: 1 }).limit(1).project({ n: 1, _id: 0 }).toArray(),
      [{ n: 0 }],
    ],
    [
      'group',
      async () =>
        (
          await things()
            .aggregate([{ $group: { _id: '$text' } }])
            .toArray()
        ).length,
      DOCUMENTS,
    ],
    [
      'unwind',
      () => shared.db.aggregate([...generated(numbers), { $unwind: '$value' }, { $count: 'n' }]).toArray(),
      [{ n: 2_000_000 }],
    ],
    [
      'update',
      async () => (await things().updateMany({ n: { $gte: 0 } }, { $set: { k: 1 } })).modifiedCount,
      DOCUMENTS,
    ],
    ['index', () => things().createIndex({ text: 1, n: 1 }), 'text_1_n_1'],
  ])('answers others while a command works: %s', async (_name, run, result) => {
    let isDone = false;
    let answered = 0;
    const answering = (async () => {
      while (!isDone) {
        expect(await other.db('test').collection<Thing>('things').findOne({ _id: 7 })).toMatchObject({
          n: 7,
        });
        if (!isDone) answered++;
      }
    })();
    expect(await run()).toEqual(result);
    isDone = true;
    await answering;
    expect(answered).toBeGreaterThan(3);
  });
});

describe('what others write meanwhile', () => {
  it('is in an index that was built at the same time, as if it had been there before', async () => {
    const created = things().createIndex({ group: 1, text: -1 });
    const writes: Promise<unknown>[] = [];
    for (let at = 0; at < 300; at++) {
      writes.push(things().updateOne({ _id: at * 100 }, { $set: { text: `changed ${at}` } }));
      writes.push(things().deleteOne({ _id: at * 100 + 1 }));
      writes.push(things().insertOne({ _id: DOCUMENTS + at, n: -1, text: 'new', group: 3 }));
    }
    await Promise.all([created, ...writes]);
    expect(await shared.db.command({ validate: 'things' })).toMatchObject({ valid: true, errors: [] });
    expect(await things().countDocuments({ group: 3, text: 'new' })).toBe(300);
  });

  it('makes a unique index fail when it breaks it', async () => {
    const created = refusalOf(things().createIndex({ n: 1 }, { unique: true }));
    await things().updateOne({ _id: 39_999 }, { $set: { n: 2 } });
    expect(await created).toMatchObject({ code: 11000 });
    expect((await things().indexes()).map(({ name }) => name)).not.toContain('n_1');
  });

  it('is counted once by each of many updates', async () => {
    const counted = shared.db.collection<{ _id: number; n: number }>('counted');
    await counted.insertMany(Array.from({ length: 5000 }, (_, _id) => ({ _id, n: 0 })));
    await Promise.all(
      Array.from({ length: 8 }, () => counted.updateMany({ n: { $gte: 0 } }, { $inc: { n: 1 } })),
    );
    expect(await counted.distinct('n')).toEqual([8]);
  });

  it('leaves one document of many upserts without an index', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        things().updateOne({ text: 'once' }, { $inc: { n: 1 } }, { upsert: true }),
      ),
    );
    expect(
      await things()
        .find({ text: 'once' }, { projection: { n: 1, _id: 0 } })
        .toArray(),
    ).toEqual([{ n: 20 }]);
  });

  it('ends a command whose collection is dropped', async () => {
    const dropped = shared.db.collection<{ _id: number }>('dropped');
    await dropped.insertMany(Array.from({ length: 30_000 }, (_, _id) => ({ _id })));
    const counting = dropped.countDocuments({ missing: { $gt: 5 } }).then(
      (count) => ({ code: count === 0 ? 175 : count }),
      (error) => error,
    );
    const building = dropped.createIndex({ _id: -1, x: 1 }).catch((error) => error);
    await dropped.drop();
    expect(await counting).toMatchObject({ code: 175 });
    expect(await building).toMatchObject({ code: 175 });
  });
});

describe('maxTimeMS', () => {
  const limited = (pipeline: object[]) =>
    refusalOf(shared.db.aggregate(pipeline, { maxTimeMS: 20 }).toArray());

  it.each<[name: string, pipeline: object[]]>([
    [
      '$unwind and $group',
      [...generated(numbers), { $unwind: '$value' }, { $group: { _id: { $mod: ['$value', 7] } } }],
    ],
    ['$map', generated({ $size: { $map: { input: numbers, in: { $add: ['$$this', 1] } } } })],
    ['$filter', generated({ $size: { $filter: { input: numbers, cond: { $gt: ['$$this', 5] } } } })],
    [
      '$reduce',
      generated({ $reduce: { input: numbers, initialValue: 0, in: { $add: ['$$this', '$$value'] } } }),
    ],
    ['$sort', [...generated(numbers), { $unwind: '$value' }, { $sort: { value: -1 } }]],
    [
      '$setWindowFields',
      [...generated(numbers), { $unwind: '$value' }, { $setWindowFields: { output: { n: { $sum: 1 } } } }],
    ],
  ])('ends %s', async (_name, pipeline) => {
    expect(await limited(pipeline)).toMatchObject({ code: 50, codeName: 'MaxTimeMSExpired' });
  });

  it('ends $lookup and schemas over a collection', async () => {
    const pipeline = [
      { $lookup: { from: 'things', localField: 'group', foreignField: 'group', as: 'others' } },
      { $match: { 'others.n': -2 } },
    ];
    expect(await refusalOf(things().aggregate(pipeline, { maxTimeMS: 20 }).toArray())).toMatchObject({
      code: 50,
    });
    const filter = {
      $jsonSchema: { properties: { text: { pattern: '^(a+)+$' }, n: { minimum: 0, maximum: 1 } } },
    };
    expect(await refusalOf(things().find(filter, { maxTimeMS: 5 }).toArray())).toMatchObject({ code: 50 });
  });

  it('counts the batches of a cursor together', async () => {
    const pipeline = [
      ...generated(numbers),
      { $unwind: '$value' },
      { $match: { value: { $gt: 1_999_000 } } },
    ];
    const cursor = shared.db.aggregate(pipeline, { maxTimeMS: 100, batchSize: 0 });
    expect(await refusalOf(cursor.toArray())).toMatchObject({ code: 50 });
  });

  it('is not needed against an expression that would hold everything up', async () => {
    const endless = {
      $reduce: {
        input: { $range: [0, 6_000_000] },
        initialValue: 0,
        in: { $mod: [{ $add: ['$$this', '$$value'] }, 7] },
      },
    };
    expect(await refusalOf(shared.db.aggregate(generated(endless)).toArray())).toMatchObject({ code: 50 });
  });
});

describe('memory', () => {
  const large = { $concat: [{ $toString: '$value' }, 'x'.repeat(20_000)] };
  const many = [...generated({ $range: [0, 20_000] }), { $unwind: '$value' }, { $set: { text: large } }];

  it.each<[name: string, stage: object]>([
    ['$sort', { $sort: { text: 1 } }],
    ['$group', { $group: { _id: null, all: { $push: '$text' } } }],
    ['$group by', { $group: { _id: '$text' } }],
    ['$bucketAuto', { $bucketAuto: { groupBy: '$text', buckets: 2 } }],
    ['$facet', { $facet: { all: [] } }],
    ['$setWindowFields', { $setWindowFields: { sortBy: { value: 1 }, output: { n: { $sum: 1 } } } }],
    ['$sample', { $sample: { size: 20_000 } }],
  ])('of %s is bounded', async (_name, stage) => {
    const refusal = await refusalOf(shared.db.aggregate([...many, stage], { allowDiskUse: true }).toArray());
    expect(refusal).toMatchObject({ code: 292, codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' });
    expect(String(refusal.message)).toContain('This server does not use the disk');
  });

  it('of a sort is bounded, but not when only the first are wanted', async () => {
    const texts = shared.db.collection('texts');
    for (let round = 0; round < 12; round++) {
      await texts.insertMany(
        Array.from({ length: 100 }, (_, at) => ({ n: round * 100 + at, text: 'x'.repeat(100_000) })),
      );
    }
    expect(await refusalOf(texts.find().sort({ n: -1 }).toArray())).toMatchObject({ code: 292 });
    const first = await texts.find().sort({ n: -1 }).limit(2).project({ n: 1, _id: 0 }).toArray();
    expect(first).toEqual([{ n: 1199 }, { n: 1198 }]);
    await texts.drop();
  });

  it('of a group does not grow with the documents of each group', async () => {
    const counted = await shared.db
      .aggregate([...many, { $group: { _id: null, n: { $sum: '$value' } } }])
      .toArray();
    expect(counted).toEqual([{ _id: null, n: 199_990_000 }]);
  });

  it('of a range is bounded', async () => {
    const refusal = await refusalOf(
      shared.db.aggregate(generated({ $size: { $range: [0, 100_000_000] } })).toArray(),
    );
    expect(refusal).toMatchObject({ code: 292 });
  });
});

describe('a cursor at work', () => {
  it('is in use, and can be killed', async () => {
    const pipeline = [
      ...generated(numbers),
      { $unwind: '$value' },
      { $match: { value: { $in: [0, 1_999_999] } } },
    ];
    const { cursor } = await shared.db.command({ aggregate: 1, pipeline, cursor: { batchSize: 0 } });
    const collection = '$cmd.aggregate';
    const reading = shared.db.command({ getMore: cursor.id, collection }).catch((error) => error);
    const second = refusalOf(other.db('test').command({ getMore: cursor.id, collection }));
    expect(await second).toMatchObject({ code: 12051 });
    await other.db('test').command({ killCursors: collection, cursors: [cursor.id] });
    expect(await reading).toMatchObject({ code: 237 });
  });
});
