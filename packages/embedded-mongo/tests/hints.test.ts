/** @module A hint is obeyed: documents that are not in its index are not found. */
import { beforeAll, expect, it } from 'vitest';
import { refusalOf, useServer } from './server.ts';

const shared = useServer();
const things = () => shared.db.collection<{ _id: number; u?: number; n?: number }>('things');
const ids = (documents: { _id: number }[]) => documents.map(({ _id }) => _id);

beforeAll(async () => {
  await things().insertMany([
    { _id: 1, u: 5, n: 1 },
    { _id: 2, n: 2 },
    { _id: 3, u: 1, n: 3 },
  ]);
  await things().createIndex({ u: 1 }, { sparse: true });
  await things().createIndex({ n: -1 }, { partialFilterExpression: { n: { $gt: 1 } } });
  await things().createIndex({ n: 1, u: 1 }, { hidden: true });
});

it('finds what is in a sparse or partial index, in its order', async () => {
  expect(ids(await things().find().hint({ u: 1 }).toArray())).toEqual([3, 1]);
  expect(ids(await things().find().hint('n_-1').toArray())).toEqual([3, 2]);
  expect(
    ids(
      await things()
        .find({ n: { $lt: 3 } })
        .hint('n_-1')
        .toArray(),
    ),
  ).toEqual([2]);
  expect(ids(await things().find({ n: 1 }).hint({ _id: 1 }).sort({ u: 1 }).toArray())).toEqual([1]);
  expect(ids(await things().find().sort({ _id: -1 }).hint('u_1').toArray())).toEqual([3, 1]);
  expect(
    ids(
      await things()
        .aggregate<{ _id: number }>([{ $match: {} }], { hint: 'u_1' })
        .toArray(),
    ),
  ).toEqual([3, 1]);
});

it('counts, changes and removes what is in the index', async () => {
  expect(await things().countDocuments({}, { hint: 'u_1' })).toBe(2);
  expect((await shared.db.command({ count: 'things', hint: 'u_1' })).n).toBe(2);
  expect(
    (await shared.db.command({ distinct: 'things', key: '_id', query: {}, hint: 'u_1' })).values,
  ).toEqual([1, 3]);
  expect((await things().updateMany({}, { $set: { seen: true } }, { hint: 'u_1' })).matchedCount).toBe(2);
  expect(await things().findOneAndUpdate({}, { $set: { first: true } }, { hint: { u: 1 } })).toMatchObject({
    _id: 3,
  });
  const plan = await things().find({}).hint('u_1').explain('queryPlanner');
  expect(JSON.stringify(plan)).toContain('"indexName":"u_1"');
  expect((await things().deleteMany({}, { hint: 'n_-1' })).deletedCount).toBe(2);
  expect(ids(await things().find().toArray())).toEqual([1]);
});

it('is refused for an index that is hidden or does not exist', async () => {
  for (const hint of ['nope', 'n_1_u_1', { x: 1 }]) {
    expect(await refusalOf(things().find().hint(hint).toArray())).toMatchObject({ code: 2 });
  }
});
