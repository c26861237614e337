/** @module The engine's Passwords port on bcrypt, computed off the main thread. */
import type { Passwords } from '@orchestrix/engine';

/** Options of {@link createPasswords}. */
export interface PasswordsOptions {
  /** Work factor of new hashes, 4 to 31. Default: 10, which is what stored hashes have. */
  cost?: number;
}

/**
 * Makes and checks bcrypt hashes. New hashes are `$2b$`; `$2a$`, `$2b$` and `$2y$` are all verified.
 *
 * The native part is loaded at the first use, not at import: a server that starts needs no bcrypt yet. Where it has no binary, bcryptjs
 * does the work, which holds the loop for as long as a hash takes (decision 0023).
 */
export function createPasswords({ cost = 10 }: PasswordsOptions = {}): Passwords {
  return {
    async hash(plain, options) {
      options?.signal?.throwIfAborted();
      const { hash } = await bcrypt();
      return withReason(hash(plain, cost, options?.signal), options?.signal);
    },
    async verify(plain, hash, options) {
      options?.signal?.throwIfAborted();
      if (!isBcryptHash(hash)) return false;
      const { verify } = await bcrypt();
      return withReason(verify(plain, hash, options?.signal), options?.signal);
    },
  };
}

/** Whether a text is a complete bcrypt hash: `$2a$`, `$2b$` or `$2y$`, a cost of two digits, 53 characters. */
export function isBcryptHash(text: unknown): text is string {
  return typeof text === 'string' && /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.test(text);
}

/** The two things that both implementations do. */
export interface Bcrypt {
  hash(plain: string, cost: number, signal?: AbortSignal): Promise<string>;
  verify(plain: string, hash: string, signal?: AbortSignal): Promise<boolean>;
}

let chosen: Promise<Bcrypt> | undefined;

function bcrypt(): Promise<Bcrypt> {
  chosen ??= loadNative().catch(loadScript);
  return chosen;
}

async function loadNative(): Promise<Bcrypt> {
  const { hash, verify } = await import('@node-rs/bcrypt');
  return {
    hash: (plain, cost, signal) => hash(plain, { cost, ...signalOf(signal) }),
    verify: (plain, stored, signal) => verify(plain, stored, signalOf(signal)),
  };
}

/** In pure JavaScript. */
export async function loadScript(): Promise<Bcrypt> {
  const { hash, compare } = await import('bcryptjs');
  return { hash, verify: compare };
}

const signalOf = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal ? { signal } : {});

/** bcrypt rejects with an AbortError of its own; ports reject with the signal's reason. */
async function withReason<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
