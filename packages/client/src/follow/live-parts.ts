/** @module What both ways to a live log have in common. */
import { CLIENT_CODES, OrchestrixClientError } from '../client-error.ts';
import type { Http } from '../http.ts';

/** How patient a viewer is. Everything is in milliseconds. */
export interface Patience {
  /** Pause before connecting again. Default: 500, growing to 5 s while it does not help. */
  reconnectMs: number;
  /** How long the server may be out of reach until following fails. Default: 5 minutes. */
  giveUpMs: number;
  /** After how long a silence to look whether the log still goes on. Default: 30 s. */
  idleMs: number;
}

/** What following is built from. */
export interface LiveParts {
  http: Http;
  token(): string | undefined;
  executionId: string;
  patience: Patience;
}

/** The pause before the next attempt, longer with each one that failed. */
export function pauseBefore(attempt: number, { reconnectMs }: Patience): number {
  return Math.min(reconnectMs * 2 ** Math.min(attempt, 10), Math.max(5_000, reconnectMs));
}

/** The error for an execution that is unknown, or somebody else's. */
export function notFound(): OrchestrixClientError {
  return new OrchestrixClientError('There is no execution with this id', { status: 404, code: 'NOT_FOUND' });
}

/** The error for a log that ends without the last event of its run. */
export function interrupted(): OrchestrixClientError {
  return new OrchestrixClientError(
    'The log ends without saying how the run ended: the server that ran it has stopped',
    { status: 0, code: CLIENT_CODES.interrupted },
  );
}

/** The error for a server that stayed out of reach for too long. */
export function gaveUp({ http, patience }: LiveParts, cause?: unknown): OrchestrixClientError {
  const { origin } = new URL(http.baseUrl);
  const message = `${origin} was out of reach for more than ${Math.round(patience.giveUpMs / 1000)} s`;
  return new OrchestrixClientError(message, { status: 0, code: CLIENT_CODES.network, cause });
}
