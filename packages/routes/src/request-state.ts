/** @module What middleware sets on a request for the routes. */
import type { AuthenticatedUser, RequestSession, VerifiedClaims } from '@orchestrix/sessions';

/** Where log lines go. */
export interface RouteLogger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What the log says about a response of 400 and more. */
export interface Refusal {
  code: string;
  /** The text of the response: it says nothing that its reader may not know. */
  reason: string;
  /** The first fields that were wrong, without their values. */
  problems?: unknown;
}

declare global {
  namespace Express {
    interface Request {
      /** Names the request in its response and in every log line. */
      requestId: string;
      /** A logger whose lines carry the request id. */
      log: RouteLogger;
      /** Why it was refused or failed; written with the line that the request gets at its end. */
      refusal?: Refusal;
      /** What the request's token says, when it is one of the server's own. */
      claims?: VerifiedClaims | undefined;
      /** The session of that token, while it lasts. */
      session?: RequestSession | undefined;
      /** The account of the token; set where a route asks for authentication. */
      user?: AuthenticatedUser;
    }
  }
}
