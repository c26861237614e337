/** @module The Socket.IO side of the server: who may connect, and the channels that can be followed. */
import type { Server as HttpServer } from 'node:http';
import type { GenerationEvent } from '@orchestrix/ai/service';
import type { Channel, Viewer } from '@orchestrix/engine';
import { type ExecutionEvent, type ExecutionLogData, OrchestrixError } from '@orchestrix/engine';
import { Server, type Socket } from 'socket.io';
import {
  EXECUTION_EVENTS,
  EXECUTION_LOG,
  executionLogRoom,
  GENERATION_PROGRESS,
} from './realtime/protocols.ts';
import { dropSlowViewers } from './realtime/slow-viewers.ts';
import { attachRooms } from './realtime/socket-rooms.ts';
import { type Admission, type AdmittedViewer, admitOwners } from './services/viewer-admission.ts';
import type { Logger } from './utils/logger.ts';

/** What {@link initSocket} is built from. */
export interface SocketParts {
  executions: Channel<ExecutionEvent>;
  generations: Channel<GenerationEvent>;
  /** Origins that browsers may connect from. */
  corsOrigins: readonly string[];
  /** Whether a page of this origin may connect. `undefined`: no browser. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
  /** Lets a viewer in. Rejects for a token that is not valid, and when there are too many viewers. */
  admit: Admission;
  /** The owner of viewers without a token; absent while anonymous access is off. */
  anonymousOwner?: string;
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

/** Attaches Socket.IO to the server. What viewers send and get: `realtime/protocols.ts`. */
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
      ({ owners, viewer }) => {
        socket.data.viewer = { owners } satisfies Viewer;
        viewer.onEnd(() => socket.disconnect(true));
        // A connection that went away meanwhile has no further event.
        socket.conn.once('close', viewer.release);
        if (socket.conn.readyState !== 'open') viewer.release();
        next();
      },
      (error: unknown) => next(new Error(refusalText(error))),
    );
  });
  const shared = { io, viewerOf: (socket: Socket) => socket.data.viewer as Viewer, logger: parts.logger };
  attachRooms({ ...shared, channel: parts.executions, protocol: EXECUTION_LOG });
  attachRooms({ ...shared, channel: parts.executions, protocol: EXECUTION_EVENTS });
  attachRooms({ ...shared, channel: parts.generations, protocol: GENERATION_PROGRESS });
  return {
    io,
    emitExecutionLog: (executionId, data) => {
      io.to(executionLogRoom(executionId)).emit('execution-log', { executionId, ...data });
    },
    close: () => io.close(),
  };
}

function refusalText(error: unknown): string {
  return error instanceof OrchestrixError && error.code === 'TOO_MANY_CONNECTIONS'
    ? error.message
    : 'Authentication failed: send a valid token as auth.token';
}

/** Whose things a connection may see: its account's, and the anonymous owner's while that is allowed. */
async function identify(
  socket: Socket,
  parts: SocketParts,
): Promise<{ owners: string[]; viewer: AdmittedViewer }> {
  const { auth, query, headers } = socket.handshake;
  const token =
    textOf((auth as Record<string, unknown>).token) ?? textOf(query.token) ?? textOf(headers.authorization);
  return admitOwners(socket.request, token?.replace(/^Bearer +/i, ''), parts);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
