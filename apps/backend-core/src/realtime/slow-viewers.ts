/** @module Drops Socket.IO connections that do not read what they ask for, before it fills the memory. */
import type { Server, Socket } from 'socket.io';

/** Characters that may wait for one connection: more than the longest log, so that whoever reads at all gets all of it. */
const MAX_PENDING = 64 * 1024 * 1024;

/** Ends every connection of the server for which more than `most` characters wait; it comes back by itself and goes on. */
export function dropSlowViewers(io: Server, most = MAX_PENDING): void {
  io.engine.on('connection', (connection: Connection) => {
    /** What the connection has not handed to its transport. */
    let queued = 0;
    connection.on('packetCreate', ({ data }: { data?: unknown }) => {
      queued += typeof data === 'string' ? data.length : 0;
      if (queued + unsentBytes(connection) > most) drop(connection);
    });
    connection.on('flush', () => {
      queued = 0;
    });
  });
}

type Connection = Socket['conn'];

/** A transport over WebSocket has one; one over polling has handed everything over. */
interface PeerTransport {
  socket?: { bufferedAmount?: number; terminate?(): void };
}

function unsentBytes(connection: Connection): number {
  return (connection.transport as PeerTransport).socket?.bufferedAmount ?? 0;
}

function drop(connection: Connection): void {
  const { socket } = connection.transport as PeerTransport;
  connection.close(true);
  // A goodbye would wait behind everything that is not read.
  socket?.terminate?.();
}
