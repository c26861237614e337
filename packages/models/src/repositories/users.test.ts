/** @module Accounts: one address, one account; passwords are never stored as they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { ensureIndexes } from '../indexes.ts';
import { createPasswords, isBcryptHash } from '../passwords.ts';
import { createUsers, type Users } from './users.ts';

const passwords = createPasswords({ cost: 4 });
let database: TestDatabase;
let users: Users;
beforeAll(async () => {
  database = await openTestDatabase();
  users = createUsers(database.models, passwords);
});
afterAll(() => database.close());

const insertOld = async (row: object): Promise<string> =>
  String((await database.models.User.collection.insertOne(row as never)).insertedId);

describe('new accounts', () => {
  it('keep the address as given and are found in any case of letters', async () => {
    const user = await users.create({ name: 'Ann', email: 'Ann@Example.org', password: 'correct horse' });
    expect(user).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'Ann',
      email: 'Ann@Example.org',
      role: 'user',
      createdAt: expect.any(Date),
    });
    expect(await users.findByEmail('ann@EXAMPLE.org')).toEqual(user);
    expect(await users.findById(user.id)).toEqual(user);
    for (const id of ['nobody', '0'.repeat(24)]) expect(await users.findById(id)).toBeNull();
  });

  it('store a hash, also of a password that looks like one', async () => {
    const hash = await passwords.hash('x');
    for (const [n, password] of ['plain', hash].entries()) {
      await users.create({ email: `hash${n}@x`, password });
      const { storedPassword } = (await users.findForLogin(`hash${n}@x`))!;
      expect(storedPassword).not.toBe(password);
      expect(await passwords.verify(password, storedPassword!)).toBe(true);
    }
  });

  it('are refused under a taken address, also when many try at once', async () => {
    await users.create({ email: 'bob@x', password: 'p' });
    await expect(users.create({ email: 'BOB@X', password: 'p' })).rejects.toMatchObject({
      code: 'EMAIL_TAKEN',
      status: 409,
    });
    const attempts = ['r@x', 'R@x', 'r@X', 'R@X', ' r@x'].map((email) =>
      users.create({ email, password: 'p' }),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'EMAIL_TAKEN' });
  });

  it('take no operators', async () => {
    for (const email of [{ $ne: null }, '', undefined] as never[]) {
      await expect(users.create({ email, password: 'p' })).rejects.toMatchObject({ code: 'ID_INVALID' });
      await expect(users.findForLogin(email)).rejects.toMatchObject({ code: 'ID_INVALID' });
      await expect(users.findById(email)).rejects.toMatchObject({ code: 'ID_INVALID' });
    }
  });
});

describe('passwords', () => {
  it('are changed, and hashed when a document is saved', async () => {
    const { id } = await users.create({ email: 'change@x', password: 'before' });
    expect(await users.setPassword(id, 'after')).toBe(true);
    const { storedPassword } = (await users.findForLogin('change@x'))!;
    expect(await passwords.verify('after', storedPassword!)).toBe(true);
    expect(await users.setPassword('0'.repeat(24), 'x')).toBe(false);
    expect(await users.setPassword('nobody', 'x')).toBe(false);

    const document = new database.models.User({ email: 'saved@x', password: 'plain' });
    await document.save();
    expect(isBcryptHash(document.password)).toBe(true);
    expect(document.password).toMatch(/^\$2b\$10\$/);
    const hash = document.password;
    document.name = 'Renamed';
    await document.save();
    expect(document.password).toBe(hash);
    const read = await database.models.User.findOne({ email: 'saved@x' }).lean();
    expect(read).not.toHaveProperty('password');
    expect(read).not.toHaveProperty('__v');
  });
});

describe('old rows', () => {
  it('log in under any case of letters after the next start, read as role user, and upgrade their password', async () => {
    const id = await insertOld({ name: 'Old', email: 'Old@x', password: 'in the clear' });
    expect(await ensureIndexes(database.models)).toEqual({ usersWithTakenEmail: [] });
    expect(await users.findForLogin('OLD@X')).toMatchObject({
      id,
      role: 'user',
      storedPassword: 'in the clear',
    });
    expect(await users.upgradePassword(id, 'something else')).toBe(false);
    expect(await users.upgradePassword(id, 'in the clear')).toBe(true);
    const { storedPassword } = (await users.findForLogin('old@x'))!;
    expect(await passwords.verify('in the clear', storedPassword!)).toBe(true);
    expect(await users.upgradePassword(id, 'in the clear')).toBe(false);
    await expect(users.create({ email: 'oLd@x', password: 'p' })).rejects.toMatchObject({
      code: 'EMAIL_TAKEN',
    });
  });

  it('that share an address stay apart: the oldest owns it, the others answer to their exact spelling', async () => {
    const first = await insertOld({ email: 'Twin@x', password: 'a' });
    const second = await insertOld({ email: 'twin@x', password: 'b' });
    expect(await ensureIndexes(database.models)).toEqual({ usersWithTakenEmail: [second] });
    expect(await users.findForLogin('TWIN@X')).toMatchObject({ id: first });
    expect(await users.findForLogin('twin@x')).toMatchObject({ id: second });
  });

  it('that are spelled alike: the oldest logs in, as before, also once it owns the address', async () => {
    const first = await insertOld({ email: 'same@x', password: 'a' });
    await insertOld({ email: 'same@x', password: 'b' });
    expect(await users.findForLogin('same@x')).toMatchObject({ id: first });
    await ensureIndexes(database.models);
    for (const spelling of ['same@x', 'Same@X'])
      expect(await users.findForLogin(spelling)).toMatchObject({ id: first });
  });

  it('without an address harm nobody', async () => {
    await insertOld({ name: 'No address' });
    await insertOld({ email: null, password: null });
    expect(await ensureIndexes(database.models)).toMatchObject({ usersWithTakenEmail: expect.any(Array) });
  });
});
