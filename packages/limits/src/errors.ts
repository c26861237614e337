/** @module What is answered when a limit or a quota is used up. */
import { OrchestrixError, TerminalError } from '@orchestrix/engine';

/** Every code of this package: its HTTP status, and a message that says what was wrong and what to do. */
export const LIMIT_ERRORS = {
  TOO_MANY_ATTEMPTS: [429, 'Too many failed attempts. Wait for as long as the Retry-After header says.'],
  TOO_MANY_REQUESTS: [
    429,
    'Too many requests. The message says which limit; wait for as long as the Retry-After header says.',
  ],
  TOO_MANY_EXECUTIONS: [
    429,
    'Too many executions run at the same time. Wait for some of them to end, or cancel some.',
  ],
  QUOTA_EXCEEDED: [413, 'A quota of this account is used up. See GET /usage; delete what is not needed.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/**
 * An error with the time to wait, which becomes the `Retry-After` header.
 *
 * @param what which limit, in words; default: the catalogue's message
 */
export function tooMany(
  code: Exclude<keyof typeof LIMIT_ERRORS, 'QUOTA_EXCEEDED'>,
  retryAfterMs: number,
  what?: string,
): OrchestrixError {
  const [status, message] = LIMIT_ERRORS[code];
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new OrchestrixError(what === undefined ? message : `${what} Try again in ${seconds} s.`, {
    code,
    status,
    details: { retryAfterMs },
  });
}

/** `QUOTA_EXCEEDED`. @param what which quota, in words */
export function quotaExceeded(what: string): TerminalError {
  const [status] = LIMIT_ERRORS.QUOTA_EXCEEDED;
  return new TerminalError(`${what} Delete what is not needed; GET /usage shows what is used.`, {
    code: 'QUOTA_EXCEEDED',
    status,
  });
}
