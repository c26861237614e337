/** @module The engine's Database port against a server. */
import { getEventListeners } from 'node:events';
import type { Database } from '@orchestrix/engine';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { createMongoDatabase } from './mongo-database.ts';
import { dropOwnerCollection, listOwnerCollections, ownerNamespace } from './owner-namespace.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

let owners = 0;
let owner: string;
let db: Database;
beforeEach(() => {
  owner = `owner-${++owners}`;
  db = createMongoDatabase(database.connection, { namespace: ownerNamespace(owner) });
});

describe('what it answers', () => {
  it('is what mongoose would answer: field order, timestamps, version key, plain objects', async () => {
    const stored = await db.insertOne('users', { name: 'Ann', tags: [], nested: { empty: {} } });
    expect(Object.keys(stored)).toEqual(['_id', 'name', 'tags', 'nested', 'createdAt', 'updatedAt', '__v']);
    const [found] = await db.find('users', { filter: { name: 'Ann' } });
    expect(found).toEqual(stored);
    expect(Object.keys(found!)).toEqual(Object.keys(stored));
    expect(found!._id).toBeInstanceOf(mongoose.Types.ObjectId);
    expect(found!.createdAt).toBeInstanceOf(Date);
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });

  it('equals, for the same document, what a schema-less mongoose model stores', async () => {
    const schema = new mongoose.Schema({}, { strict: false, timestamps: true, minimize: false });
    const model = database.connection.model<Record<string, unknown>>(
      'Compared',
      schema as never,
      `compared_${owner}`,
    );
    const fields = { name: 'Ann', n: 1, list: [{ a: null }], at: new Date(5), empty: {} };
    const theirs = (await model.create(fields)).toObject();
    const ours = await db.insertOne('users', fields);
    const shape = ({ _id: _1, createdAt: _2, updatedAt: _3, ...rest }: Record<string, unknown>) => rest;
    expect(shape(ours)).toEqual(shape(theirs));
    const row = await model.findById(theirs._id).lean<Record<string, unknown>>();
    expect(Object.keys(ours).sort()).toEqual(Object.keys(row!).sort());
  });

  it('finds by text ids, sorts, pages and projects', async () => {
    const ids: unknown[] = [];
    for (let n = 0; n < 5; n++) ids.push((await db.insertOne('c', { n, odd: n % 2 === 1 }))._id);
    expect(await db.findOne('c', { filter: { _id: String(ids[3]) } })).toMatchObject({ n: 3 });
    expect(await db.findOne('c', { filter: { n: 99 } })).toBeNull();
    const page = await db.find('c', {
      filter: {},
      sort: { n: -1 },
      skip: 1,
      limit: 2,
      projection: { n: 1, _id: 0 },
    });
    expect(page).toEqual([{ n: 3 }, { n: 2 }]);
    expect(await db.findOne('c', { filter: { odd: true }, sort: { n: -1 } })).toMatchObject({ n: 3 });
    expect(await db.find('empty', { filter: {} })).toEqual([]);
  });

  it.each([
    ['as an id', (id: mongoose.Types.ObjectId) => id],
    ['as a text', (id: mongoose.Types.ObjectId) => String(id)],
  ])('holds an id once in a list and takes it out, stored %s', async (_name, stored) => {
    const [first, second] = [new mongoose.Types.ObjectId(), new mongoose.Types.ObjectId()];
    const { _id } = await db.insertOne('sets', { of: [stored(first), 'x'] });
    for (const value of [first, String(first), { $each: [String(first), second, 'x'] }])
      await db.updateOne('sets', { _id }, { $addToSet: { of: value } });
    expect((await db.findOne('sets', { filter: { _id } }))!.of).toEqual([stored(first), 'x', second]);
    await db.updateMany('sets', { _id }, { $addToSet: { of: String(second) }, $set: { n: 1 } });
    expect((await db.findOne('sets', { filter: { _id } }))!.of).toHaveLength(3);
    await db.updateOne('sets', { _id }, { $pull: { of: String(first) } });
    await db.updateOne('sets', { _id }, { $pullAll: { of: [String(second)] } });
    expect((await db.findOne('sets', { filter: { _id } }))!.of).toEqual(['x']);
  });

  it('updates one and answers with it as it is now, or null; many and counts', async () => {
    const stored = await db.insertOne('c', { n: 1, keep: true });
    const changed = await db.updateOne('c', { _id: stored._id }, { $set: { n: 2 } });
    expect(changed).toMatchObject({ n: 2, keep: true, createdAt: stored.createdAt });
    expect((changed!.updatedAt as Date).getTime()).toBeGreaterThanOrEqual(
      (stored.updatedAt as Date).getTime(),
    );
    expect(await db.updateOne('c', { n: 99 }, { $set: { n: 3 } })).toBeNull();
    expect(await db.find('c', { filter: { n: 3 } })).toEqual([]);
    await db.insertOne('c', { n: 2 });
    expect(await db.updateMany('c', { n: 2 }, { $inc: { n: 5 } })).toEqual({
      acknowledged: true,
      matchedCount: 2,
      modifiedCount: 2,
    });
  });

  it('deletes one and answers with it as it was, or null; many and counts', async () => {
    const stored = await db.insertOne('c', { n: 1 });
    await db.insertOne('c', { n: 1 });
    await db.insertOne('c', { n: 1 });
    expect(await db.deleteOne('c', { _id: String(stored._id) })).toEqual(stored);
    expect(await db.deleteOne('c', { n: 99 })).toBeNull();
    expect(await db.deleteMany('c', { n: 1 })).toEqual({ acknowledged: true, deletedCount: 2 });
  });

  it('keeps fields whatever they are called', async () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/[.$\0]/.test(text) && text.isWellFormed());
    const key = fc.oneof(
      name,
      fc.constantFrom('constructor', 'save', 'toObject', 'errors', '_doc', 'isNew', 'collection'),
    );
    const own = new Set(['_id', 'createdAt', 'updatedAt', '__v', '__proto__', '_bsontype']);
    const documents = fc.dictionary(
      key.filter((text) => !own.has(text)),
      fc.oneof(fc.integer(), fc.string(), fc.boolean()),
    );
    await fc.assert(
      fc.asyncProperty(documents, documents, async (fields, changes) => {
        const wellFormed = [fields, changes].every((one) =>
          Object.values(one).every((v) => typeof v !== 'string' || v.isWellFormed()),
        );
        fc.pre(wellFormed);
        const { _id } = await db.insertOne('odd', fields);
        const found = await db.findOne('odd', { filter: { _id } });
        for (const [field, value] of Object.entries(fields)) expect(found).toHaveProperty([field], value);
        const changed = await db.updateOne('odd', { _id }, { $set: changes });
        for (const [field, value] of Object.entries({ ...fields, ...changes }))
          expect(changed).toHaveProperty([field], value);
      }),
      { numRuns: 100 },
    );
  });
});

