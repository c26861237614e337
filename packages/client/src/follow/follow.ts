/** @module Follows the live log of an execution, over sockets or, where these cannot be had, over server-sent events. */
import type { CallOptions, ExecutionEvent } from '../api-types.ts';
import { errorOfArgument } from '../client-error.ts';
import type { Http } from '../http.ts';
import type { Patience } from './live-parts.ts';
import { LogCursor } from './log-cursor.ts';
import { overEvents } from './over-events.ts';
import { overSockets, SocketsUnavailableError, withoutSockets } from './over-sockets.ts';

/** From where on, how, and how patiently to follow. */
export interface FollowOptions extends CallOptions, Partial<Patience> {
  /** Position of the last event that you have. Default: 0, from the start. */
  after?: number | undefined;
  /** `auto`: sockets, and server-sent events where no socket can be opened. Default: `auto`. */
  transport?: 'auto' | 'sockets' | 'events' | undefined;
}

/**
 * Every event of an execution once and in order, those of the past first, then live, also across lost connections. Ends behind
 * `workflow_complete`.
 *
 * @throws OrchestrixClientError `NOT_FOUND`, `UNAUTHENTICATED`, `EXECUTION_INTERRUPTED`, `NETWORK_ERROR`
 * @throws the signal's reason when it is aborted
 */
export type Follow = (executionId: string, options?: FollowOptions) => AsyncGenerator<ExecutionEvent, void>;

/** Builds {@link Follow}. */
export function createFollow(http: Http, token: () => string | undefined): Follow {
  return async function* (executionId, { after, transport = 'auto', signal, ...patience } = {}) {
    if (executionId === '' || /^\.{1,2}$/.test(executionId)) {
      throw errorOfArgument('executionId must name an execution');
    }
    signal?.throwIfAborted();
    const { reconnectMs = 500, giveUpMs = 300_000, idleMs = 30_000 } = patience;
    const parts = { http, token, executionId, patience: { reconnectMs, giveUpMs, idleMs } };
    const cursor = new LogCursor(after);
    if (transport !== 'events') {
      try {
        yield* overSockets(parts, cursor, signal);
        return;
      } catch (error) {
        if (!(error instanceof SocketsUnavailableError)) throw error;
        if (transport === 'sockets') throw withoutSockets(error, new URL(http.baseUrl).origin);
      }
    }
    yield* overEvents(parts, cursor, signal);
  };
}
