/** @module Databases of owners: connecting them, looking into them, running steps on them. */
import { type Database, OrchestrixError, TerminalError } from '@orchestrix/engine';
import {
  type Collections,
  type Connection,
  createCollectionData,
  createMongoDatabase,
  type DefinitionCache,
  definedDatabase,
  disconnect,
  isDatabaseAway,
  isDatabaseFull,
  ownerNamespace,
  ReadCache,
  type StoredDbConnection,
  type UserDbConnections,
} from '@orchestrix/models';
import { createAddressCheck } from './address-check.ts';
import { type ConnectionCipher, createConnectionCipher } from './cipher.ts';
import { ConnectionPool, type Lease } from './connection-pool.ts';
import { missing, ownerDatabaseError, refused } from './errors.ts';
import { maskUri } from './mask.ts';
import { openOwnerConnection } from './open-connection.ts';
import { readOwnSchemas, readSchemas, type Schemas } from './schemas.ts';
import { createSwitchingDatabase } from './switching-database.ts';

/** What a connected database is called, and where it is. */
export interface ConnectedDatabase {
  label: string;
  /** See `maskUri`. */
  uriMasked: string;
}

/** Whether an owner has connected a database, and which. */
export type DatabaseStatus =
  /** `problem`: what is stored cannot be used, and what to do. */
  | { connected: false; problem?: string }
  | (ConnectedDatabase & { connected: true; connectedAt: Date | null; status: string });

/** The databases of owners. */
export interface OwnerDatabases {
  /**
   * Tries the database, and stores its address, encrypted, when it responds. Executions use it from their next step on.
   *
   * @param label how the owner calls it; empty: `My Database`
   * @throws OrchestrixError `OWNER_DATABASE_UNREACHABLE`, `OWNER_DATABASE_REFUSED` (422) with nothing stored
   */
  connect(ownerId: string, uri: string, label: string): Promise<ConnectedDatabase>;
  /** Forgets the address; the next steps of executions work on the owner's own collections. */
  disconnect(ownerId: string): Promise<void>;
  /** What is stored; connects to nothing. */
  status(ownerId: string): Promise<DatabaseStatus>;
  /**
   * Collections and fields of the connected database; without one, of the owner's own collections.
   *
   * @throws OrchestrixError `OWNER_DATABASE_MISSING` when there is neither; `OWNER_DATABASE_UNREACHABLE` and others as `connect`
   */
  schemas(ownerId: string): Promise<Schemas>;
  /** The owner's own collections, also while a database is connected. */
  ownSchemas(ownerId: string): Promise<Schemas>;
  /** The port of the owner's executions. Nothing is read or connected before its first operation. */
  databaseOf(ownerId: string): Database;
  /** How many addresses are stored, and how many of them the server's key does not open. */
  countUnreadable(): Promise<{ stored: number; unreadable: number }>;
  close(): Promise<void>;
}

/** What {@link createOwnerDatabases} is built from. */
export interface OwnerDatabasesParts {
  connections: UserDbConnections;
  collections: Collections;
  /** The server's own database. */
  own: Connection;
  /** 64 hexadecimal digits. */
  encryptionKey: string;
  privateHosts: 'allowed' | 'refused';
  /** How long one query may take, in milliseconds. */
  queryTimeoutMs: number;
  /** Asked before documents are written into the server's own database. */
  admitWriteOf(ownerId: string): (bytes: number, documents: number) => Promise<void>;
  definitions: DefinitionCache;
  /** Whether an owner has collections in the server's own database. Default: every owner. */
  hasOwnCollections?: (ownerId: string) => boolean;
  logger: OwnerDatabasesLogger;
}

