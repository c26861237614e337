/** @module A whole server in this thread: storage, clock-driven work, and the listener. */
import type { ServerState } from './commands/command.ts';
import { loadRest } from './commands/registry.ts';
import { CursorRegistry } from './cursors.ts';
import { listen } from './server.ts';
import { Catalogue } from './storage/catalogue.ts';
import { DatabaseFile } from './storage/database-file.ts';
import { removeExpired } from './storage/remove-expired.ts';

/** How a server is run. */
export interface ServerOptions {
  /** Path of the SQLite file; null for a database in memory. */
  file: string | null;
  host: string;
  /** 0 for any free port. */
  port: number;
  durability: 'full' | 'normal';
  /** Milliseconds between two searches for documents whose time (TTL index) has passed. */
  expiryIntervalMs: number;
}

/** A server that runs. */
export interface RunningServer {
  port: number;
  stop(): Promise<void>;
}

const IDLE_CURSOR_INTERVAL_MS = 60_000;
/** When a start is surely over, the rest of the code is loaded, so that nobody has to wait for it later. */
const LOAD_REST_AFTER_MS = 2000;

/**
 * Opens the database and listens.
 * @throws DatabaseInUseError when another server has the file; Error of the operating system when the port is taken
 */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const file = await DatabaseFile.open(options);
  const catalogue = new Catalogue(file);
  const cursors = new CursorRegistry();
  const state: ServerState = {
    file,
    catalogue,
    cursors,
    path: options.file,
    startedAt: Date.now(),
    host: options.host,
    port: options.port,
    connections: () => 0,
  };
  const server = await listen(state, options).catch((error) => {
    file.close();
    throw error;
  });
  state.port = server.port;
  state.connections = server.connections;
  const timers = [
    setInterval(() => expire(file, catalogue), options.expiryIntervalMs),
    setInterval(() => cursors.dropIdle(Date.now()), IDLE_CURSOR_INTERVAL_MS),
  ];
  const loading = setTimeout(() => void loadRest(), LOAD_REST_AFTER_MS);
  return {
    port: server.port,
    stop: async () => {
      clearTimeout(loading);
      for (const timer of timers) clearInterval(timer);
      file.commit();
      await server.close();
      file.close();
    },
  };
}

/** A failure undoes what was removed; the next round tries again. */
function expire(file: DatabaseFile, catalogue: Catalogue): void {
  try {
    removeExpired(catalogue, Date.now());
  } catch (error) {
    file.rollback(error instanceof Error ? error : new Error(String(error)));
  }
}
