/** @module What middleware sets on a request for the routes. */
import type { AuthenticatedUser, RequestSession, VerifiedClaims } from '@orchestrix/sessions';

/** Where log lines go. */
export interface RouteLogger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

declare global {
  namespace Express {
    interface Request {
      /** Names the request in its response and in every log line. */
      requestId: string;
      /** A logger whose lines carry the request id. */
      log: RouteLogger;
      /** What the request's token says, when it is one of the server's own. */
      claims?: VerifiedClaims | undefined;
      /** The session of that token, while it lasts. */
      session?: RequestSession | undefined;
      /** The account of the token; set where a route asks for authentication. */
      user?: AuthenticatedUser;
    }
  }
}
