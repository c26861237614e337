/** @module Slows down who guesses passwords: failed logins are counted for each address and e-mail. */
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { serverError } from '../errors.ts';

/**
 * Lets `limit` failed logins through in a window; then 429 with `Retry-After`. Logins that succeed do not count. The counts are this
 * process's own.
 */
export function loginRateLimit(options: { limit: number; windowMs: number }): RequestHandler {
  return rateLimit({
    ...options,
    standardHeaders: false,
    legacyHeaders: false,
    // Counting happens before the answer and is taken back after it, so parallel guesses cannot slip through.
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    keyGenerator: (request) => `${addressOf(request)} ${emailOf(request.body)}`,
    validate: false,
    handler: (request, response, next) => {
      const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
      const waitMs = resetTime ? resetTime.getTime() - Date.now() : options.windowMs;
      response.setHeader('Retry-After', Math.max(1, Math.ceil(waitMs / 1000)));
      next(serverError('TOO_MANY_ATTEMPTS'));
    },
  });
}

/** One customer's whole IPv6 network counts as one address. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? '');
}

function emailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('email' in body)) return '';
  return typeof body.email === 'string' ? body.email.trim().toLowerCase().slice(0, 320) : '';
}