describe('what it refuses', () => {
  it('names the value, the path and the collection of a bad id', async () => {
    const message = 'Cast to ObjectId failed for value "abc" (type string) at path "_id" for model "users"';
    const filter = { _id: 'abc' };
    const calls = [
      db.find('users', { filter }),
      db.findOne('users', { filter }),
      db.updateOne('users', filter, { $set: { a: 1 } }),
      db.updateMany('users', filter, { $set: { a: 1 } }),
      db.deleteOne('users', filter),
      db.deleteMany('users', filter),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ message, name: 'TerminalError' });
  });

  it('says which field is not unique, and never the physical name', async () => {
    const physical = `${ownerNamespace(owner)}users`;
    await database.connection.db!.collection(physical).createIndex({ email: 1 }, { unique: true });
    await db.insertOne('users', { email: 'a@x' });
    const error = await db.insertOne('users', { email: 'a@x' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'DUPLICATE_VALUE',
      message: 'A document with the same email exists already in "users"',
      details: { fields: ['email'] },
    });
    const wrong = await db
      .find('users', { filter: { a: { $noSuchOperator: 1 } } })
      .catch((thrown: unknown) => thrown);
    expect(wrong).toMatchObject({ name: 'TerminalError', code: 'DATABASE_REFUSED' });
    expect((wrong as Error).message).not.toContain('data_');
  });

  it.each(['', 'system.users', 'a$b', 'a\0', { $ne: 1 } as never])(
    'refuses the collection %j',
    async (name) => {
      await expect(db.find(name, { filter: {} })).rejects.toMatchObject({ code: 'COLLECTION_NAME_INVALID' });
      await expect(db.insertOne(name, {})).rejects.toMatchObject({ code: 'COLLECTION_NAME_INVALID' });
    },
  );

  it('refuses an id that changes', async () => {
    const { _id } = await db.insertOne('c', { n: 1 });
    const change = db.updateOne('c', { _id }, { $set: { _id: new mongoose.Types.ObjectId() } });
    await expect(change).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
  });
});

