/** @module Who asks: turns a verified token and its session into `request.user`. */
import '@orchestrix/routes';
import type { IncomingHttpHeaders } from 'node:http';
import type { AuthMode } from '@orchestrix/routes';
import type { AuthService } from '@orchestrix/sessions';
import type { Request, RequestHandler } from 'express';
import { serverError } from '../errors.ts';

/** One middleware for each way a route can ask for authentication. They stand behind the session middleware. */
export function authentication(auth: AuthService): Record<AuthMode, RequestHandler> {
  const identify = async (request: Request): Promise<void> => {
    if (!request.claims) throw serverError('UNAUTHENTICATED');
    request.user = await auth.identify(request.claims, request.session ?? null);
  };
  return {
    none: (_request, _response, next) => next(),
    required: async (request, _response, next) => {
      await identify(request);
      next();
    },
    // No token is fine; one that is wrong is not: its sender believes to be somebody.
    optional: async (request, _response, next) => {
      if (request.headers.authorization !== undefined) await identify(request);
      next();
    },
  };
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken({ headers }: { headers: IncomingHttpHeaders }): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
