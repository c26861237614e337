/** @module Logs every request with its answer's status and duration, and why it was refused. */
import '@orchestrix/routes';
import type { RequestHandler } from 'express';
import type { Logger } from '../utils/logger.ts';

/** Sets `request.log` and writes one line when the answer is out or the caller has left. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    request.log = logger.child({ requestId: request.requestId });
    const startedAt = performance.now();
    response.once('close', () => {
      const { method, originalUrl, refusal, user } = request;
      const left = response.writableFinished ? {} : { left: true };
      // Query texts may hold what callers search for; the path says enough.
      const path = originalUrl.split('?', 1)[0] ?? '/';
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      const level = path.startsWith('/health') ? 'debug' : 'info';
      request.log[level](`${method} ${path} ${response.statusCode}`, {
        durationMs,
        ...(user && { userId: user.userId }),
        ...refusal,
        ...left,
      });
    });
    next();
  };
}
