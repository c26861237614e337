/** @module Hashing and checking passwords with bcrypt. */
import { expect, it } from 'vitest';
import { createPasswords, isBcryptHash } from './passwords.ts';

const passwords = createPasswords({ cost: 4 });

it('makes hashes of cost 10 by default, and verifies them', async () => {
  const hash = await createPasswords().hash('correct horse');
  expect(hash).toMatch(/^\$2b\$10\$/);
  expect(await passwords.verify('correct horse', hash)).toBe(true);
  expect(await passwords.verify('correct horsf', hash)).toBe(false);
});

it.each(['2a', '2b', '2y'])('verifies hashes with the prefix $%s$', async (prefix) => {
  const hash = (await passwords.hash('secret-äöü')).replace('$2b$', `$${prefix}$`);
  expect(isBcryptHash(hash)).toBe(true);
  expect(await passwords.verify('secret-äöü', hash)).toBe(true);
  expect(await passwords.verify('secret-aou', hash)).toBe(false);
});

it('verifies hashes that other implementations made', async () => {
  // A published test vector of bcrypt.
  const vector = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
  expect(await passwords.verify('U*U', vector)).toBe(true);
  const other = await Bun.password.hash('péß 漢', { algorithm: 'bcrypt', cost: 4 });
  expect(await passwords.verify('péß 漢', other)).toBe(true);
});

it.each(['', 'plain text', '$2b$10$short', `$2b$99$${'a'.repeat(53)}`, `$2x$10$${'a'.repeat(53)}`])(
  'takes %j for no hash, and verifies nothing against it',
  async (text) => {
    expect(isBcryptHash(text)).toBe(false);
    expect(await passwords.verify(text, text)).toBe(false);
  },
);

it("rejects with the signal's reason", async () => {
  const reason = new Error('cancelled by its owner');
  const aborted = AbortSignal.abort(reason);
  await expect(passwords.hash('x', { signal: aborted })).rejects.toBe(reason);
  const controller = new AbortController();
  const work = createPasswords({ cost: 12 }).hash('x', { signal: controller.signal });
  controller.abort(reason);
  await expect(work).rejects.toBe(reason);
});
