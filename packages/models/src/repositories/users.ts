/** @module Accounts: made, found, and given a new password. */
import { OrchestrixError, type Passwords } from '@orchestrix/engine';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { objectIdOf, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import { emailKeyOf, type UserRow } from '../schemas/user.ts';

/** An account without its password. */
export interface StoredUser {
  id: string;
  name: string | null;
  email: string | null;
  /** `user` unless the account says otherwise. */
  role: string;
  createdAt: Date | null;
}

/** An account for a log-in: with what its password is checked against. */
export interface LoginUser extends StoredUser {
  /** A bcrypt hash, or plain text in an old row; `null` when the account has none. */
  storedPassword: string | null;
}

/** What a new account takes. */
export interface NewUser {
  name?: string | undefined;
  email: string;
  /** Plain text; always hashed, also when it looks like a hash. */
  password: string;
  /** Default: `user`. */
  role?: string | undefined;
}

/** The accounts. */
export interface Users {
  /** @throws OrchestrixError `EMAIL_TAKEN` (409) when an account has the address, in any case of letters */
  create(user: NewUser): Promise<StoredUser>;
  findById(id: string): Promise<StoredUser | null>;
  /** In any case of letters. */
  findByEmail(email: string): Promise<StoredUser | null>;
  /** In any case of letters, with the stored password: for checking a log-in and nothing else. */
  findForLogin(email: string): Promise<LoginUser | null>;
  /** Whether there was such an account. */
  setPassword(id: string, password: string): Promise<boolean>;
  /**
   * Replaces a plain-text password of an old row by its hash, after a log-in with it was right. Nothing happens when the
   * stored text is another one by now.
   */
  upgradePassword(id: string, plainPassword: string): Promise<boolean>;
}

/** The repository of accounts. */
export function createUsers({ User }: Models, passwords: Passwords): Users {
  /**
   * The account that has the address, unless another one, which shares it and so has no key, is spelled exactly like this. Of accounts
   * that are spelled alike, it is the oldest, as it was in the earlier backend.
   */
  async function findRow(email: string): Promise<UserRow | null> {
    const text = requireText(email, 'email');
    const read = (filter: { emailKey: string } | { email: string; emailKey: { $exists: false } }) =>
      User.findOne(filter).sort({ _id: 1 }).select('+password').lean<UserRow>();
    const keyed = await read({ emailKey: emailKeyOf(text) });
    if (keyed?.email === text) return keyed;
    return (await read({ email: text, emailKey: { $exists: false } })) ?? keyed;
  }

  return {
    async create({ name, email, password, role = 'user' }) {
      const emailKey = emailKeyOf(requireText(email, 'email'));
      const hash = await passwords.hash(requireText(password, 'password'));
      if (await findRow(email)) throw emailTaken();
      try {
        const user = { ...(name === undefined ? {} : { name }), email, emailKey, password: hash, role };
        return toUser((await User.create(user as UserRow)).toObject());
      } catch (error) {
        throw duplicateKeyOf(error) ? emailTaken() : error;
      }
    },

    async findById(id) {
      const _id = objectIdOf(requireText(id, 'id'));
      const row = _id && (await User.findOne({ _id }).lean<UserRow>());
      return row && toUser(row);
    },

    async findByEmail(email) {
      const row = await findRow(email);
      return row && toUser(row);
    },

    async findForLogin(email) {
      const row = await findRow(email);
      return row && { ...toUser(row), storedPassword: row.password ?? null };
    },

    async setPassword(id, password) {
      const _id = objectIdOf(requireText(id, 'id'));
      if (!_id) return false;
      const hash = await passwords.hash(requireText(password, 'password'));
      return (await User.updateOne({ _id }, { $set: { password: hash } })).matchedCount === 1;
    },

    async upgradePassword(id, plainPassword) {
      const _id = objectIdOf(requireText(id, 'id'));
      if (!_id) return false;
      const password = requireText(plainPassword, 'password');
      const hash = await passwords.hash(password);
      return (await User.updateOne({ _id, password }, { $set: { password: hash } })).modifiedCount === 1;
    },
  };
}

const emailTaken = (): OrchestrixError =>
  new OrchestrixError('An account with this email address exists already', {
    code: 'EMAIL_TAKEN',
    status: 409,
  });

const toUser = (row: UserRow): StoredUser => ({
  id: String(row._id),
  name: row.name ?? null,
  email: row.email ?? null,
  role: row.role ?? 'user',
  createdAt: row.createdAt ?? null,
});
