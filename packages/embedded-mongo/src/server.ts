/** @module The TCP server: connections, their requests in order, and answers that wait until writes are on disk. */
import { createServer, type Server, type Socket } from 'node:net';
import { CommandError } from './command-error.ts';
import { errorAnswer, groupError } from './commands/answers.ts';
import type { ServerState } from './commands/command.ts';
import { dispatch } from './commands/dispatch.ts';
import { CommandRequest } from './commands/request.ts';
import { MessageFramer } from './wire/framing.ts';
import { frameAnswer, parseMessage, type WireRequest } from './wire/message.ts';

/** Where to listen. */
export interface ListenOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
}

/** A server that listens. */
export interface ListeningServer {
  port: number;
  /** Connections that are open now. */
  connections: () => number;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
}

/** Listens and serves until closed. @throws Error of the operating system, such as EADDRINUSE */
export async function listen(state: ServerState, { host, port }: ListenOptions): Promise<ListeningServer> {
  const sockets = new Set<Socket>();
  let connectionId = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new Connection(state, socket, ++connectionId);
  });
  await listening(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** One client: its requests are answered in the order in which they came. */
class Connection {
  readonly #state: ServerState;
  readonly #socket: Socket;
  readonly #identity: { id: number; address: string };
  readonly #framer = new MessageFramer();
  #busy = false;
  #responseId = 0;

  constructor(state: ServerState, socket: Socket, id: number) {
    this.#state = state;
    this.#socket = socket;
    this.#identity = { id, address: `${socket.remoteAddress}:${socket.remotePort}` };
    socket.on('data', (chunk) => {
      this.#framer.push(chunk as Buffer);
      this.#serve();
    });
    // A connection that breaks concerns nobody else; 'close' follows.
    socket.on('error', () => socket.destroy());
  }

  #serve(): void {
    try {
      while (!this.#busy) {
        const message = this.#framer.next();
        if (!message) return;
        this.#serveOne(parseMessage(message));
      }
    } catch {
      // What cannot be understood cannot be answered, and where the next message starts is not known any more.
      this.#socket.destroy();
    }
  }

  #serveOne(wire: WireRequest): void {
    const request = this.#read(wire);
    if (!request) return;
    const answer = dispatch({
      server: this.#state,
      request,
      fields: request.fields,
      database: request.database,
      connection: this.#identity,
      terms: {
        end: Number.POSITIVE_INFINITY,
        isUnwanted: () => this.#socket.destroyed && READS.has(request.name),
      },
    });
    if (!(answer instanceof Promise)) {
      this.#send(wire, request.name, answer);
      return;
    }
    this.#busy = true;
    answer.then((bytes) => {
      this.#busy = false;
      this.#send(wire, request.name, bytes);
      this.#serve();
    });
  }

  /** A command that can be refused by itself, such as one that is nested too deeply, does not end the connection. */
  #read(wire: WireRequest): CommandRequest | undefined {
    try {
      return CommandRequest.from(wire);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.#send(wire, '', errorAnswer(error));
      return undefined;
    }
  }

  /** Nothing is said before the writes of this turn are on disk, not even about what was only read. */
  #send(wire: WireRequest, name: string, body: Uint8Array): void {
    const send = (failure?: Error) => {
      if (wire.unanswered || this.#socket.destroyed) return;
      const answer = failure ? errorAnswer(groupError(failure, this.#state.path)) : body;
      this.#socket.write(frameAnswer(wire, ++this.#responseId, answer));
    };
    if (WITHOUT_DATA.has(name)) send();
    else this.#state.file.whenDurable(send);
  }
}

/** Commands that say nothing about the data, and so do not wait for the disk. */
const WITHOUT_DATA = new Set(['ping', 'hello', 'isMaster', 'ismaster', 'buildInfo', 'endSessions']);

/** Commands whose work ends when their client goes; writes are carried to their end. */
const READS = new Set(['find', 'aggregate', 'count', 'distinct', 'getMore', 'explain']);
