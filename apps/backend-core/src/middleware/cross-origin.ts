/** @module CORS: browsers may call from the configured origins, with credentials, and from nowhere else. */
import cors from 'cors';
import type { RequestHandler } from 'express';

/** @param origins normalized origins (`https://host[:port]`) */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins);
  const allow = cors({
    origin: true,
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Content-Type', 'Authorization', 'X-Request-Id', 'Last-Event-ID'],
    exposedHeaders: ['X-Request-Id', 'X-Execution-Id', 'Retry-After'],
    maxAge: PREFLIGHT_SECONDS,
  });
  return (request, response, next) => {
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin !== undefined && allowed.has(origin)) return allow(request, response, next);

    // A foreign origin's preflight gets an answer that allows nothing; its browser then sends no request.
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return next();
    response.status(204).end();
  };
}

const PREFLIGHT_SECONDS = 600;
