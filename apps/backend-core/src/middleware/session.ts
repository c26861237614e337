/** @module Verifies the request's token once, and loads the session it belongs to as `request.session`. */
import '@orchestrix/routes';
import {
  type AuthService,
  type SessionStore,
  sessionMiddleware,
  type VerifiedClaims,
} from '@orchestrix/sessions';
import type { Request, RequestHandler } from 'express';
import { bearerToken } from './auth.ts';

/**
 * Sets `request.claims` and `request.session`. A token that is not the server's own is no error here: a published API's caller
 * sends the token of a workflow.
 */
export function session({ auth, sessions }: { auth: AuthService; sessions: SessionStore }): RequestHandler {
  return sessionMiddleware<Request>(sessions, {
    sessionIdOf: (request) => {
      // Health is answered to callers with any token, also while the database that keeps the sessions is away or full.
      if (/^\/health(\/|$)/.test(request.path)) return undefined;
      request.claims = claimsOf(auth, request);
      return request.claims?.sid;
    },
  });
}

function claimsOf(auth: AuthService, request: Request): VerifiedClaims | undefined {
  const token = bearerToken(request);
  if (token === undefined) return undefined;
  try {
    return auth.verify(token);
  } catch {
    return undefined;
  }
}
