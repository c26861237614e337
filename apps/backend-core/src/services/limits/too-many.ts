/** @module The error of a limit that is used up. */
import type { OrchestrixError } from '@orchestrix/engine';
import { type ServerErrorCode, serverError } from '../../errors.ts';

/**
 * An error with the time to wait, which becomes the `Retry-After` header.
 *
 * @param what which limit, in words; default: the catalogue's message
 */
export function tooMany(code: ServerErrorCode, retryAfterMs: number, what?: string): OrchestrixError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return serverError(code, {
    details: { retryAfterMs },
    ...(what === undefined ? {} : { message: `${what} Try again in ${seconds} s.` }),
  });
}
