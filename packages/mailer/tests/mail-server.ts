/** @module SMTP servers for the tests: a real one on `smtp-server`, and a scripted one that misbehaves on purpose. */
import { createServer, type Server, type Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';

/** What the server took. */
export interface Delivery {
  from: string;
  to: string[];
  /** Whether the connection was encrypted. */
  secure: boolean;
  raw: string;
  mail: Email;
}

/** A running server and what it saw. */
export interface MailServer {
  port: number;
  deliveries: Delivery[];
  /** Connections accepted so far. */
  connections: () => number;
  close(): Promise<void>;
}

/** A real SMTP server on 127.0.0.1 that keeps what it is given; without STARTTLS and without a login unless the options say so. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const deliveries: Delivery[] = [];
  let connections = 0;
  const server = new SMTPServer({
    key: PRIVATE_KEY,
    cert: CERTIFICATE,
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onConnect: (_session, callback) => {
      connections += 1;
      callback();
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        deliveries.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((recipient) => recipient.address),
          secure: session.secure,
          raw,
          mail: await PostalMime.parse(raw),
        });
        callback(null, 'taken');
      });
    },
    ...options,
  });
  // A client that hangs up in the middle of a conversation is part of several tests.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server.server),
    deliveries,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A server that answers the way the test says, line by line, and counts its connections. */
export async function startScriptedServer(
  behave: (socket: Socket, lines: AsyncIterable<string>) => Promise<void>,
): Promise<Omit<MailServer, 'deliveries'>> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    behave(socket, linesOf(socket)).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of socket) {
    const lines = (rest + String(chunk)).split('\r\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function portOf(server: Server | SMTPServer['server']): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}
