/** @module While the server stops: answers end their connections, and further requests are sent elsewhere. */

import type { Lifecycle } from '@orchestrix/lifecycle';
import type { RequestHandler } from 'express';
import { serverError } from '../errors.ts';

/** When a refused caller may try again, in milliseconds: another process is there by then. */
const RETRY_AFTER_MS = 2_000;

/** Passes on a `SHUTTING_DOWN` when the server refuses; health is answered to the end. */
export function lifecycleGate(lifecycle: Lifecycle): RequestHandler {
  return (request, response, next) => {
    response.once('close', lifecycle.begin());
    // A proxy that keeps the connection in its pool would send the next request here again.
    if (lifecycle.phase !== 'serving') response.setHeader('Connection', 'close');
    const isRefused = lifecycle.phase === 'stopping' && !/^\/health(\/|$)/.test(request.path);
    next(isRefused ? serverError('SHUTTING_DOWN', { details: { retryAfterMs: RETRY_AFTER_MS } }) : undefined);
  };
}
