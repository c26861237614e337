/** @module A channel over Socket.IO: rooms of viewers, replay of what they missed, then live. */

import type { Channel, Viewer } from '@orchestrix/engine';
import type { Server, Socket } from 'socket.io';
import type { Logger } from '../utils/logger.ts';
import { MAX_SUBSCRIPTIONS, Subscriptions } from './subscriptions.ts';

/** How one channel speaks Socket.IO. */
export interface RoomProtocol<Item, Message> {
  /** Names of the events: `join` and `leave` come from viewers, `message` goes to them. */
  join: string;
  leave: string;
  message: string;
  /** The key, and the place of the last message that the viewer has; `null` when a viewer sent something else. */
  read(sent: unknown): { key: string; after: number } | null;
  /** Names the room of a log; viewers of the same room see the same. */
  room(viewer: Viewer, key: string): string;
  /** What a join must look like, for the error. */
  usage: string;
  /** What is watched, in the plural, for the error. */
  things: string;
  /** Whether a log can be joined that has not begun. */
  waits: boolean;
  /** Makes the messages of one log; gets its items in order, from the first one on. */
  view(key: string): (item: Item) => Message | undefined;
  /** Counts the messages of one log, ascending. */
  placeOf(message: Message): number;
}

/** Acknowledges a join: whether it worked, up to which message the replay goes, and, where that may not be, whether the log has begun. */
type Joined =
  | { ok: true; known?: boolean; lastSeq: number }
  | {
      ok: false;
      error: string;
      code: 'NOT_FOUND' | 'VALIDATION_ERROR' | 'TOO_MANY_ROOMS' | 'INTERNAL_ERROR';
    };

/** One log that is followed for all viewers in its room. */
interface Room {
  /** Position of the last item that was sent to the room. */
  position: number;
  controller: AbortController;
}

/** What {@link attachRooms} is built from. */
export interface RoomParts<Item extends { position: number }, Message> {
  io: Server;
  channel: Channel<Item>;
  protocol: RoomProtocol<Item, Message>;
  viewerOf(socket: Socket): Viewer;
  logger: Logger;
}

/**
 * Lets viewers follow the logs of a channel: every message after the last one that they have, in order, none lost and none twice.
 *
 * A viewer that has caught up stands in a room with all others: one loop follows the log, and every message is encoded once.
 */
export function attachRooms<Item extends { position: number }, Message>(
  parts: RoomParts<Item, Message>,
): void {
  const { io, channel, protocol, logger } = parts;
  const rooms = new Map<string, Room>();
  // The last viewer has left: the loop has no purpose.
  io.of('/').adapter.on('delete-room', (name: string) => {
    rooms.get(name)?.controller.abort();
    rooms.delete(name);
  });
  io.on('connection', (socket) => {
    const viewer = parts.viewerOf(socket);
    const subscriptions = subscriptionsOf(socket);
    socket.on(protocol.join, (sent: unknown, reply?: unknown) => {
      const acknowledge = typeof reply === 'function' ? (reply as (joined: Joined) => void) : () => {};
      const asked = protocol.read(sent);
      if (!asked) return acknowledge(refusal('VALIDATION_ERROR', protocol.usage));
      const name = protocol.room(viewer, asked.key);
      const watch = new Watch({ ...parts, rooms, socket, viewer, subscriptions, name, ...asked });
      watch.run(acknowledge).catch((error: unknown) => {
        logger.error(`A viewer could not follow an ${channel.name}`, { error });
        acknowledge(refusal('INTERNAL_ERROR', 'It cannot be shown at the moment. Try again.'));
      });
    });
    socket.on(protocol.leave, (sent: unknown, reply?: unknown) => {
      const asked = protocol.read(sent);
      if (asked) {
        const name = protocol.room(viewer, asked.key);
        subscriptions.end(name);
        void socket.leave(name);
      }
      if (typeof reply === 'function') reply({ ok: true });
    });
    socket.on('disconnect', () => subscriptions.endAll());
  });
}

/** One for all channels of a connection; rooms that it stands in count, but for its own. */
function subscriptionsOf(socket: Socket): Subscriptions {
  socket.data.subscriptions ??= new Subscriptions(() => socket.rooms.size - 1);
  return socket.data.subscriptions as Subscriptions;
}

