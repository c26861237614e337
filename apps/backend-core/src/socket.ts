/** @module Live execution logs over Socket.IO: rooms of viewers, replay of what they missed, then live. */
import type { Server as HttpServer } from 'node:http';
import { type ExecutionLogData, OrchestrixError } from '@orchestrix/engine';
import { Server, type Socket } from 'socket.io';
import type { ExecutionLogs } from './services/execution-log/execution-log.ts';
import { eventOf, type LogItem } from './services/execution-log/log-item.ts';
import type { Admission, AdmittedViewer } from './services/viewer-admission.ts';
import { dropSlowViewers } from './slow-viewers.ts';
import type { Logger } from './utils/logger.ts';

/** What {@link initSocket} is built from. */
export interface SocketParts {
  logs: ExecutionLogs;
  /** Origins that browsers may connect from. */
  corsOrigins: readonly string[];
  /** Whether a page of this origin may connect. `undefined`: no browser. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
  /** Lets a viewer in. Rejects for a token that is not valid, and when there are too many viewers. */
  admit: Admission;
  /** The owner of viewers without a token; absent while anonymous access is off. */
  anonymousOwner?: string;
  /** Whether the owner has such an execution. */
  exists(ownerId: string, executionId: string): Promise<boolean>;
  logger: Logger;
  /** Characters that may wait for a viewer who does not read. Default: 64 Mi. */
  maxPending?: number;
}

/** The Socket.IO side of the server. */
export interface SocketServer {
  io: Server;
  /** Sends one event to everybody in the room of an execution. */
  emitExecutionLog(executionId: string, data: ExecutionLogData): void;
  /** Disconnects everybody. */
  close(): Promise<void>;
}

/** Executions one connection may watch at a time. */
const MAX_ROOMS = 100;

/** Acknowledges a join: whether it worked, and up to which event the replay goes. */
type JoinReply = (
  answer: { ok: true; lastSeq: number } | { ok: false; error: string; code: JoinRefusal },
) => void;

/** Why a join was refused, for programs. */
type JoinRefusal = 'NOT_FOUND' | 'VALIDATION_ERROR' | 'TOO_MANY_ROOMS' | 'INTERNAL_ERROR';

/**
 * Attaches Socket.IO to the server. Clients send `join-execution` with `{executionId, lastSeq?}` or the bare id, and get
 * every event after `lastSeq` as `execution-log`, in order, none lost and none twice; `leave-execution` ends it.
 */
export function initSocket(httpServer: HttpServer, parts: SocketParts): SocketServer {
  const io = new Server(httpServer, {
    cors: { origin: [...parts.corsOrigins], credentials: true },
    // CORS does not hold back WebSockets: a foreign page is refused here.
    allowRequest: ({ headers }, decide) => decide(null, parts.allowsOrigin(headers.origin, headers.host)),
    // Other WebSockets of this server are not Socket.IO's to end.
    destroyUpgrade: false,
    // Viewers only send names of executions.
    maxHttpBufferSize: 16 * 1024,
    serveClient: false,
  });
  dropSlowViewers(io, parts.maxPending);
  io.use((socket, next) => {
    identify(socket, parts).then(
      ({ ownerId, viewer }) => {
        socket.data.ownerId = ownerId;
        viewer.onEnd(() => socket.disconnect(true));
        // A connection that went away meanwhile has no further event.
        socket.conn.once('close', viewer.release);
        if (socket.conn.readyState !== 'open') viewer.release();
        next();
      },
      (error: unknown) => next(new Error(refusalText(error))),
    );
  });
  const emitExecutionLog: SocketServer['emitExecutionLog'] = (executionId, data) => {
    io.to(roomOf(executionId)).emit('execution-log', { executionId, ...data });
  };
  const { rooms } = io.of('/').adapter;
  const stopListening = parts.logs.onItem((item) => {
    // Most executions have no viewer: skip the encoding.
    if (!rooms.has(roomOf(item.executionId))) return;
    const event = eventOf(item);
    if (event) emitExecutionLog(item.executionId, event);
  });
  io.on('connection', (socket) => watch(socket, parts));
  return {
    io,
    emitExecutionLog,
    close: async () => {
      stopListening();
      await io.close();
    },
  };
}

function watch(socket: Socket, parts: SocketParts): void {
  /** Followers of executions that another process runs, by execution. */
  const followers = new Map<string, AbortController>();
  const leave = (executionId: string) => {
    followers.get(executionId)?.abort();
    followers.delete(executionId);
    void socket.leave(roomOf(executionId));
  };
  socket.on('join-execution', (message: unknown, reply?: unknown) => {
    const answer: JoinReply = typeof reply === 'function' ? (reply as JoinReply) : () => {};
    join(socket, parts, followers, message, answer).catch((error: unknown) => {
      parts.logger.error('A viewer could not join an execution', { error });
      answer({
        ok: false,
        code: 'INTERNAL_ERROR',
        error: 'The execution cannot be shown at the moment. Try again.',
      });
    });
  });
  socket.on('leave-execution', (message: unknown, reply?: unknown) => {
    const { executionId } = readJoin(message);
    if (executionId !== undefined) leave(executionId);
    if (typeof reply === 'function') reply({ ok: true });
  });
  socket.on('disconnect', () => {
    for (const follower of followers.values()) follower.abort();
  });
}

