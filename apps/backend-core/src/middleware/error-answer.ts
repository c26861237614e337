/** @module Answers every error in one shape, and logs those that are the server's own. */
import '@orchestrix/routes';
import type { ErrorRequestHandler } from 'express';
import { retryAfterOf, toErrorResponse } from '../errors.ts';

/** @param options in production, answers with a status of 500 and more say nothing about the inside */
export function errorAnswer(options: { production: boolean }): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const { status, body } = toErrorResponse(error, { requestId: request.requestId, ...options });
    const fields = { code: body.code, error, userId: request.user?.userId };
    if (NOT_UNDERSTOOD.has(body.code))
      request.log.info(`${request.method} ${request.path} drafted nothing: ${body.error}`, {
        code: body.code,
      });
    else if (status >= 500 && body.code !== 'SHUTTING_DOWN')
      request.log.error(`${request.method} ${request.path} failed`, fields);
    else request.log.debug(`${request.method} ${request.path} refused: ${body.error}`, { code: body.code });

    // Half an answer is out already: the only honest end is a broken connection.
    if (response.headersSent) return void response.destroy();
    // What the route has set belongs to the answer that it could not give.
    for (const name of OF_THE_ANSWER) response.removeHeader(name);
    const seconds = retryAfterOf(error);
    if (seconds !== undefined) response.setHeader('Retry-After', seconds);
    response.status(status).json(body);
  };
}

/** What no draft came of is an outcome for the person who asked; the contract's status for it is 502. */
const NOT_UNDERSTOOD = new Set(['AI_NO_GRAPH', 'AI_NO_WORKFLOW', 'AI_REFUSED']);

const OF_THE_ANSWER = [
  'Content-Type',
  'Content-Disposition',
  'Content-Language',
  'Cache-Control',
  'ETag',
  'Location',
];
