/** @module Answers every error in one shape, and logs those that are the server's own. */
import './request-state.ts';
import type { ErrorRequestHandler } from 'express';
import { retryAfterOf, toErrorResponse } from '../errors.ts';

/** @param options in production, answers with a status of 500 and more say nothing about the inside */
export function errorAnswer(options: { production: boolean }): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const { status, body } = toErrorResponse(error, { requestId: request.requestId, ...options });
    const fields = { code: body.code, error, userId: request.user?.userId };
    if (status >= 500 && body.code !== 'SHUTTING_DOWN')
      request.log.error(`${request.method} ${request.path} failed`, fields);
    else request.log.debug(`${request.method} ${request.path} refused: ${body.error}`, { code: body.code });

    // Half an answer is out already: the only honest end is a broken connection.
    if (response.headersSent) return void response.destroy();
    const seconds = retryAfterOf(error);
    if (seconds !== undefined) response.setHeader('Retry-After', seconds);
    response.status(status).json(body);
  };
}
