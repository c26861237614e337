/** @module Slows down guessing of passwords: one address against one account or many, and many addresses against one account. */
import { createHash } from 'node:crypto';
import { tooMany } from './errors.ts';
import type { RateLimiter } from './ports.ts';

/** The three counts of failures. */
export interface LoginLimiterParts {
  perAddressAndAccount: RateLimiter;
  perAddress: RateLimiter;
  perAccount: RateLimiter;
}

/** Counts failed log-ins. */
export interface LoginLimiter {
  /**
   * Runs a log-in attempt, counted as failed until it succeeds, so that attempts at the same time cannot slip through.
   *
   * An account that is being guessed from many addresses takes one attempt in a window from each address that has not failed yet:
   * its rightful owner, who knows the password, gets in.
   *
   * @param isFailure whether what `attempt` gave or threw is a wrong password
   * @throws OrchestrixError `TOO_MANY_ATTEMPTS`
   */
  attempt<T>(
    address: string,
    account: string,
    attempt: () => Promise<T>,
    isFailure: (outcome: { value: T } | { error: unknown }) => boolean,
  ): Promise<T>;
}

/** A limiter on three counts. */
export function createLoginLimiter(parts: LoginLimiterParts): LoginLimiter {
  const { perAddressAndAccount, perAddress, perAccount } = parts;
  return {
    async attempt(address, account, attempt, isFailure) {
      // A hash, because addresses of accounts must not appear in a table of counts.
      const name = createHash('sha256').update(account).digest('base64url');
      const both = `${address} ${name}`;
      const waits = await Promise.all([
        perAddressAndAccount.consume(both),
        perAddress.consume(address),
        perAccount.consume(name),
      ]);
      const [pair, fromAddress, forAccount] = waits;
      const isGuessed = forAccount !== null && (await perAddressAndAccount.used(both)) > 1;
      const waitMs = pair ?? fromAddress ?? (isGuessed ? forAccount : null);
      if (waitMs !== null) throw tooMany('TOO_MANY_ATTEMPTS', waitMs);
      const refund = () =>
        Promise.all([perAddressAndAccount.refund(both), perAddress.refund(address), perAccount.refund(name)]);
      try {
        const value = await attempt();
        if (!isFailure({ value })) await refund();
        return value;
      } catch (error) {
        if (!isFailure({ error })) await refund();
        throw error;
      }
    },
  };
}
