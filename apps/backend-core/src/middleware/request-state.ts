/** @module What the middleware notes on a request for those behind it. */
import type { AuthenticatedUser, RequestSession, VerifiedClaims } from '@orchestrix/sessions';
import type { Logger } from '../utils/logger.ts';

/** What the log says about an answer of 400 and more. */
export interface Refusal {
  code: string;
  /** The text of the answer: it says nothing that its reader may not know. */
  reason: string;
  /** The first fields that were wrong, without their values. */
  problems?: unknown;
}

declare global {
  namespace Express {
    interface Request {
      /** Names the request in its answer and in every log line. */
      requestId: string;
      /** A logger whose lines carry the request id. */
      log: Logger;
      /** Why it was refused or failed; written with the line that the request gets when it is answered. */
      refusal?: Refusal;
      /** What the request's token says, when it is one of the server's own. */
      claims?: VerifiedClaims | undefined;
      /** The session of that token, while it lasts. */
      session?: RequestSession | undefined;
      /** Who asks; set where a route asks for authentication. */
      user?: AuthenticatedUser;
    }
  }
}
