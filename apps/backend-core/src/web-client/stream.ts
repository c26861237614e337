/** @module The plain-WebSocket log stream of existing clients: join a group, get what was, then what comes. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Channel } from '@orchestrix/engine';
import { type ExecutionEvent, OrchestrixError } from '@orchestrix/engine';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Admission, admitOwners } from '../services/viewer-admission.ts';
import type { Logger } from '../utils/logger.ts';
import { StreamConnection } from './stream-connection.ts';

/** What {@link attachStream} is built from. */
export interface StreamParts {
  logs: Channel<ExecutionEvent>;
  /** Whether a page of this origin may connect. `undefined`: no browser. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean;
  /** Lets a viewer in. Rejects for a token that is not valid, and when there are too many viewers. */
  admit: Admission;
  /** The owner of viewers without a token; absent while anonymous access is off. */
  anonymousOwner?: string;
  logger: Logger;
  /** How often peers are asked whether they live, in milliseconds. Default: 30,000. */
  pingMs?: number;
}

/** The stream's side of the server. */
export interface StreamServer {
  close(): Promise<void>;
}

/** Messages name a group; larger ones are no messages of this protocol. */
const MAX_MESSAGE_BYTES = 16 * 1024;

/** The one path that belongs to somebody else. */
const SOCKET_IO_PATH = /^\/socket\.io(?:\/|\?|$)/;

/** Takes WebSocket connections on every path but Socket.IO's. */
export function attachStream(httpServer: HttpServer, parts: StreamParts): StreamServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const connections = new Map<WebSocket, { connection: StreamConnection; alive: boolean }>();

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (SOCKET_IO_PATH.test(request.url ?? '')) return;
    if (!parts.allowsOrigin(request.headers.origin, request.headers.host))
      return refuse(socket, '403 Forbidden');
    admitOwners(request, tokenOf(request), parts).then(
      ({ owners, viewer }) => {
        // Also for a peer that leaves before the upgrade is done.
        socket.once('close', viewer.release);
        server.handleUpgrade(request, socket, head, (peer) => {
          viewer.onEnd(() => peer.close(LOGIN_ENDED, 'The login has ended'));
          accept(peer, owners);
        });
      },
      (error: unknown) => refuse(socket, isTooMany(error) ? '429 Too Many Requests' : '401 Unauthorized'),
    );
  };

  const accept = (peer: WebSocket, owners: readonly string[]) => {
    const connection = new StreamConnection({
      logs: parts.logs,
      owners,
      logger: parts.logger,
      send: sender(peer),
    });
    const state = { connection, alive: true };
    connections.set(peer, state);
    peer.on('message', (data: unknown) => connection.receive(String(data)));
    peer.on('pong', () => {
      state.alive = true;
    });
    // A peer that breaks the protocol is its own problem: the connection ends, nothing else does.
    peer.on('error', () => peer.terminate());
    peer.on('close', () => {
      connections.delete(peer);
      connection.close();
    });
  };

  const pinger = setInterval(() => {
    for (const [peer, state] of connections) {
      if (!state.alive) peer.terminate();
      else {
        state.alive = false;
        peer.ping();
      }
    }
  }, parts.pingMs ?? 30_000);
  pinger.unref();

  httpServer.on('upgrade', onUpgrade);
  return {
    close: async () => {
      clearInterval(pinger);
      httpServer.off('upgrade', onUpgrade);
      for (const [peer, { connection }] of connections) {
        connection.close();
        peer.terminate();
      }
      server.close();
    },
  };
}

/** Unread messages a peer may have waiting, in bytes; one that reads slower than this is dropped and comes back by itself. */
const MAX_BUFFERED = 16 * 1024 * 1024;

function sender(peer: WebSocket): (message: unknown) => void {
  return (message) => {
    if (peer.readyState !== peer.OPEN) return;
    if (peer.bufferedAmount > MAX_BUFFERED) return peer.terminate();
    peer.send(JSON.stringify(message));
  };
}

/** WebSocket's code for a connection that breaks a policy. */
const LOGIN_ENDED = 1008;

function isTooMany(error: unknown): boolean {
  return error instanceof OrchestrixError && error.code === 'TOO_MANY_CONNECTIONS';
}

function tokenOf(request: IncomingMessage): string | undefined {
  const header = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (header !== undefined) return header;
  const query = (request.url ?? '').split('?')[1];
  return (query === undefined ? null : new URLSearchParams(query).get('token')) || undefined;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
