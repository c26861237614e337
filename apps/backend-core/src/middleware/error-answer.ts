/** @module Answers every error in one shape, notes it for the request's log line, and logs with its stack what the server did not foresee. */
import type { Refusal } from '@orchestrix/routes';
import type { ErrorRequestHandler } from 'express';
import { classify, type ErrorBody, retryAfterOf, toErrorResponse } from '../errors.ts';

/** @param options in production, answers with a status of 500 and more say nothing about the inside */
export function errorAnswer(options: { production: boolean }): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const { status, body } = toErrorResponse(error, { requestId: request.requestId, ...options });
    request.refusal = refusalOf(body);
    if (status >= 500 && !EXPECTED.has(body.code))
      request.log.error(`${request.method} ${request.path} failed`, {
        code: body.code,
        // Whatever else was thrown has no stack to look for the place by.
        error: error instanceof Error ? error : classify(error),
        userId: request.user?.userId,
      });

    // Half an answer is out already: the only honest end is a broken connection.
    if (response.headersSent) return void response.destroy();
    // What the route has set belongs to the answer that it could not give.
    for (const name of OF_THE_ANSWER) response.removeHeader(name);
    const seconds = retryAfterOf(error);
    if (seconds !== undefined) response.setHeader('Retry-After', seconds);
    response.status(status).json(body);
  };
}

/** No faults: a stop that was asked for, and a request of which no draft came; the contract's status for that is 502. */
const EXPECTED = new Set(['SHUTTING_DOWN', 'AI_NO_GRAPH', 'AI_NO_WORKFLOW', 'AI_REFUSED']);

function refusalOf({ code, error, details }: ErrorBody): Refusal {
  const problems = code === 'VALIDATION_ERROR' && Array.isArray(details) ? details.slice(0, 5) : undefined;
  return { code, reason: error, ...(problems && { problems }) };
}

const OF_THE_ANSWER = [
  'Content-Type',
  'Content-Disposition',
  'Content-Language',
  'Cache-Control',
  'ETag',
  'Location',
];
