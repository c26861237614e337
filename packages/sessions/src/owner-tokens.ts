/** @module The engine's Tokens port, with a key of its own for every owner. */
import { hkdfSync } from 'node:crypto';
import type { Tokens } from '@orchestrix/engine';
import jwt from 'jsonwebtoken';

/** Options of {@link createOwnerTokens}. */
export interface OwnerTokensOptions {
  /** Whose logins at the server verify besides the owner's own tokens. Default: `of the owner`. */
  acceptsLogins?: 'of the owner' | 'of everyone';
  /** Whether a token of the server was logged out. */
  isLoggedOut?: (token: string) => Promise<boolean>;
}

/**
 * Tokens of one owner's workflows. They are signed with a key derived from the secret, so that they open none of the server's own
 * routes and no other owner's workflows. Tokens under the plain secret verify too, because clients of the earlier server have them. Of
 * this server's own logins only the owner's opens the owner's workflows, because anyone can register.
 *
 * A login that has ended opens nothing, and neither does a token that was logged out.
 *
 * The verifier's error texts pass through unchanged (`jwt malformed`, `invalid signature`, `jwt expired`, `invalid token`).
 */
export function createOwnerTokens(
  secret: string,
  ownerId: string,
  { acceptsLogins = 'of the owner', isLoggedOut = async () => false }: OwnerTokensOptions = {},
): Tokens {
  const key = deriveKey(secret, ownerId);
  return {
    sign: (payload, { expiresIn = DEFAULT_EXPIRY }) =>
      // An own `exp` in the payload and an option for it exclude each other.
      jwt.sign({ ...payload }, key, {
        algorithm: 'HS256',
        ...(payload.exp === undefined && { expiresIn: expiresIn as jwt.SignOptions['expiresIn'] }),
      }),
    verify: async (token) => {
      try {
        return claims(jwt.verify(token, key, HS256));
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'invalid signature') throw error;
        const found = claims(jwt.verify(token, secret, HS256));
        // Every login of this server names its session, and no token of the earlier server does.
        const isLogin = Object.hasOwn(found, 'sid');
        if (isLogin && found.userId !== ownerId && acceptsLogins === 'of the owner') throw error;
        if (await isLoggedOut(token)) throw new Error('invalid token');
        return found;
      }
    },
  };
}

const DEFAULT_EXPIRY = '7d';
const HS256: jwt.VerifyOptions & { complete?: false } = { algorithms: ['HS256'] };

function deriveKey(secret: string, ownerId: string): Buffer {
  // The salt fixes the purpose; the owner is the rest of the context.
  return Buffer.from(hkdfSync('sha256', secret, 'orchestrix workflow tokens', `workflow\0${ownerId}`, 32));
}

function claims(payload: string | jwt.JwtPayload): Record<string, unknown> {
  if (typeof payload === 'string') throw new Error('invalid token');
  return payload;
}
