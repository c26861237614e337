/** @module Everything the earlier backend could have stored is accepted and read back as it was. */
import fc from 'fast-check';
import type { Model, Types } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPasswords } from '../src/passwords.ts';
import { openTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'));
const id = text.filter((value) => value !== '');
const key = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/).filter((name) => name !== 'constructor');
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const fields = fc.dictionary(
  key,
  fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(key, scalar, { maxKeys: 3, noNullPrototype: true }),
  ),
  {
    maxKeys: 4,
    noNullPrototype: true,
  },
);
const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2026-11-20') });
const times = { createdAt: date, updatedAt: date };
const operators = fc.constantFrom({}, { filter: { age: { $gt: 3 } } }, { update: { $set: { 'a.b': 1 } } });
const step = fc
  .tuple(fc.record({ id, type: id }), fields, operators)
  .map((parts) => Object.assign({}, ...parts));
const passwords = createPasswords({ cost: 4 });

/** Model → a document the earlier backend could have written. */
const DOCUMENTS: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  Workflow: fc.record({ workflowId: id, ownerId: id, steps: fc.array(step, { maxLength: 4 }), ...times }),
  User: fc.record({ name: text, email: text, password: text, ...times }, { requiredKeys: [] }),
  DynamicData: fc.record({ ownerId: id, collectionName: id, data: fields, ...times }),
  CollectionDefinitions: fc.record({
    collectionName: id,
    fields: fc.dictionary(key, text, { noNullPrototype: true }),
    source: fc.constantFrom('mongoose', 'sampled'),
    lastSyncedAt: date,
  }),
  PublishedApi: fc.record({
    path: id,
    workflowId: id,
    name: text,
    slug: id,
    ownerId: id,
    method: id,
    ...times,
  }),
  UserDbConnection: fc.record({
    ownerId: id,
    encryptedUri: id,
    label: text,
    status: text,
    connectedAt: date,
    ...times,
  }),
  Session: fc.record({
    sessionId: id,
    userId: id,
    data: fields,
    expiresAt: fc.constant(new Date('2099-01-01')),
    ...times,
  }),
};

/** Empty, because every document stands for itself: two with one unique field are not a valid old database. */
async function emptyModelOf(name: string): Promise<Model<Record<string, unknown>>> {
  const model = database.models[name as 'User'] as unknown as Model<Record<string, unknown>>;
  await model.collection.deleteMany({});
  return model;
}

describe('Feature: backend-core, Property 7: every valid old document is accepted and read back', () => {
  it.each(Object.keys(DOCUMENTS))('%s, as it lies in the database', async (name) => {
    await fc.assert(
      fc.asyncProperty(DOCUMENTS[name]!, async (document) => {
        const model = await emptyModelOf(name);
        const { insertedId } = await model.collection.insertOne({ ...document });
        const read = await model.findById(insertedId).select(name === 'User' ? '+password' : '');
        await read!.validate();
        expect(read!.toObject({ flattenMaps: true })).toMatchObject(document);
        expect(await model.findById(insertedId).lean()).toMatchObject(visible(name, document));
      }),
      { numRuns: 100 },
    );
  });

  it.each(Object.keys(DOCUMENTS))('%s, written through its model', async (name) => {
    await fc.assert(
      fc.asyncProperty(DOCUMENTS[name]!, async (document) => {
        const model = await emptyModelOf(name);
        const given = { ...document };
        if (typeof given.password === 'string') given.password = await passwords.hash(given.password);
        // The old times are given, so mongoose must not set its own.
        const [created] = await model.create([given], { timestamps: false });
        const stored = await model.collection.findOne({ _id: created!._id as Types.ObjectId });
        expect(stored).toMatchObject(name === 'User' ? visible(name, document) : given);
        expect(await model.findById(created!._id).lean()).toMatchObject(visible(name, document));
      }),
      { numRuns: 100 },
    );
  });
});

/** What a reader gets who does not ask for the password. */
function visible(name: string, { password, ...document }: Record<string, unknown>): Record<string, unknown> {
  return name === 'User' || password === undefined ? document : { ...document, password };
}
