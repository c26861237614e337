/** @module Connections to MongoDB: one explicit object each, clear errors, no credentials in any text. */
import type { LookupFunction } from 'node:net';
import { OrchestrixError, TerminalError } from '@orchestrix/engine';
import mongoose, { type Connection } from 'mongoose';
import { type WatchdogAction, watchConnection } from './connection-watchdog.ts';

/** What a connection reports about itself. */
export type ConnectionEvent = 'connected' | 'disconnected' | 'reconnected';

/** Options of {@link connect}. */
export interface ConnectOptions {
  /** How long to look for a server before giving up, in milliseconds; later operations wait as long. Default: 5000. */
  serverSelectionTimeoutMS?: number;
  /** Most open sockets. Default: the driver's, 100. */
  maxPoolSize?: number;
  /** How often to look whether the server is still there, in milliseconds, from 500. Default: the driver's, 10,000. */
  heartbeatFrequencyMS?: number;
  /** How names of hosts are resolved, every time that a socket is opened. Default: the system's way. */
  lookup?: LookupFunction | undefined;
  /** Called at every change of state, which a heartbeat may notice first. The driver reconnects by itself. */
  onEvent?: (event: ConnectionEvent) => void;
  /** Called when something that was stuck inside the driver had to be ended, so that the connection could recover. */
  onRecovery?: (action: WatchdogAction) => void;
}

/**
 * Opens a connection. When the server goes away later, operations fail after the same timeout, and work again once it is back.
 *
 * @param uri `mongodb://…` or `mongodb+srv://…`
 * @throws TerminalError `DATABASE_URI_INVALID` for another text
 * @throws OrchestrixError `DATABASE_UNREACHABLE` (503) when no server answers, or refuses the credentials
 */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Connection> {
  const {
    serverSelectionTimeoutMS = 5000,
    maxPoolSize,
    heartbeatFrequencyMS,
    lookup,
    onEvent,
    onRecovery,
  } = options;
  requireMongoUri(uri);
  const connection = mongoose.createConnection();
  if (onEvent) reportEvents(connection, onEvent);
  try {
    await connection.openUri(uri, {
      serverSelectionTimeoutMS,
      connectTimeoutMS: serverSelectionTimeoutMS,
      ...(maxPoolSize === undefined ? {} : { maxPoolSize }),
      ...(heartbeatFrequencyMS === undefined ? {} : { heartbeatFrequencyMS }),
      ...(lookup === undefined ? {} : { lookup }),
      // An operation without a server must fail with the driver's error, not wait in a queue of mongoose's own.
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
    });
    watchConnection(connection, {
      connectTimeoutMS: serverSelectionTimeoutMS,
      heartbeatFrequencyMS: heartbeatFrequencyMS ?? DRIVER_HEARTBEAT_MS,
      ...(onRecovery && { onAction: onRecovery }),
    });
    return connection;
  } catch (error) {
    await connection.destroy(true).catch(() => undefined);
    throw unreachable(uri, error);
  }
}

/** What the driver takes when it is told nothing. */
const DRIVER_HEARTBEAT_MS = 10_000;

/**
 * Closes a connection for good; nothing of it stays behind. Safe to repeat.
 */
export async function disconnect(connection: Connection): Promise<void> {
  if (connection.readyState === mongoose.STATES.uninitialized) return;
  await connection.destroy(true);
}

/**
 * One round trip to the server.
 *
 * @returns how long it took, in milliseconds
 * @throws OrchestrixError `DATABASE_UNREACHABLE` (503)
 */
export async function ping(connection: Connection): Promise<number> {
  const start = performance.now();
  try {
    if (!connection.db) throw new Error('the connection is closed');
    await connection.db.command({ ping: 1 });
    return performance.now() - start;
  } catch (error) {
    const reason = withoutCredentials(error instanceof Error ? error.message : String(error), '');
    throw unreachableError(`The database does not answer: ${reason}`);
  }
}

function reportEvents(connection: Connection, onEvent: (event: ConnectionEvent) => void): void {
  for (const event of ['connected', 'disconnected', 'reconnected'] as const)
    connection.on(event, () => onEvent(event));
  // Without a listener an "error" event would end the process; every failing operation reports its own error anyway.
  connection.on('error', () => undefined);
}

function requireMongoUri(uri: unknown): void {
  if (typeof uri === 'string' && /^mongodb(\+srv)?:\/\/[^/]/.test(uri)) return;
  throw new TerminalError(
    'A connection string must start with mongodb:// or mongodb+srv:// and name a host',
    {
      code: 'DATABASE_URI_INVALID',
      status: 400,
    },
  );
}

/** The driver's error is not passed on as `cause`: it may carry the connection string. */
function unreachable(uri: string, error: unknown): OrchestrixError {
  const reason = withoutCredentials(error instanceof Error ? error.message : String(error), uri);
  return unreachableError(`Could not connect to the database at ${hostsOf(uri)}: ${reason}`);
}

const unreachableError = (message: string): OrchestrixError =>
  new OrchestrixError(message, { code: 'DATABASE_UNREACHABLE', status: 503 });

/** The hosts of a connection string. Everything before its last `@` may be a password, even one that was not encoded. */
function hostsOf(uri: string): string {
  const rest = uri.slice(uri.indexOf('://') + 3);
  return rest.slice(rest.lastIndexOf('@') + 1).split(/[/?#]/, 1)[0] || 'the given address';
}

function withoutCredentials(text: string, uri: string): string {
  return secretsOf(uri)
    .flatMap((secret) => [secret, decoded(secret)])
    .filter((secret) => secret.length > 2)
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
    .replace(/mongodb(\+srv)?:\/\/\S+/g, 'mongodb$1://***');
}

function secretsOf(uri: string): string[] {
  const rest = uri.slice(uri.indexOf('://') + 3);
  const credentials = [rest.lastIndexOf('@'), rest.indexOf('@')]
    .filter((end) => end > 0)
    .map((end) => rest.slice(0, end));
  const passwords = credentials.map((text) => text.slice(text.indexOf(':') + 1));
  const query = [...rest.matchAll(/[?&][^=&]*(?:password|token|secret|properties)[^=&]*=([^&]+)/gi)];
  return [uri, ...credentials, ...passwords, ...query.map((match) => match[1] ?? '')];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
