/** @module Empty databases on a server that runs only while they are in use. */
import type { Document } from '@orchestrix/engine';
import type { Connection, mongo } from 'mongoose';
import { connect, disconnect } from '../connect.ts';
import { objectIdOf } from '../identity.ts';
import { plainDocument } from '../plain-document.ts';
import { createSemaphore } from './semaphore.ts';

/** A database server that was started for the databases. */
export interface ScratchServer {
  uri: string;
  stop(): Promise<unknown>;
}

/** Options of {@link createScratchDatabases}. */
export interface ScratchDatabasesOptions {
  /** Starts the server; called when the first database is wanted, and again after the server has ended. */
  start(): Promise<ScratchServer>;
  /** Databases at a time; further callers wait. */
  max: number;
  /** How long the server outlives the last database, in milliseconds. */
  idleMs: number;
}

/** One empty database. */
export interface ScratchDatabase {
  connection: Connection;
  /** Stores documents as they are; an `_id` of 24 hexadecimal digits becomes an ObjectId. */
  seed(collection: string, documents: readonly Document[]): Promise<void>;
  /** All documents by collection, as plain values. Collections without a document are left out. */
  readAll(): Promise<Record<string, Document[]>>;
  /** Forgets all documents. */
  clear(): Promise<void>;
  /** Forgets all documents and closes the connection. */
  release(): Promise<void>;
}

/** Lends empty databases. */
export interface ScratchDatabases {
  lease(): Promise<ScratchDatabase>;
  /** Whether the server runs. */
  readonly running: boolean;
  /** Ends the server; databases that were not released stop working. */
  close(): Promise<void>;
}

/** Sockets of one database: a trial runs one step at a time, but branches of `parallel` may meet. */
const SOCKETS = 4;
/** A server of this process's own responds at once or not at all. */
const SELECTION_MS = 5_000;

/** Databases on a server that is started on demand. */
export function createScratchDatabases(options: ScratchDatabasesOptions): ScratchDatabases {
  const { start, max, idleMs } = options;
  const semaphore = createSemaphore(max);
  let server: Promise<ScratchServer> | undefined;
  let leases = 0;
  let closed = false;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let stopping: Promise<unknown> = Promise.resolve();

  const stop = () => {
    const old = server;
    server = undefined;
    // A server that failed to start has nothing to stop.
    if (old) stopping = Promise.all([stopping, old.then((one) => one.stop()).catch(() => undefined)]);
    return stopping;
  };
  const open = async (): Promise<Connection> => {
    if (closed) throw new Error('The scratch database is closed');
    server ??= start();
    const current = server;
    try {
      const { uri } = await current;
      const url = new URL(uri);
      url.pathname = `/scratch_${crypto.randomUUID().replaceAll('-', '')}`;
      return await connect(url.toString(), { serverSelectionTimeoutMS: SELECTION_MS, maxPoolSize: SOCKETS });
    } catch (error) {
      // A server that has died is replaced by the next call.
      if (server === current) void stop();
      throw error;
    }
  };
  const endLease = () => {
    leases -= 1;
    if (leases > 0 || closed) return;
    idle = setTimeout(() => void stop(), idleMs);
    idle.unref?.();
  };

  return {
    get running() {
      return server !== undefined;
    },
    lease: async () => {
      const leave = await semaphore.acquire();
      clearTimeout(idle);
      leases += 1;
      try {
        const connection = await open().catch(open);
        let released: Promise<void> | undefined;
        const end = async () => {
          // Its documents are in memory only: when it no longer responds, they are gone anyway.
          await connection.db?.dropDatabase().catch(() => undefined);
          await disconnect(connection).catch(() => undefined);
          endLease();
          leave();
        };
        return {
          connection,
          ...createDocuments(connection),
          release: () => {
            released ??= end();
            return released;
          },
        };
      } catch (error) {
        endLease();
        leave();
        throw error;
      }
    },
    close: async () => {
      closed = true;
      clearTimeout(idle);
      await stop();
    },
  };
}

function createDocuments(connection: Connection): Pick<ScratchDatabase, 'seed' | 'readAll' | 'clear'> {
  const openDatabase = () => {
    if (connection.db) return connection.db;
    throw new Error('The scratch database is closed');
  };
  return {
    seed: async (collection, documents) => {
      if (documents.length > 0)
        await openDatabase().collection(collection).insertMany(documents.map(withObjectId));
    },
    readAll: async () => {
      const db = openDatabase();
      const listed = await db.listCollections({}, { nameOnly: true }).toArray();
      const names = listed.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
      const entries = await Promise.all(
        names.sort().map(async (name) => {
          const documents = await db.collection<Document>(name).find({}).toArray();
          return [name, documents.map(plainDocument)] as const;
        }),
      );
      return Object.fromEntries(entries.filter(([, documents]) => documents.length > 0));
    },
    clear: async () => {
      await openDatabase().dropDatabase();
    },
  };
}

/** A copy, because the driver writes into what it is given. */
function withObjectId(document: Document): mongo.OptionalId<Document> {
  const id = typeof document._id === 'string' ? objectIdOf(document._id) : null;
  return { ...document, ...(id && { _id: id }) };
}
