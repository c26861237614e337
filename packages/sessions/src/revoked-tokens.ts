/** @module Tokens that have no session and were logged out: kept beside the sessions until they end by themselves. */
import type { Models, SessionRow } from '@orchestrix/models';
import type { VerifiedClaims } from './server-tokens.ts';

/** Remembers tokens that must not work any more. */
export interface RevokedTokens {
  add(claims: VerifiedClaims): Promise<void>;
  has(claims: VerifiedClaims): Promise<boolean>;
}

/** Revoked tokens as rows of `sessions`, which the database removes when their time is over. */
export function createRevokedTokens({ Session }: Pick<Models, 'Session'>): RevokedTokens {
  return {
    add: async (claims) => {
      const expiresAt = claims.expiresAt ?? new Date(Date.now() + NEVER_MS);
      const row = { sessionId: idOf(claims), userId: claims.userId, data: {}, expiresAt };
      await Session.updateOne({ sessionId: row.sessionId }, { $set: row as SessionRow }, { upsert: true });
    },
    has: async (claims) => (await Session.exists({ sessionId: idOf(claims) })) !== null,
  };
}

/** For tokens that never expire: longer than any secret should be in use. */
const NEVER_MS = 20 * 365 * 86_400_000;

/** No session's id, which are UUIDs, can look like this; no token can name it, because it would have to name its own hash. */
function idOf({ fingerprint }: VerifiedClaims): string {
  return `revoked:${fingerprint}`;
}
