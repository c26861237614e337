/** @module Documents of an owner's collections: the same ones as in workflow steps, old rows included. */
import type { Document } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { type CollectionData, createCollectionData } from './collection-data.ts';
import { createMongoDatabase } from './mongo-database.ts';
import { ownerNamespace } from './owner-namespace.ts';
import { createCollections } from './repositories/collections.ts';
import type { DynamicDataRow } from './schemas/collection.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

let owners = 0;
let ownerId: string;
let data: CollectionData;
beforeEach(() => {
  ownerId = `owner-${++owners}`;
  data = createCollectionData(database.connection, ownerId);
});

const insertOld = async (collectionName: string, fields: Document): Promise<string> =>
  String(
    (await database.models.DynamicData.create({ ownerId, collectionName, data: fields } as DynamicDataRow))
      ._id,
  );

async function readAll(name: string, query: Parameters<CollectionData['list']>[1]): Promise<Document[]> {
  const all: Document[] = [];
  let cursor: string | null = null;
  do {
    const page = await data.list(name, { ...query, cursor });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

describe('documents', () => {
  it('are the same as those of workflow steps', async () => {
    const steps = createMongoDatabase(database.connection, { namespace: ownerNamespace(ownerId) });
    const fromStep = await steps.insertOne('orders', { n: 1 });
    const fromRoute = await data.insert('orders', { n: 2 });
    expect(await data.get('orders', String(fromStep._id))).toEqual(fromStep);
    expect(await steps.findOne('orders', { filter: { n: 2 } })).toEqual(fromRoute);
    const foreign = createCollectionData(database.connection, 'somebody else');
    expect(await foreign.get('orders', String(fromStep._id))).toBeNull();
    expect((await foreign.list('orders')).items).toEqual([]);
  });

  it('are changed, replaced and deleted', async () => {
    const { _id, createdAt } = await data.insert('c', { a: 1, b: 1 });
    const id = String(_id);
    expect(await data.update('c', id, { b: 2, _id: 'x', createdAt: 'y', __v: 9 })).toMatchObject({
      a: 1,
      b: 2,
      __v: 0,
    });
    const replaced = await data.replace('c', id, { c: 3, _id: 'x' });
    expect(replaced).toEqual({ _id, c: 3, createdAt, updatedAt: expect.any(Date), __v: 0 });
    expect(await data.delete('c', id)).toBe(true);
    expect(await data.delete('c', id)).toBe(false);
    for (const gone of [id, 'no id']) {
      expect(await data.get('c', gone)).toBeNull();
      expect(await data.update('c', gone, { a: 1 })).toBeNull();
      expect(await data.replace('c', gone, { a: 1 })).toBeNull();
    }
  });

  it.each([{ $set: { a: 1 } }, { 'a.b': 1 }, { a: { $gt: '' } }, { '': 1 }, { _bsontype: 'x' }])(
    'refuse %j, whose keys an update would take for something else',
    async (document) => {
      const { _id } = await data.insert('c', {});
      const refusal = { code: 'DATA_NOT_STORABLE', status: 400 };
      await expect(data.insert('c', document)).rejects.toMatchObject(refusal);
      await expect(data.update('c', String(_id), document)).rejects.toMatchObject(refusal);
      await expect(data.replace('c', String(_id), document)).rejects.toMatchObject(refusal);
    },
  );
});

describe('unique fields', () => {
  it('are enforced for whoever has them, wherever the document comes from', async () => {
    await data.ensureUnique('users', ['email']);
    await data.ensureUnique('users', ['email']);
    const first = await data.insert('users', { email: 'a@x' });
    await data.insert('users', {});
    const second = await data.insert('users', {});
    const refusal = { code: 'DUPLICATE_VALUE', status: 409, details: { fields: ['email'] } };
    await expect(data.insert('users', { email: 'a@x' })).rejects.toMatchObject(refusal);
    await expect(data.update('users', String(second._id), { email: 'a@x' })).rejects.toMatchObject(refusal);
    await expect(data.replace('users', String(second._id), { email: 'a@x' })).rejects.toMatchObject(refusal);
    const steps = createMongoDatabase(database.connection, { namespace: ownerNamespace(ownerId) });
    await expect(steps.insertOne('users', { email: 'a@x' })).rejects.toMatchObject(refusal);
    expect(await data.replace('users', String(first._id), { email: 'a@x', n: 1 })).toMatchObject({ n: 1 });
    await data.ensureUnique('users', []);
    expect(await data.insert('users', { email: 'a@x' })).toMatchObject({ email: 'a@x' });
    await expect(data.ensureUnique('users', ['email'])).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATED',
      status: 409,
      details: { field: 'email' },
    });
  });
});

