/** @module Who asks: turns a bearer token into `request.user`. */
import './request-state.ts';
import type { Request, RequestHandler } from 'express';
import { serverError } from '../errors.ts';
import type { AuthMode } from '../http/route.ts';
import type { AuthService } from '../services/auth.ts';

/** One middleware for each way a route can ask for authentication. */
export function authentication(auth: AuthService): Record<AuthMode, RequestHandler> {
  const requireAuth: RequestHandler = async (request, _response, next) => {
    const token = bearerToken(request);
    if (token === undefined) throw serverError('UNAUTHENTICATED');
    request.user = await identify(auth, request, token);
    next();
  };
  /** No token is fine; one that is wrong is not: its sender believes to be somebody. */
  const optionalAuth: RequestHandler = async (request, _response, next) => {
    const token = bearerToken(request);
    if (token !== undefined) request.user = await identify(auth, request, token);
    next();
  };
  return { none: (_request, _response, next) => next(), required: requireAuth, optional: optionalAuth };
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(request: Pick<Request, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