/** Where log lines go. */
export interface OwnerDatabasesLogger {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

/** A connection in the pool, with the port on it. */
interface Pooled {
  connection: Connection;
  database: Database;
}

/** Databases of owners, on a pool of connections of its own. */
export function createOwnerDatabases(parts: OwnerDatabasesParts): OwnerDatabases {
  const { connections, collections, own, encryptionKey, privateHosts, logger } = parts;
  const { hasOwnCollections = () => true } = parts;
  const maxTimeMs = parts.queryTimeoutMs;
  const cipher = createConnectionCipher(encryptionKey);
  const address = createAddressCheck({ privateHosts });
  const stored = new ReadCache((ownerId) => connections.get(ownerId));
  const pool = new ConnectionPool<Pooled>({ close: ({ connection }) => disconnect(connection) });

  const open = async (uri: string): Promise<Pooled> => {
    const connection = await openOwnerConnection(uri, { address, own });
    return { connection, database: createMongoDatabase(connection, { namespace: null, maxTimeMs }) };
  };

  /** The stored connection string, or `null` with a line in the log: it is never thrown away, for the right key may come back. */
  const uriOf = ({ ownerId, encryptedUri }: StoredDbConnection): string | null => {
    try {
      return cipher.decrypt(encryptedUri);
    } catch (error) {
      logger.warn("An owner's stored connection string cannot be read", { ownerId, error });
      return null;
    }
  };

  const leaseOf = async (row: StoredDbConnection, signal?: AbortSignal): Promise<Lease<Pooled>> => {
    const { ownerId: owner, encryptedUri: version } = row;
    return pool.lease(
      { owner, version },
      async () => {
        const uri = uriOf(row);
        if (uri === null) throw refused(UNREADABLE);
        const pooled = await open(uri);
        // The address has changed, perhaps in another process, or this would have been open.
        pool.dropOthers(owner, version);
        return pooled;
      },
      signal,
    );
  };

  const use = async <T>(
    ownerId: string,
    ownDatabase: Database | null,
    signal: AbortSignal | undefined,
    work: (database: Database) => Promise<T>,
  ): Promise<T> => {
    const row = await stored.get(ownerId).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw ownFailure(error);
    });
    if (!row) {
      if (ownDatabase) return work(ownDatabase);
      throw missing(ownerId);
    }
    let lease: Lease<Pooled> | undefined;
    try {
      lease = await leaseOf(row, signal);
      return await work(lease.connection.database);
    } catch (error) {
      signal?.throwIfAborted();
      // It is away, or another member takes the writes now: the next operation looks again.
      if (lease && error instanceof OrchestrixError && isDatabaseAway(error.cause))
        pool.dropOthers(ownerId, null);
      throw asStepError(error, lease ? 'working' : 'connecting');
    } finally {
      lease?.release();
    }
  };

  const ownSchemas = (ownerId: string): Promise<Schemas> =>
    readOwnSchemas(ownerId, {
      definitions: collections,
      data: createCollectionData(own, ownerId, { maxTimeMs }),
    });

  return {
    connect: async (ownerId, uri, label) => {
      const encryptedUri = cipher.encrypt(uri);
      const lease = await pool.lease({ owner: ownerId, version: encryptedUri }, () => open(uri));
      try {
        const saved = await connections.save(ownerId, { encryptedUri, label: label || undefined });
        logger.info('An owner has connected a database', { ownerId, database: maskUri(uri) });
        return { label: saved.label, uriMasked: maskUri(uri) };
      } finally {
        stored.forget(ownerId);
        // When it could not be stored, this connection belongs to no owner.
        const row = await stored.get(ownerId).catch(() => null);
        pool.dropOthers(ownerId, row?.encryptedUri ?? null);
        lease.release();
      }
    },

    disconnect: async (ownerId) => {
      await connections.delete(ownerId);
      stored.forget(ownerId);
      pool.dropOthers(ownerId, null);
    },

    status: async (ownerId) => {
      const row = await connections.get(ownerId);
      const uri = row && uriOf(row);
      if (!row) return { connected: false };
      if (uri === null) return { connected: false, problem: UNREADABLE };
      const { label, connectedAt, status } = row;
      return { connected: true, label, uriMasked: maskUri(uri), connectedAt, status };
    },

    schemas: async (ownerId) => {
      const row = await stored.get(ownerId);
      if (!row) {
        const schemas = hasOwnCollections(ownerId) ? await ownSchemas(ownerId) : {};
        if (Object.keys(schemas).length === 0) throw missing(ownerId);
        return schemas;
      }
      const lease = await leaseOf(row);
      try {
        return await readSchemas(lease.connection.connection);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw ownerDatabaseError('OWNER_DATABASE_UNREACHABLE', { message });
      } finally {
        lease.release();
      }
    },

    ownSchemas,

    databaseOf: (ownerId) => {
      const ownDatabase = hasOwnCollections(ownerId)
        ? createMongoDatabase(own, {
            namespace: ownerNamespace(ownerId),
            maxTimeMs,
            admitWrite: parts.admitWriteOf(ownerId),
          })
        : null;
      const database = createSwitchingDatabase((signal, work) => use(ownerId, ownDatabase, signal, work));
      return definedDatabase(database, parts.definitions.of(ownerId));
    },

    countUnreadable: async () => {
      const count = { stored: 0, unreadable: 0 };
      for await (const encryptedUri of connections.listEncryptedOfAllOwners()) {
        count.stored++;
        if (!canDecrypt(cipher, encryptedUri)) count.unreadable++;
      }
      return count;
    },

    close: () => pool.close(),
  };
}

function canDecrypt(cipher: ConnectionCipher, encryptedUri: string): boolean {
  try {
    cipher.decrypt(encryptedUri);
    return true;
  } catch {
    return false;
  }
}

/** The key first: with the right one everything works again, while an address that is connected anew is typed by every owner. */
const UNREADABLE =
  "The stored connection string cannot be read with the server's ENCRYPTION_KEY. Ask the server's operator to check whether that key has changed; otherwise connect the database again.";

/** The server's own database could not be asked which database is the owner's; the driver's message is not for callers. */
function ownFailure(cause: unknown): OrchestrixError {
  if (cause instanceof OrchestrixError) return cause;
  if (isDatabaseFull(cause))
    return new OrchestrixError(NO_ROOM, { code: 'DATABASE_FULL', status: 507, cause });
  const code = isDatabaseAway(cause) ? 'DATABASE_UNREACHABLE' : 'DATABASE_FAILED';
  return new OrchestrixError(FAILED[code], { code, status: 503, cause });
}

const NO_ROOM = 'The database has no room left, so nothing was stored. Free space on its disk and try again.';

const FAILED = {
  DATABASE_UNREACHABLE: 'The database cannot be reached at the moment. Try again in a few seconds.',
  DATABASE_FAILED: 'The database could not do this at the moment. Try again in a few seconds.',
} as const;

/** What a step says about a database that cannot be reached; everything else is about the step itself and stays. */
function asStepError(error: unknown, phase: 'connecting' | 'working'): unknown {
  if (!(error instanceof OrchestrixError)) return error;
  const lost = error.code === 'DATABASE_FAILED' && isDatabaseAway(error.cause);
  if (phase === 'working' && !lost) return error;
  const message = `Could not connect to your database: ${error.message}`;
  const code = lost ? 'OWNER_DATABASE_UNREACHABLE' : error.code;
  const options = { code, status: lost ? 422 : error.status };
  return error instanceof TerminalError
    ? new TerminalError(message, options)
    : new OrchestrixError(message, options);
}
