/** @module What the middleware notes on a request for those behind it. */
import type { AuthenticatedUser } from '../http/route.ts';
import type { Logger } from '../utils/logger.ts';

declare global {
  namespace Express {
    interface Request {
      /** Names the request in its answer and in every log line. */
      requestId: string;
      /** A logger whose lines carry the request id. */
      log: Logger;
      /** Who asks; set where a route asks for authentication. */
      user?: AuthenticatedUser;
    }
  }
}
