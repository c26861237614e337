/** @module Progress of generations over Socket.IO: rooms that can be joined before the work begins, with replay of what was missed. */

import type { GenerationEvent, Generations } from '@orchestrix/ai/service';
import type { Server, Socket } from 'socket.io';

/** Rooms that one connection may be in at a time. */
const MAX_ROOMS = 100;

/** Acknowledges a join: whether the work has begun here, and up to which event the replay goes. */
type Joined =
  | { ok: true; known: boolean; lastSeq: number }
  | { ok: false; error: string; code: 'VALIDATION_ERROR' | 'TOO_MANY_ROOMS' };

/**
 * Clients send `join-generation` with `{generationId, lastSeq?}` and get every kept event after `lastSeq`, then those to come, as
 * `generation-progress` `{generationId, seq, type, …}`; the last one is `result` or `error`. `leave-generation` ends it. An owner
 * sees the owner's own generations only: the room of the same id of somebody else is another room.
 *
 * @returns a function that ends it
 */
export function attachGenerationRooms(io: Server, generations: Generations): () => void {
  const stop = generations.onEvent((ownerId, generationId, event) => {
    io.to(roomOf(ownerId, generationId)).emit('generation-progress', messageOf(generationId, event));
  });
  io.on('connection', (socket) => {
    const ownerId = socket.data.ownerId as string;
    socket.on('join-generation', (message: unknown, reply?: unknown) => {
      const answer = typeof reply === 'function' ? (reply as (joined: Joined) => void) : () => {};
      join(socket, generations, ownerId, message, answer);
    });
    socket.on('leave-generation', (message: unknown, reply?: unknown) => {
      const { generationId } = readJoin(message);
      if (generationId !== undefined) void socket.leave(roomOf(ownerId, generationId));
      if (typeof reply === 'function') reply({ ok: true });
    });
  });
  return stop;
}

function join(
  socket: Socket,
  generations: Generations,
  ownerId: string,
  message: unknown,
  answer: (joined: Joined) => void,
): void {
  const { generationId, lastSeq } = readJoin(message);
  if (generationId === undefined) {
    answer({ ok: false, code: 'VALIDATION_ERROR', error: 'Send {generationId: <a UUID>, lastSeq?}' });
    return;
  }
  const room = roomOf(ownerId, generationId);
  if (!socket.rooms.has(room) && socket.rooms.size > MAX_ROOMS) {
    const error = `One connection can watch ${MAX_ROOMS} generations and executions at a time`;
    answer({ ok: false, code: 'TOO_MANY_ROOMS', error });
    return;
  }
  // From here to joining the room nothing may wait, or an event could slip between the replay and the room.
  const generation = generations.find(ownerId, generationId);
  answer({ ok: true, known: generation !== undefined, lastSeq: generation?.lastSeq ?? 0 });
  // Whoever is in the room already has had the replay.
  if (!socket.rooms.has(room)) {
    for (const event of generation?.eventsAfter(lastSeq) ?? []) {
      if (!socket.connected) return;
      socket.emit('generation-progress', messageOf(generationId, event));
    }
  }
  if (socket.connected && !generation?.ended) void socket.join(room);
}

function readJoin(message: unknown): { generationId?: string; lastSeq: number } {
  const { generationId, lastSeq } =
    typeof message === 'object' && message !== null
      ? (message as { generationId?: unknown; lastSeq?: unknown })
      : { generationId: message, lastSeq: 0 };
  const isUuid = typeof generationId === 'string' && UUID.test(generationId);
  return {
    ...(isUuid && { generationId: generationId.toLowerCase() }),
    lastSeq: typeof lastSeq === 'number' && Number.isFinite(lastSeq) ? lastSeq : 0,
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function messageOf(generationId: string, event: GenerationEvent) {
  return { generationId, ...event };
}

function roomOf(ownerId: string, generationId: string): string {
  return `generation:${generationId} ${ownerId}`;
}
