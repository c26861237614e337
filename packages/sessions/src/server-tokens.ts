/** @module The tokens of the server's own routes: HS256, bound to a session. */
import { createHash } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { sessionError } from './errors.ts';

/** What a token says about its bearer. */
export interface TokenClaims {
  userId: string;
  email: string;
  role: string;
  /** The session the token lives and dies with; tokens made elsewhere with the same secret have none. */
  sid?: string;
}

/** The claims of a verified token. */
export interface VerifiedClaims extends TokenClaims {
  /** The same for every copy of this token, and for no other token. */
  fingerprint: string;
  /** When the token ends by itself; absent for one that never does. */
  expiresAt?: Date;
}

/** Signs and verifies the server's own tokens. */
export interface ServerTokens {
  /** A token that expires together with its session. */
  sign(claims: TokenClaims): string;
  /**
   * The claims of a valid token; `email` and `role` are empty when an older token does not carry them.
   *
   * @throws OrchestrixError `UNAUTHENTICATED` for every other token
   */
  verify(token: string): VerifiedClaims;
}

/** @param ttlMs how long a token is valid: as long as the session */
export function createServerTokens(secret: string, ttlMs: number): ServerTokens {
  return {
    sign: ({ userId, email, role, sid }) =>
      jwt.sign({ userId, email, role, ...(sid !== undefined && { sid }) }, secret, {
        algorithm: 'HS256',
        expiresIn: Math.floor(ttlMs / 1000),
      }),
    verify: (token) => readClaims(token, verified(token, secret)),
  };
}

function verified(token: string, secret: string): unknown {
  try {
    return jwt.verify(token, secret, { algorithms: ['HS256'] });
  } catch (cause) {
    throw sessionError('UNAUTHENTICATED', cause);
  }
}

function readClaims(token: string, payload: unknown): VerifiedClaims {
  if (typeof payload !== 'object' || payload === null) throw sessionError('UNAUTHENTICATED');
  const { userId, email, role, sid, exp } = payload as Record<string, unknown>;
  // A session id that is no text must not turn the token into one without a session.
  if (typeof userId !== 'string' || userId === '' || (sid !== undefined && typeof sid !== 'string'))
    throw sessionError('UNAUTHENTICATED');
  return {
    userId,
    email: typeof email === 'string' ? email : '',
    role: typeof role === 'string' ? role : '',
    ...(sid !== undefined && { sid }),
    ...(typeof exp === 'number' && { expiresAt: new Date(exp * 1000) }),
    // The signature follows from the rest.
    fingerprint: createHash('sha256')
      .update(token.slice(0, token.lastIndexOf('.')))
      .digest('hex'),
  };
}
