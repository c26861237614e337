/** @module Passwords: bcrypt on the runtime's own threads; the engine's Passwords port. */
import type { Passwords } from '@orchestrix/engine';

/** Cost of every hash the server makes; as in the rows that exist. */
const COST = 10;

const BCRYPT_HASH = /^\$2[abxy]?\$\d{2}\$[./A-Za-z0-9]{53}$/;

/** Hashes at cost 10, checks any bcrypt hash. */
export const passwords: Passwords = {
  hash: (plain) => Bun.password.hash(plain, { algorithm: 'bcrypt', cost: COST }),
  verify: async (plain, hash) => {
    if (!isBcryptHash(hash)) return false;
    try {
      return await Bun.password.verify(plain, hash, 'bcrypt');
    } catch {
      return false;
    }
  },
};

/** Whether a text is a bcrypt hash and not a password somebody stored as it is. */
export function isBcryptHash(text: string): boolean {
  return BCRYPT_HASH.test(text);
}

/**
 * A hash that belongs to no password. Checking against it costs what checking a real one does, so that an answer's time does
 * not tell whether an account exists.
 */
export const UNMATCHABLE_HASH = `$2b$${COST}$${'.'.repeat(53)}`;
