/** @module A whole server in this thread: storage, clock-driven work, and the listener. */
import { addressOf } from './address.ts';
import { CommandError } from './command-error.ts';
import { groupError } from './commands/answers.ts';
import type { ServerState } from './commands/command.ts';
import { loadRest } from './commands/registry.ts';
import { CursorRegistry } from './cursors.ts';
import { describeOpenFailure } from './database-file-error.ts';
import { listen } from './server.ts';
import { Catalogue } from './storage/catalogue.ts';
import { DatabaseFile } from './storage/database-file.ts';
import { removeExpired } from './storage/remove-expired.ts';
import { TurnQueue } from './turns.ts';

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
  const catalogue = openCatalogue(file);
  const cursors = new CursorRegistry();
  const turns = new TurnQueue();
  file.growGroupsWhile(() => turns.size > 0);
  file.onRollback((failure) => turns.failAll(groupError(failure, options.file)));
  const state: ServerState = {
    file,
    catalogue,
    cursors,
    turns,
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
  file.announce(addressOf(options.host, server.port));
  state.connections = server.connections;
  const timers = [
    setInterval(() => void expire(state), options.expiryIntervalMs),
    setInterval(() => cursors.dropIdle(Date.now()), IDLE_CURSOR_INTERVAL_MS),
  ];
  const loading = setTimeout(() => void loadRest(), LOAD_REST_AFTER_MS);
  return {
    port: server.port,
    stop: async () => {
      clearTimeout(loading);
      for (const timer of timers) clearInterval(timer);
      await file.stopBackup();
      await server.close();
      turns.failAll(new Error('the server stops'));
      file.close();
    },
  };
}

/** A damaged file may show itself only when its tables are read. */
function openCatalogue(file: DatabaseFile): Catalogue {
  try {
    return new Catalogue(file);
  } catch (error) {
    file.close();
    throw file.path === null ? error : describeOpenFailure(file.path, error);
  }
}

/** A failure undoes what was removed; the next round tries again. */
async function expire({ file, catalogue, turns }: ServerState): Promise<void> {
  try {
    await turns.run(removeExpired(catalogue, Date.now()), { end: Number.POSITIVE_INFINITY });
  } catch (error) {
    if (!(error instanceof CommandError))
      file.rollback(error instanceof Error ? error : new Error(String(error)));
  }
}
