/** @module `userLogin`: checks an address and a password against the owner's `users`. */

import { z } from 'zod';
import { sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate } from '../node.ts';
import type { Database, Document, PortOptions } from '../ports.ts';
import { toText } from '../values/text.ts';
import { databaseOf, withEitherEmail } from './collection.ts';
import { escapePattern } from './filter.ts';

/** A hash of no password: checking against it takes as long as against a real one. */
const NOBODY = '$2b$10$CwTycUXWue0Thq9StjUM0uJ8.mG5OtjjAmuE5H2aE3Ch1TkLrqXkO';
const REFUSED = { ok: false, error: 'Invalid email or password' } as const;

/** The account of an address, whatever the case in which it was stored; the exact spelling is looked up first, for it may have an index. */
async function findAccount(
  database: Database,
  email: string,
  options: PortOptions,
): Promise<Document | null> {
  const exact = await database.findOne('users', { filter: withEitherEmail('users', { email }) }, options);
  if (exact) return exact;
  const $regex = `^${escapePattern(email.trim())}$`;
  return database.findOne('users', { filter: { email: { $regex, $options: 'i' } } }, options);
}

export const userLogin = defineNode({
  type: 'userLogin',
  title: 'User Login',
  category: 'identity',
  summary:
    'Checks an address and a password against the users collection; a wrong one is a result, not a failure.',
  aliases: { email: ['email', 'data.email'], password: ['password', 'data.password'] },
  config: z.object({
    email: requiredTemplate('Address of the user', 'text'),
    password: requiredTemplate('The password in plain text', 'text'),
  }),
  outputs: { name: 'loginResult', summary: '{ ok: true, userId, email, name } or { ok: false, error }.' },
  example: { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
  sideEffects: 'reads',
  narrate: { start: () => 'Checking the login', done: () => 'Login check completed' },
  describe: ({ email }) => ({
    sentence: `Checks the password for ${sayValue(email.source)} against "users"; a wrong one is a result, not a failure`,
    reads: ['users'],
  }),
  async run(context, config) {
    const email = config.email.resolve(context.variables);
    const password = config.password.resolve(context.variables);
    context.redactor.protect(password);
    context.logInput = { email: toText(email) };
    const { passwords } = context.ports;
    if (!passwords) {
      throw new TerminalError('userLogin: no password hashing is configured', { code: 'PORT_MISSING' });
    }
    const database = databaseOf(context, 'userLogin');
    const options = { signal: context.signal };
    // Only texts are looked up: anything else could select somebody.
    const user =
      typeof email === 'string' && email !== '' ? await findAccount(database, email, options) : null;
    const hash = typeof user?.password === 'string' ? user.password : NOBODY;
    const plain = typeof password === 'number' ? String(password) : password;
    const verify = async () =>
      (await passwords.verify(typeof plain === 'string' ? plain : '', hash, options)) &&
      user !== null &&
      typeof plain === 'string' &&
      plain !== '' &&
      new TextEncoder().encode(plain).length <= 72;
    const { loginAttempts } = context.ports;
    const account = toText(email).trim().toLowerCase();
    const ok = loginAttempts
      ? await loginAttempts.check({ caller: context.caller, account }, verify)
      : await verify();
    context.note?.('data', 'Login checked', ok ? 'The password is right' : 'Unknown user or wrong password', {
      ok,
    });
    context.logOutput = { ok, outputVariable: context.outputName };
    if (!ok || user === null) return { ...REFUSED };
    return { ok: true, userId: toText(user._id), email: user.email, name: user.name ?? null };
  },
});