describe('owners', () => {
  it('never see each other, nor the collections of the server', async () => {
    await database.models.User.collection.insertOne({ name: 'account' } as never);
    await db.insertOne('users', { name: 'mine' });
    const other = createMongoDatabase(database.connection, { namespace: ownerNamespace('somebody else') });
    expect(await other.find('users', { filter: {} })).toEqual([]);
    expect(await other.deleteMany('users', {})).toMatchObject({ deletedCount: 0 });
    expect((await db.find('users', { filter: {} })).map(({ name }) => name)).toEqual(['mine']);
    expect(await database.models.User.countDocuments({ name: 'account' })).toBe(1);
  });

  it('have a list of their own collections, and can drop one', async () => {
    for (const name of ['orders', 'a.b', 'users']) await db.insertOne(name, { n: 1 });
    expect(await listOwnerCollections(database.connection, owner)).toEqual(['a.b', 'orders', 'users']);
    expect(await dropOwnerCollection(database.connection, owner, 'orders')).toBe(true);
    expect(await dropOwnerCollection(database.connection, owner, 'orders')).toBe(false);
    expect(await listOwnerCollections(database.connection, owner)).toEqual(['a.b', 'users']);
  });

  it('with a database of their own work on its collections as they are called', async () => {
    const whole = createMongoDatabase(database.connection, { namespace: null });
    await whole.insertOne(`plain_${owner}`, { n: 1 });
    expect(await database.connection.db!.collection(`plain_${owner}`).countDocuments()).toBe(1);
  });
});

describe('cancellation', () => {
  const reason = new Error('the run was cancelled');

  it('rejects at once with the reason, before and during the work', async () => {
    const aborted = { signal: AbortSignal.abort(reason) };
    await expect(db.insertOne('c', { n: 1 }, aborted)).rejects.toBe(reason);
    expect(await db.find('c', { filter: {} })).toEqual([]);
    const controller = new AbortController();
    const calls = [
      db.find('c', { filter: {} }, { signal: controller.signal }),
      db.updateMany('c', { n: 1 }, { $set: { n: 2 } }, { signal: controller.signal }),
      db.deleteOne('c', { n: 1 }, { signal: controller.signal }),
    ];
    controller.abort(reason);
    for (const call of calls) await expect(call).rejects.toBe(reason);
  });

  it('leaves the connection usable, and no listener behind', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await db.insertOne('c', { n: 1 }, { signal });
    await db.find('c', { filter: {} }, { signal });
    await db.updateOne('c', { n: 1 }, { $set: { n: 2 } }, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    controller.abort(reason);
    expect(await db.find('c', { filter: {} })).toHaveLength(1);
  });
});
