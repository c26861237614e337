/** @module Gives every request an id: the caller's when it is sane, else a new one. */
import '@orchestrix/routes';
import type { RequestHandler } from 'express';

/** Sets `request.requestId` and answers it as `X-Request-Id`. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  request.requestId = given !== undefined && SANE_ID.test(given) ? given : crypto.randomUUID();
  response.setHeader('X-Request-Id', request.requestId);
  next();
};

/** Short, and nothing in it that could break a log line or a header. */
const SANE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