async function join(
  socket: Socket,
  parts: SocketParts,
  followers: Map<string, AbortController>,
  message: unknown,
  answer: JoinReply,
): Promise<void> {
  const { executionId, lastSeq } = readJoin(message);
  if (executionId === undefined)
    return answer({ ok: false, code: 'VALIDATION_ERROR', error: 'Send {executionId, lastSeq?}' });
  const ownerId = socket.data.ownerId as string;
  if (socket.rooms.size + followers.size > MAX_ROOMS) {
    return answer({
      ok: false,
      code: 'TOO_MANY_ROOMS',
      error: `One connection can watch ${MAX_ROOMS} executions at a time`,
    });
  }
  // Whoever is in the room already has had the replay.
  const inRoom = socket.rooms.has(roomOf(executionId));
  followers.get(executionId)?.abort();
  followers.delete(executionId);
  // From here to joining the room nothing may wait, or an event could slip between the replay and the room.
  const live = parts.logs.liveItems(ownerId, executionId);
  if (live) {
    answer({ ok: true, lastSeq: lastSeqOf(live.items) });
    if (!inRoom) for (const item of live.items) send(socket, item, lastSeq);
    // Whoever did not read was dropped meanwhile.
    if (!socket.connected) return;
    if (!live.ended) void socket.join(roomOf(executionId));
    return;
  }
  // Counted before anything is waited for, or joins at the same time would all find room.
  const controller = new AbortController();
  followers.set(executionId, controller);
  const { signal } = controller;
  try {
    if (!(await parts.exists(ownerId, executionId))) {
      return answer({ ok: false, code: 'NOT_FOUND', error: 'There is no execution with this id' });
    }
    // Left, or asked again, before its turn came: nothing is replayed for this one.
    const list = async () => (signal.aborted ? [] : parts.logs.list(ownerId, executionId));
    const stored = await oneByOne(socket, list);
    answer({ ok: true, lastSeq: lastSeqOf(stored) });
    for await (const item of parts.logs.follow(ownerId, executionId, { signal })) {
      if (signal.aborted) return;
      send(socket, item, lastSeq);
    }
  } finally {
    if (followers.get(executionId) === controller) followers.delete(executionId);
  }
}

/** Whole logs are large: one connection has one of them read at a time. */
function oneByOne<T>(socket: Socket, read: () => Promise<T>): Promise<T> {
  const before = (socket.data.reading as Promise<unknown> | undefined) ?? Promise.resolve();
  const reading = before.then(read, read);
  socket.data.reading = reading.catch(() => undefined);
  return reading;
}

function send(socket: Socket, item: LogItem, after: number): void {
  const event = socket.connected ? eventOf(item) : null;
  if (event && event.seq > after) socket.emit('execution-log', { executionId: item.executionId, ...event });
}

function lastSeqOf(items: readonly LogItem[]): number {
  return items.reduce((last, { seq }) => Math.max(last, seq ?? 0), 0);
}

function readJoin(message: unknown): { executionId?: string; lastSeq: number } {
  if (typeof message === 'string') return { ...idOf(message), lastSeq: 0 };
  if (typeof message !== 'object' || message === null) return { lastSeq: 0 };
  const { executionId, lastSeq } = message as { executionId?: unknown; lastSeq?: unknown };
  return {
    ...idOf(executionId),
    lastSeq: typeof lastSeq === 'number' && Number.isFinite(lastSeq) ? lastSeq : 0,
  };
}

function idOf(value: unknown): { executionId?: string } {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? { executionId: value } : {};
}

function refusalText(error: unknown): string {
  return error instanceof OrchestrixError && error.code === 'TOO_MANY_CONNECTIONS'
    ? error.message
    : 'Authentication failed: send a valid token as auth.token';
}

/** The owner behind a connection: that of its token, else the anonymous one while that is allowed. */
async function identify(
  socket: Socket,
  parts: SocketParts,
): Promise<{ ownerId: string; viewer: AdmittedViewer }> {
  const { auth, query, headers } = socket.handshake;
  const token =
    textOf((auth as Record<string, unknown>).token) ?? textOf(query.token) ?? textOf(headers.authorization);
  if (token === undefined && parts.anonymousOwner === undefined) throw new Error('no token');
  const viewer = await parts.admit(socket.request, token?.replace(/^Bearer +/i, ''));
  return { ownerId: viewer.ownerId ?? parts.anonymousOwner!, viewer };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function roomOf(executionId: string): string {
  return `execution:${executionId}`;
}
