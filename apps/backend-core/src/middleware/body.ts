/** @module Reads bodies up to one megabyte, in bounded time. */

import { refuseLossyNumbers } from '@orchestrix/routes';
import express, { type RequestHandler } from 'express';
import { serverError } from '../errors.ts';

const LIMIT = '1mb';

/** Sets `request.body` to parsed JSON; leaves it undefined for a request without a body or with one of another media type. */
export function jsonBody(timeoutMs: number): RequestHandler {
  // Not strict: a body that is a bare number or text is for the route's schema to refuse, with a message that names it.
  const texts = new WeakMap<object, Buffer>();
  const read = express.json({
    limit: LIMIT,
    strict: false,
    type: ['application/json', 'application/*+json'],
    verify: (request, _response, bytes) => void texts.set(request, bytes),
  });
  return inTime(timeoutMs, (request, response, next) =>
    read(request, response, (error?: unknown) => {
      const bytes = texts.get(request);
      try {
        if (error === undefined && bytes) refuseLossyNumbers(bytes.toString());
      } catch (lossy) {
        return next(lossy);
      }
      next(error);
    }),
  );
}

/** Sets `request.body` to the bytes of the body, unpacked; leaves it undefined for a request without one. */
export function rawBody(timeoutMs: number): RequestHandler {
  return inTime(timeoutMs, express.raw({ limit: LIMIT, type: () => true }));
}

/**
 * A body that has not arrived after `timeoutMs` is refused and its connection closed: a sender who trickles bytes would otherwise hold it
 * for good.
 */
function inTime(timeoutMs: number, read: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
      return next();
    let isOver = false;
    const end = (error?: unknown) => {
      if (isOver) return;
      isOver = true;
      next(error);
    };
    const timer = setTimeout(() => {
      // Answered already, for instance because of its media type: the rest is of no use.
      if (response.headersSent) return void request.socket.destroy();
      response.setHeader('Connection', 'close');
      response.once('finish', () => request.socket.destroy());
      end(serverError('REQUEST_TIMEOUT'));
    }, timeoutMs);
    const stop = () => clearTimeout(timer);
    request.once('end', stop);
    request.once('close', stop);
    read(request, response, (error?: unknown) => {
      // A body of another media type is left unread; it may still be arriving.
      if (request.body !== undefined || error !== undefined) stop();
      end(error);
    });
  };
}
