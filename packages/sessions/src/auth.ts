/** @module Accounts: registering, logging in and out, and resolving the account of a token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { OrchestrixError, type Passwords } from '@orchestrix/engine';
import { isBcryptHash, type StoredUser, type Users } from '@orchestrix/models';
import { sessionError } from './errors.ts';
import type { RevokedTokens } from './revoked-tokens.ts';
import type { ServerTokens, VerifiedClaims } from './server-tokens.ts';
import type { SessionStore } from './session-store.ts';

/** The account that a token belongs to. */
export interface AuthenticatedUser {
  userId: string;
  email: string;
  role: string;
  /** The session of the token; absent for tokens that were made without one. */
  sid?: string;
}

/** An account as its owner sees it. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: string;
}

/** What {@link createAuthService} is built from. */
export interface AuthParts {
  users: Users;
  sessions: SessionStore;
  /** Tokens without a session that were logged out. */
  revoked: RevokedTokens;
  tokens: ServerTokens;
  passwords: Passwords;
  /** Settled once the indexes exist: before that, nothing keeps two accounts of one address apart. */
  indexed(): Promise<unknown>;
  /** Hears of every new account. */
  onRegister?: ((account: Account) => void) | undefined;
}

/** A fresh login. */
export interface Login {
  token: string;
  user: Account;
}

/** Accounts and their logins. */
export interface AuthService {
  /** @throws OrchestrixError `EMAIL_TAKEN` */
  register(input: { name?: string | undefined; email: string; password: string }): Promise<Login>;
  /** Takes the same time for an unknown address as for a wrong password. @throws OrchestrixError `INVALID_CREDENTIALS` */
  login(input: { email: string; password: string }): Promise<Login>;
  /** Makes the token with these claims worthless. */
  logout(claims: VerifiedClaims): Promise<void>;
  /** @throws OrchestrixError `UNAUTHENTICATED` when the account is gone */
  account(userId: string): Promise<Account>;
  /** Who a token belongs to. @throws OrchestrixError `UNAUTHENTICATED` */
  authenticate(token: string): Promise<AuthenticatedUser>;
  /** The same for verified claims whose session was looked up already. @throws OrchestrixError `UNAUTHENTICATED` */
  identify(claims: VerifiedClaims, session: { userId: string } | null): Promise<AuthenticatedUser>;
  /** The claims of a valid token. @throws OrchestrixError `UNAUTHENTICATED` */
  verify(token: string): VerifiedClaims;
  /** Whether the token of verified claims was logged out or its session is over; tokens made elsewhere have no session. */
  wasEnded(claims: VerifiedClaims): Promise<boolean>;
  /** Whether the login behind verified claims still lasts. */
  lasts(claims: VerifiedClaims): Promise<boolean>;
  /** Calls `listener` with the claims of every login that is ended here. */
  onLogout(listener: (claims: VerifiedClaims) => void): void;
}

/** Accounts on the given stores. */
export function createAuthService(parts: AuthParts): AuthService {
  const { users, sessions, revoked, tokens, passwords, indexed, onRegister } = parts;
  const listeners: ((claims: VerifiedClaims) => void)[] = [];
  const open = async (user: Account): Promise<Login> => {
    const sid = await sessions.create(user.id);
    return { token: tokens.sign({ userId: user.id, email: user.email, role: user.role, sid }), user };
  };

  const account = async (userId: string): Promise<Account> => {
    const user = await users.findById(userId);
    if (!user) throw sessionError('UNAUTHENTICATED');
    return toAccount(user);
  };

  const identify: AuthService['identify'] = async (claims, session) => {
    const { userId, sid } = claims;
    // The session of another account, or none any more: the token was stolen, or its bearer logged out.
    const ended = sid === undefined ? await revoked.has(claims) : session?.userId !== userId;
    if (ended) throw sessionError('UNAUTHENTICATED');
    const { email, role } = await account(userId);
    return { userId, email, role, ...(sid !== undefined && { sid }) };
  };

  const lasts: AuthService['lasts'] = async (claims) => {
    try {
      await identify(claims, claims.sid === undefined ? null : await sessions.get(claims.sid));
      return true;
    } catch (error) {
      if (error instanceof OrchestrixError && error.code === 'UNAUTHENTICATED') return false;
      throw error;
    }
  };

  return {
    register: async (input) => {
      await indexed();
      const account = toAccount(await users.create(input));
      onRegister?.(account);
      return open(account);
    },
    login: async ({ email, password }) => {
      const user = await users.findForLogin(email);
      const stored = user?.storedPassword ?? '';
      const hashed = isBcryptHash(stored);
      const matches = await passwords.verify(password, hashed ? stored : UNMATCHABLE_HASH);
      const matchesPlain = stored !== '' && !hashed && equal(password, stored);
      if (!user || !(matches || matchesPlain)) throw sessionError('INVALID_CREDENTIALS');
      if (matchesPlain) await users.upgradePassword(user.id, password);
      return open(toAccount(user));
    },
    logout: async (claims) => {
      if (claims.sid === undefined) await revoked.add(claims);
      else await sessions.delete(claims.sid);
      for (const listener of listeners) listener(claims);
    },
    wasEnded: async (claims) => (claims.sid === undefined ? revoked.has(claims) : !(await lasts(claims))),
    lasts,
    onLogout: (listener) => void listeners.push(listener),
    account,
    identify,
    verify: (token) => tokens.verify(token),
    authenticate: async (token) => {
      const claims = tokens.verify(token);
      return identify(claims, claims.sid === undefined ? null : await sessions.get(claims.sid));
    },
  };
}

/**
 * A hash that belongs to no password. Checking against it costs what checking a real one does, so that an answer's time does
 * not tell whether an account exists.
 */
const UNMATCHABLE_HASH = `$2b$10$${'.'.repeat(53)}`;

const toAccount = ({ id, name, email, role }: StoredUser): Account => ({
  id,
  name: name ?? '',
  email: email ?? '',
  role,
});

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