interface WatchParts<Item extends { position: number }, Message> extends RoomParts<Item, Message> {
  rooms: Map<string, Room>;
  socket: Socket;
  viewer: Viewer;
  subscriptions: Subscriptions;
  /** Name of the room. */
  name: string;
  key: string;
  after: number;
}

/** One viewer on its way into a room. */
class Watch<Item extends { position: number }, Message> {
  private readonly controller = new AbortController();
  private readonly view: (item: Item) => Message | undefined;
  private readonly groups: AsyncGenerator<readonly Item[], void>;
  /** Position of the last item that was looked at. */
  private position = 0;
  private isLeading = false;

  constructor(private readonly parts: WatchParts<Item, Message>) {
    const { channel, protocol, viewer, key } = parts;
    this.view = protocol.view(key);
    this.groups = channel.follow(viewer, key, { signal: this.controller.signal, waits: protocol.waits });
  }

  async run(acknowledge: (joined: Joined) => void): Promise<void> {
    const { subscriptions, name, protocol } = this.parts;
    const signal = subscriptions.begin(name);
    if (!signal) {
      const error = `One connection can watch ${MAX_SUBSCRIPTIONS} ${protocol.things} at a time`;
      return acknowledge(refusal('TOO_MANY_ROOMS', error));
    }
    const stop = () => this.controller.abort();
    signal.addEventListener('abort', stop);
    try {
      await this.catchUp(signal, acknowledge);
    } finally {
      signal.removeEventListener('abort', stop);
      subscriptions.end(name, signal);
      if (!this.isLeading) {
        stop();
        await this.groups.return();
      }
    }
  }

  /** Sends what the viewer has missed, until it has everything that its room has. */
  private async catchUp(signal: AbortSignal, acknowledge: (joined: Joined) => void): Promise<void> {
    const { channel, viewer, key, protocol, socket, subscriptions, rooms, name, after } = this.parts;
    if (!protocol.waits && !(await channel.may(viewer, key)))
      return acknowledge(refusal('NOT_FOUND', `There is no ${channel.name} with this id`));
    let next = await subscriptions.read(() => this.groups.next());
    let messages = this.messagesOf(next.value ?? []);
    const last = messages.at(-1);
    const lastSeq = last === undefined ? 0 : protocol.placeOf(last);
    acknowledge({ ok: true, ...(protocol.waits && { known: (next.value?.length ?? 0) > 0 }), lastSeq });
    // A viewer in the room has had the replay.
    if (socket.rooms.has(name)) return;
    while (!next.done) {
      for (const message of messages) {
        // A viewer that did not read was dropped meanwhile.
        if (!socket.connected || signal.aborted) return;
        if (protocol.placeOf(message) > after) socket.emit(protocol.message, message);
      }
      if (!socket.connected || signal.aborted) return;
      const room = rooms.get(name);
      if (!room) return this.open();
      if (room.position === this.position) return void socket.join(name);
      next = await this.groups.next();
      messages = this.messagesOf(next.value ?? []);
    }
  }

  /** The first viewer that has caught up leaves its place in the log to the room. */
  private open(): void {
    const { rooms, name, socket } = this.parts;
    const room: Room = { position: this.position, controller: this.controller };
    rooms.set(name, room);
    this.isLeading = true;
    void socket.join(name);
    void this.lead(room);
  }

  private async lead(room: Room): Promise<void> {
    const { io, rooms, name, protocol, logger, channel } = this.parts;
    const everyone = io.in(name);
    try {
      for await (const items of this.groups) {
        for (const message of this.messagesOf(items)) everyone.emit(protocol.message, message);
        room.position = this.position;
      }
    } catch (error) {
      logger.error(`An ${channel.name} can no longer be followed`, { error });
      // They connect again and ask for what they miss.
      everyone.disconnectSockets(true);
    } finally {
      if (rooms.get(name) === room) {
        rooms.delete(name);
        everyone.socketsLeave(name);
      }
    }
  }

  private messagesOf(items: readonly Item[]): Message[] {
    this.position = items.at(-1)?.position ?? this.position;
    return items.flatMap((item) => this.view(item) ?? []);
  }
}

function refusal(code: Extract<Joined, { ok: false }>['code'], error: string): Joined {
  return { ok: false, code, error };
}
