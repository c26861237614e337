/** @module Follows a log over Socket.IO: joins behind the last event after every reconnect. */
import { io, type Socket } from 'socket.io-client';
import type { ExecutionEvent } from '../api-types.ts';
import { CLIENT_CODES, OrchestrixClientError } from '../client-error.ts';
import { Inbox } from './inbox.ts';
import { gaveUp, interrupted, type LiveParts, notFound, pauseBefore } from './live-parts.ts';
import type { LogCursor } from './log-cursor.ts';
import { readLog } from './over-events.ts';

/** Thrown when no socket could be had at all: the log has to be followed in another way. */
export class SocketsUnavailableError extends Error {}

/**
 * The events behind the cursor, then those to come, until the run is over. Every call has a connection of its own: two viewers of one
 * execution never take each other's place.
 *
 * @throws SocketsUnavailableError before the first event
 * @throws OrchestrixClientError `NOT_FOUND`, `UNAUTHENTICATED`, `EXECUTION_INTERRUPTED`, `NETWORK_ERROR`
 */
export async function* overSockets(
  parts: LiveParts,
  cursor: LogCursor,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExecutionEvent, void> {
  signal?.throwIfAborted();
  const viewer = new Viewer(parts, cursor);
  const abort = () => viewer.inbox.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    viewer.connect();
    yield* viewer.inbox.read();
  } finally {
    signal?.removeEventListener('abort', abort);
    viewer.close();
  }
}

/** Failed first attempts after which sockets count as not to be had. */
const FIRST_ATTEMPTS = 2;

const JOIN_TIMEOUT_MS = 10_000;

/** What the server says to a join. */
type JoinReply = { ok: true; lastSeq: number } | { ok: false; error: string; code?: string };

/** One connection that watches one execution. */
class Viewer {
  readonly inbox = new Inbox<ExecutionEvent>();
  private readonly socket: Socket;
  private readonly closing = new AbortController();
  private everConnected = false;
  private failures = 0;
  private giveUpTimer: ReturnType<typeof setTimeout> | undefined;
  private idleTimer: ReturnType<typeof setTimeout> | undefined;
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined;
  private looking = false;

  constructor(
    private readonly parts: LiveParts,
    private readonly cursor: LogCursor,
  ) {
    const { origin, pathname } = new URL(parts.http.baseUrl);
    this.socket = io(origin, {
      path: `${pathname.replace(/\/+$/, '')}/socket.io/`,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      forceNew: true,
      autoConnect: false,
      // Reconnecting is done here, so that it is one thing whoever ended the connection.
      reconnection: false,
      auth: (give) => {
        const token = parts.token();
        give(token === undefined ? {} : { token });
      },
    });
    this.socket.on('connect', () => void this.join());
    this.socket.on('execution-event', (event: ExecutionEvent) => this.take(event));
    this.socket.on('connect_error', (error) => this.failed(error));
    this.socket.on('disconnect', () => this.lost());
  }

  connect(): void {
    this.socket.connect();
  }

  close(): void {
    this.closing.abort();
    for (const timer of [this.giveUpTimer, this.idleTimer, this.reconnectTimer]) clearTimeout(timer);
    this.socket.off();
    this.socket.disconnect();
  }

  private async join(): Promise<void> {
    this.everConnected = true;
    const { executionId } = this.parts;
    const message = { executionId, after: this.cursor.from };
    let reply: JoinReply;
    try {
      reply = await this.socket.timeout(JOIN_TIMEOUT_MS).emitWithAck('follow-execution', message);
    } catch {
      // No answer: either the connection is gone, which `disconnect` tells, or the server hangs.
      if (this.socket.connected) this.again();
      return;
    }
    if (!reply.ok) {
      if (reply.code === 'NOT_FOUND' || /^There is no execution/.test(reply.error))
        this.inbox.fail(notFound());
      else this.again();
      return;
    }
    this.failures = 0;
    clearTimeout(this.giveUpTimer);
    this.giveUpTimer = undefined;
    // With nothing to replay, it may be that nothing will ever come.
    if (reply.lastSeq <= this.cursor.position) void this.checkStillRunning();
    else this.stayAwake();
  }

  private take(event: ExecutionEvent): void {
    if (event.executionId !== this.parts.executionId) return;
    const verdict = this.cursor.take(event);
    if (verdict === 'gap') {
      this.again();
      return;
    }
    if (verdict === 'new') this.inbox.push(event);
    if (this.cursor.complete) this.inbox.end();
    else this.stayAwake();
  }

  /** Drops the connection, which has become useless, and makes another. */
  private again(): void {
    this.socket.disconnect();
  }

  private lost(): void {
    clearTimeout(this.idleTimer);
    this.giveUpTimer ??= setTimeout(() => this.inbox.fail(gaveUp(this.parts)), this.parts.patience.giveUpMs);
    clearTimeout(this.reconnectTimer);
    this.reconnectTimer = setTimeout(() => this.connect(), pauseBefore(this.failures++, this.parts.patience));
  }

  private failed(error: Error & { data?: unknown }): void {
    // Only a refusal by the server itself carries data; everything else is the way to it.
    if ('data' in error) {
      const fields = { status: 401, code: 'UNAUTHENTICATED', cause: error };
      this.inbox.fail(new OrchestrixClientError(error.message, fields));
      return;
    }
    if (!this.everConnected && this.failures + 1 >= FIRST_ATTEMPTS) {
      this.inbox.fail(new SocketsUnavailableError(error.message, { cause: error }));
      return;
    }
    this.lost();
  }

  private stayAwake(): void {
    const { idleMs, reconnectMs } = this.parts.patience;
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(
      () => void this.checkStillRunning(),
      this.cursor.mayBeOver ? reconnectMs : idleMs,
    );
  }

  /**
   * Reads the log itself for a moment: a run whose server died never sends its last event, and only the log says that it is over.
   */
  private async checkStillRunning(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(LOOK_MS)]);
    try {
      for await (const event of readLog(this.parts, this.cursor, signal)) {
        if (event === 'end') {
          if (this.cursor.endsForGood()) this.inbox.fail(interrupted());
          return;
        }
        if (this.cursor.takeStored(event)) this.inbox.push(event);
        if (this.cursor.complete) return this.inbox.end();
      }
    } catch {
      // It goes on, or cannot be read: the socket tells when there is more.
    } finally {
      this.looking = false;
      if (!this.closing.signal.aborted && this.socket.connected) this.stayAwake();
    }
  }
}

/** How long a look at the log takes at most. */
const LOOK_MS = 5_000;

/** The error for callers who want sockets and nothing else. */
export function withoutSockets(error: SocketsUnavailableError, origin: string): OrchestrixClientError {
  return new OrchestrixClientError(`No socket to ${origin} could be opened`, {
    status: 0,
    code: CLIENT_CODES.network,
    cause: error,
  });
}
