/** @module An embedded database in memory that runs only while somebody works on it. */
import type { EmbeddedMongo } from '@orchestrix/embedded-mongo';
import { connect, disconnect } from '@orchestrix/models';
import type { Connection } from 'mongoose';

/** A connection to an empty database. */
export interface ScratchLease {
  connection: Connection;
  /** Forgets the documents and closes the connection. */
  release(): Promise<void>;
}

/** Lends empty databases. */
export interface ScratchDatabase {
  lease(): Promise<ScratchLease>;
  /** Whether the server behind them runs. */
  readonly running: boolean;
  /** Ends the server; leases that are still out stop working. */
  close(): Promise<void>;
}

/** Sockets of one lease: a proof runs one step at a time, but branches of `parallel` may meet. */
const SOCKETS = 4;
/** It answers at once or not at all. */
const SELECTION_MS = 5_000;

/** Loaded when it is needed: a server on MongoDB may never be asked for a draft. */
async function start(): Promise<EmbeddedMongo> {
  const { startEmbeddedMongo } = await import('@orchestrix/embedded-mongo');
  return startEmbeddedMongo({ host: '127.0.0.1', port: 0, durability: 'normal' });
}

/** @param idleMs how long the server waits for the next lease before it ends */
export function createScratchDatabase({ idleMs }: { idleMs: number }): ScratchDatabase {
  let server: Promise<EmbeddedMongo> | undefined;
  let leases = 0;
  let closed = false;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let stopping: Promise<unknown> = Promise.resolve();

  const stop = () => {
    const old = server;
    server = undefined;
    // One that has never started has nothing to stop.
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
  const letGo = () => {
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
      clearTimeout(idle);
      leases += 1;
      try {
        const connection = await open().catch(open);
        let released: Promise<void> | undefined;
        const end = async () => {
          // Its documents are in memory only: when it cannot be asked any more they are gone anyway.
          await connection.db?.dropDatabase().catch(() => undefined);
          await disconnect(connection).catch(() => undefined);
          letGo();
        };
        return {
          connection,
          release: () => {
            released ??= end();
            return released;
          },
        };
      } catch (error) {
        letGo();
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
