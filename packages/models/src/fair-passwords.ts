/** @module Shares password hashing fairly: an owner whose workflow hashes hundreds does not delay other owners. */
import type { Passwords } from '@orchestrix/engine';

/** Hashes that are made at a time; the machine's other threads stay free. */
const AT_ONCE = 2;

interface Job {
  run(): Promise<void>;
}

/** Passwords ports that take turns by owner. */
export interface FairPasswords {
  /** The port of one owner; all of an owner's ports share one queue. */
  passwordsOf(ownerId: string): Passwords;
}

/** Turns by owner on one implementation: each waiting owner gets one hash, then the next one does. */
export function createFairPasswords(passwords: Passwords, atOnce = AT_ONCE): FairPasswords {
  /** Owners in the order of their turns, each with its waiting jobs. */
  const waiting = new Map<string, Job[]>();
  let running = 0;

  const next = () => {
    while (running < atOnce) {
      const [entry] = waiting;
      if (!entry) return;
      const [ownerId, jobs] = entry;
      const job = jobs.shift()!;
      // After the others, if there is more to do.
      waiting.delete(ownerId);
      if (jobs.length > 0) waiting.set(ownerId, jobs);
      running++;
      void job.run().finally(() => {
        running--;
        next();
      });
    }
  };

  const inTurn = <T>(ownerId: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const job: Job = {
        run: () => (signal?.aborted ? Promise.reject(signal.reason as Error) : work()).then(resolve, reject),
      };
      const jobs = waiting.get(ownerId);
      if (jobs) jobs.push(job);
      else waiting.set(ownerId, [job]);
      next();
    });

  return {
    passwordsOf: (ownerId) => ({
      hash: (plain, options) => inTurn(ownerId, options?.signal, () => passwords.hash(plain, options)),
      verify: (plain, hash, options) =>
        inTurn(ownerId, options?.signal, () => passwords.verify(plain, hash, options)),
    }),
  };
}