describe('lists', () => {
  it('give every document once in every order, with and without old rows', async () => {
    let run = 0;
    const row = fc.record({
      old: fc.boolean(),
      value: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b'), fc.constant(null)),
    });
    const sort = fc.constantFrom<Record<string, 1 | -1> | undefined>(
      undefined,
      { value: 1 },
      { value: -1 },
      { _id: 1 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 9 }),
        sort,
        fc.integer({ min: 1, max: 4 }),
        async (rows, order, limit) => {
          const name = `list${++run}`;
          for (const { old, value } of rows)
            old ? await insertOld(name, { value }) : await data.insert(name, { value });
          const all = await readAll(name, { sort: order, limit });
          expect(new Set(all.map(({ _id }) => String(_id))).size).toBe(rows.length);
          expect(all).toHaveLength(rows.length);
          const rank = (value: unknown) =>
            value === null ? 0 : typeof value === 'number' ? 1 + value : value === 'a' ? 10 : 11;
          const [[field, direction]] = Object.entries(order ?? { _id: -1 }) as [[string, number]];
          for (const [index, document] of all.slice(1).entries()) {
            const [before, after] = [all[index]![field], document[field]].map((v) =>
              field === '_id' ? String(v) : rank(v),
            ) as [never, never];
            expect(direction === 1 ? before <= after : before >= after).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('filter', async () => {
    await insertOld('f', { n: 1, kind: 'x' });
    for (const n of [2, 3, 4]) await data.insert('f', { n, kind: n === 3 ? 'x' : 'y' });
    const found = await data.list('f', { filter: { kind: 'x', n: { $lt: 9 } }, sort: { n: 1 } });
    expect(found.items.map(({ n }) => n)).toEqual([1, 3]);
    await expect(data.list('f', { cursor: 'junk' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
    await expect(data.list('f', { cursor: 'junk', sort: { n: 1 } })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });
});

describe('old rows', () => {
  it('are read, changed, replaced and deleted where they are', async () => {
    const id = await insertOld('old', { title: 'A', done: false });
    expect(await data.get('old', id)).toMatchObject({ title: 'A', done: false });
    expect(await data.hasData('old')).toBe(true);
    expect(await data.update('old', id, { done: true })).toMatchObject({ title: 'A', done: true });
    const row = await database.models.DynamicData.findById(id).lean();
    expect(row?.data).toEqual({ title: 'A', done: true });
    expect(await data.replace('old', id, { title: 'B' })).toMatchObject({ title: 'B' });
    expect(await data.get('old', id)).not.toHaveProperty('done');
    expect(await createCollectionData(database.connection, 'somebody else').get('old', id)).toBeNull();
    expect(await data.delete('old', id)).toBe(true);
    expect(await data.hasData('old')).toBe(false);
  });
});

describe('collections', () => {
  it('appear by themselves, can be defined, and vanish with their documents', async () => {
    const collections = createCollections(database.models);
    await data.insert('made-by-step', { n: 1 });
    await insertOld('made-long-ago', { n: 1 });
    const fields = [{ name: 'email', type: 'string', required: true, unique: true }];
    const defined = await collections.create(ownerId, { name: 'users', fields, description: 'People' });
    expect(await collections.list(ownerId)).toEqual([
      expect.objectContaining({ id: 'made-by-step', defined: false, fields: [] }),
      expect.objectContaining({ id: 'made-long-ago', defined: false }),
      defined,
    ]);
    expect(await collections.get(ownerId, defined.id)).toEqual(defined);
    expect(await collections.get(ownerId, 'users')).toEqual(defined);
    expect(await collections.get(ownerId, 'nothing')).toBeNull();
    expect(await collections.get('somebody else', defined.id)).toBeNull();
    await expect(collections.create(ownerId, { name: 'users', fields: [] })).rejects.toMatchObject({
      code: 'COLLECTION_EXISTS',
      status: 409,
    });
    expect(await collections.create('another owner', { name: 'users', fields: [] })).toMatchObject({
      defined: true,
    });
    expect(await collections.update(ownerId, 'made-by-step', { description: 'Now defined' })).toMatchObject({
      defined: true,
      description: 'Now defined',
    });
    expect(await collections.update(ownerId, defined.id, { fields: [] })).toMatchObject({
      fields: [],
      description: 'People',
    });
    expect(await collections.update(ownerId, 'nothing', {})).toBeNull();
    await data.drop('made-by-step');
    await data.drop('made-long-ago');
    expect(await collections.delete(ownerId, 'made-by-step')).toBe(true);
    expect(await collections.delete(ownerId, 'made-by-step')).toBe(false);
    expect((await collections.list(ownerId)).map(({ name }) => name)).toEqual(['users']);
  });

  it('are not created under a name that no collection can have', async () => {
    for (const name of ['', 'a$b', 'system.x', { $ne: 1 } as never])
      await expect(
        createCollections(database.models).create(ownerId, { name, fields: [] }),
      ).rejects.toMatchObject({
        code: 'COLLECTION_NAME_INVALID',
      });
  });
});

it('an old row whose data is no document keeps no other from being read', async () => {
  const id = await insertOld('tasks', { title: 'whole' });
  const rows = database.models.DynamicData.collection;
  const { insertedId } = await rows.insertOne({ ownerId, collectionName: 'tasks', data: 'broken' } as never);
  expect((await data.list('tasks')).items.map(({ _id }) => String(_id))).toEqual([id]);
  expect(await data.get('tasks', String(insertedId))).toBeNull();
});
