/** @module Whatever rows a database holds: a repair is complete after one run, and taking it back gives the same bytes. */

import { createConnectionCipher } from '@orchestrix/owner-databases';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkDatabase } from '../src/check.ts';
import { fixDatabase } from '../src/fix.ts';
import { rollBack } from '../src/rollback.ts';
import { dump } from './support/dump.ts';
import { KEY, type MigrateDatabase, openMigrateDatabase } from './support/migrate-database.ts';
import { encryptedText } from './support/old-rows.ts';

let database: MigrateDatabase;
beforeAll(async () => {
  database = await openMigrateDatabase();
});
afterAll(() => database.close());

const cipher = createConnectionCipher(KEY);
const URI = 'mongodb://h/x';

/** Values of a kind that BSON tells apart, and that a careless copy would change. */
const odd = fc.constantFrom<unknown>(
  null,
  1,
  new mongoose.mongo.Double(1),
  new mongoose.mongo.Long(1),
  new mongoose.mongo.Decimal128('1.0'),
  /a/i,
  new Date(0),
  '',
  {},
  [],
);
const or = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: odd });
const row = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ ...fields, extra: odd, createdAt: odd }, { requiredKeys: [] });
const name = fc.constantFrom('a', 'b', 'c');
const steps = fc.constantFrom<unknown>([], [{ type: 'delay', seconds: 1 }], [{ type: 'x' }], [null], 'x');
const address = fc.constantFrom('Ann@x', 'ann@x', ' ANN@x', 'bob@x', '');

const content = fc.record({
  workflows: fc.array(
    row({ workflowId: or(name), ownerId: or(name), steps: or(steps), version: or(fc.constantFrom(1, 2)) }),
    { maxLength: 6 },
  ),
  users: fc.array(
    row({
      emailKey: or(fc.constantFrom('ann@x', 'bob@x')),
      email: or(address),
      role: or(fc.constant('admin')),
      password: or(fc.constantFrom('p', 'q')),
    }),
    { maxLength: 6 },
  ),
  userdbconnections: fc.array(
    row({
      ownerId: or(name),
      encryptedUri: or(
        fc.constantFrom(URI, encryptedText(URI, KEY), `enc:${encryptedText(URI, KEY)}`, 'enc:AAAA', 'no'),
      ),
    }),
    { maxLength: 4 },
  ),
  sessions: fc.array(row({ sessionId: or(name), userId: or(name) }), { maxLength: 3 }),
  publishedapis: fc.array(row({ path: or(name), slug: or(name), workflowId: or(name), ownerId: or(name) }), {
    maxLength: 3,
  }),
  dynamicdatas: fc.array(row({ ownerId: or(name), collectionName: or(name), data: odd }), { maxLength: 3 }),
});

it('for all rows', async () => {
  const { db } = database;
  await fc.assert(
    fc.asyncProperty(content, async (collections) => {
      await database.empty();
      for (const [collection, rows] of Object.entries(collections))
        if (rows.length > 0) await db.collection(collection).insertMany(structuredRows(rows));
      const before = await dump(db);
      const check = await checkDatabase(db, { cipher, now: new Date() });
      expect(await dump(db)).toEqual(before);

      const first = await fixDatabase(db, { cipher, now: new Date(), runId: 'fix-first' });
      const promised = check.findings.filter(({ severity }) => severity === 'safe');
      expect(first.skipped).toBe(0);
      expect(first.changed).toEqual(Object.fromEntries(promised.map(({ code, count }) => [code, count])));
      const changed = await dump(db);
      expect(await fixDatabase(db, { cipher, now: new Date(), runId: 'fix-second' })).toMatchObject({
        rows: 0,
        skipped: 0,
      });
      expect(await dump(db)).toEqual(changed);

      expect(await rollBack(db, 'fix-first', { cipher })).toEqual({
        runId: 'fix-first',
        restored: first.rows,
        kept: [],
      });
      expect(await dump(db)).toEqual(before);
    }),
    { numRuns: 100 },
  );
}, 120_000);

/** The driver adds `_id` to what it inserts; fast-check must not see its values changed. */
function structuredRows(rows: readonly object[]): Record<string, unknown>[] {
  return rows.map((fields) => ({ _id: new mongoose.Types.ObjectId(), ...fields }));
}
