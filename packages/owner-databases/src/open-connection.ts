/** @module Opens a connection to an owner's database, or says why not in terms of the connection string. */
import { ensureError, OrchestrixError } from '@orchestrix/engine';
import { type Connection, connect, disconnect, isSameDatabase, takesWrites } from '@orchestrix/models';
import type { AddressCheck } from './address-check.ts';
import { ownerDatabaseError, refused } from './errors.ts';

/** What opening needs. */
export interface OpenParts {
  address: AddressCheck;
  /** The server's own connection; owners may not connect its database. */
  own: Connection;
}

/** How long to look for a server, in milliseconds. */
const SELECTION_MS = 5_000;
/** How long everything together may take, in milliseconds. */
const OPEN_MS = 10_000;
/** Sockets to one owner's database. */
const SOCKETS = 5;

/**
 * A connection that works: its address was checked, a server answered and took the credentials, and it is not the server's own database.
 *
 * @throws OrchestrixError `OWNER_DATABASE_UNREACHABLE`, `OWNER_DATABASE_REFUSED` (422), never with credentials in the message
 */
export async function openOwnerConnection(uri: string, parts: OpenParts): Promise<Connection> {
  const opening = open(uri, parts);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${OPEN_MS / 1000} seconds`)), OPEN_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    // It may still open after the caller has gone.
    opening.then(disconnect).catch(() => undefined);
    throw isOwnWords(error) ? error : unreachable(error);
  } finally {
    clearTimeout(timer);
  }
}

async function open(uri: string, { address, own }: OpenParts): Promise<Connection> {
  await address.uri(uri);
  const servers = await address.direct(uri);
  const connection =
    servers === null ? await connectTo(uri, address) : await connectToPrimary(servers, address);
  try {
    await requireForeign(connection, own);
    return connection;
  } catch (error) {
    await disconnect(connection).catch(() => undefined);
    throw error;
  }
}

function connectTo(uri: string, { lookup }: AddressCheck): Promise<Connection> {
  return connect(uri, {
    serverSelectionTimeoutMS: SELECTION_MS,
    maxPoolSize: SOCKETS,
    lookup,
    // With a listener, an error event of the driver does not end the process.
    onEvent: () => undefined,
  });
}

/**
 * A connection to the first of the servers that takes writes, and to it alone: what it says of other members leads nowhere, now and
 * later. When another one takes over, operations fail, the connection is given up, and the next one looks again.
 */
async function connectToPrimary(servers: readonly string[], address: AddressCheck): Promise<Connection> {
  let last: unknown = new Error('none of the servers takes writes at the moment');
  for (const server of servers) {
    try {
      const connection = await connectTo(server, address);
      if (await takesWrites(connection)) return connection;
      await disconnect(connection);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function isOwnWords(error: unknown): boolean {
  return error instanceof OrchestrixError && error.code.startsWith('OWNER_DATABASE_');
}

/** The driver's error stays out of the chain of causes: it may carry the connection string. */
function unreachable(error: unknown): OrchestrixError {
  return ownerDatabaseError('OWNER_DATABASE_UNREACHABLE', { message: ensureError(error).message });
}

async function requireForeign(connection: Connection, own: Connection): Promise<void> {
  if (!(await isSameDatabase(connection, own))) return;
  throw refused(
    'This is the database that the server keeps its own data in. Put another database name at the end of the connection string.',
  );
}
