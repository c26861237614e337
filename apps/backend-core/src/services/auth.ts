/** @module Accounts: registering, logging in and out, and telling who a token belongs to. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '@orchestrix/engine';
import { serverError } from '../errors.ts';
import type { AuthenticatedUser } from '../http/route.ts';
import { isBcryptHash, UNMATCHABLE_HASH } from './passwords.ts';
import type { ServerTokens, TokenClaims } from './server-tokens.ts';

/** An account as its owner sees it. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: string;
}

/** Where accounts are kept. E-mail addresses are compared without regard to case. */
export interface AccountStore {
  findById(id: string): Promise<Account | null>;
  /** With what is stored as password: a bcrypt hash, or in old rows the password itself. */
  findByEmail(email: string): Promise<{ account: Account; storedPassword: string } | null>;
  /** `null` when the address is taken, also when somebody else took it in the same moment. */
  create(input: { name: string; email: string; passwordHash: string }): Promise<Account | null>;
  setPasswordHash(id: string, passwordHash: string): Promise<void>;
}

/** Where sessions are kept. */
export interface SessionStore {
  create(userId: string): Promise<string>;
  get(sessionId: string): Promise<{ userId: string } | null>;
  delete(sessionId: string): Promise<void>;
}

/** What {@link createAuthService} is built from. */
export interface AuthParts {
  accounts: AccountStore;
  sessions: SessionStore;
  tokens: ServerTokens;
  passwords: Passwords;
}

/** A fresh login. */
export interface Login {
  token: string;
  user: Account;
}

/** Accounts and who is who. */
export interface AuthService {
  /** @throws OrchestrixError `EMAIL_TAKEN` */
  register(input: { name: string; email: string; password: string }): Promise<Login>;
  /** Takes the same time for an unknown address as for a wrong password. @throws OrchestrixError `INVALID_CREDENTIALS` */
  login(input: { email: string; password: string }): Promise<Login>;
  /** Makes the token that `user` came with worthless. */
  logout(user: AuthenticatedUser): Promise<void>;
  /** @throws OrchestrixError `UNAUTHENTICATED` when the account is gone */
  account(userId: string): Promise<Account>;
  /** Who a token belongs to. @throws OrchestrixError `UNAUTHENTICATED` */
  authenticate(token: string): Promise<AuthenticatedUser>;
  /** The same for verified claims whose session was looked up already. @throws OrchestrixError `UNAUTHENTICATED` */
  identify(claims: TokenClaims, session: { userId: string } | null): Promise<AuthenticatedUser>;
}

/** Accounts on the given stores. */
export function createAuthService({ accounts, sessions, tokens, passwords }: AuthParts): AuthService {
  const open = async (user: Account): Promise<Login> => {
    const sid = await sessions.create(user.id);
    return { token: tokens.sign({ userId: user.id, email: user.email, role: user.role, sid }), user };
  };

  const identify: AuthService['identify'] = async (claims, session) => {
    // A session of somebody else, or none any more: the token was stolen, or its bearer logged out.
    if (claims.sid !== undefined && session?.userId !== claims.userId) throw serverError('UNAUTHENTICATED');
    const user = await accounts.findById(claims.userId);
    if (!user) throw serverError('UNAUTHENTICATED');
    return {
      userId: user.id,
      email: user.email,
      role: user.role,
      ...(claims.sid !== undefined && { sid: claims.sid }),
    };
  };

  return {
    register: async ({ name, email, password }) => {
      if (await accounts.findByEmail(email)) throw serverError('EMAIL_TAKEN');
      const user = await accounts.create({ name, email, passwordHash: await passwords.hash(password) });
      if (!user) throw serverError('EMAIL_TAKEN');
      return open(user);
    },
    login: async ({ email, password }) => {
      const found = await accounts.findByEmail(email);
      const stored = found?.storedPassword ?? '';
      const matches = await passwords.verify(password, isBcryptHash(stored) ? stored : UNMATCHABLE_HASH);
      const matchesPlain = stored !== '' && !isBcryptHash(stored) && equal(password, stored);
      if (!found || !(matches || matchesPlain)) throw serverError('INVALID_CREDENTIALS');
      if (matchesPlain && passwordProblem(password) !== 'too long')
        await accounts.setPasswordHash(found.account.id, await passwords.hash(password));
      return open(found.account);
    },
    logout: async ({ sid }) => {
      if (sid !== undefined) await sessions.delete(sid);
    },
    account: async (userId) => {
      const user = await accounts.findById(userId);
      if (!user) throw serverError('UNAUTHENTICATED');
      return user;
    },
    identify,
    authenticate: async (token) => {
      const claims = tokens.verify(token);
      return identify(claims, claims.sid === undefined ? null : await sessions.get(claims.sid));
    },
  };
}

/** Why a text cannot be a new password; `undefined` when it can. bcrypt reads 72 bytes and stops at a NUL. */
export function passwordProblem(password: string): 'too short' | 'too long' | 'NUL' | undefined {
  const bytes = Buffer.byteLength(password, 'utf8');
  if (bytes < 8) return 'too short';
  if (bytes > 72) return 'too long';
  return password.includes('\0') ? 'NUL' : undefined;
}

/** Compares without telling by its time how much is equal. */
function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
