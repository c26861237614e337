/** @module A database of its own for a test of the migration, and the command run on it. */
import { type EmbeddedMongo, startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import mongoose, { type Connection, type mongo } from 'mongoose';
import { type ExitCode, runMigrate } from '../../src/command.ts';

/** 64 hexadecimal digits, as in `ENCRYPTION_KEY`. */
export const KEY = '0123456789abcdef'.repeat(4);

/** What a run of the command gave. */
export interface MigrateRun {
  code: ExitCode;
  /** What it wrote as its report. */
  output: string;
  /** What it told beside that. */
  told: string;
}

/** An empty database, and the command. */
export interface MigrateDatabase {
  uri: string;
  db: mongo.Db;
  /** Names of the commands that were sent through `db`. */
  commands: string[];
  run(args?: string[], options?: MigrateRunOptions): Promise<MigrateRun>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** How the command is run. */
export interface MigrateRunOptions {
  environment?: Record<string, string>;
  /** Called with each line of progress. */
  onTell?: (line: string, stop: () => void) => void;
}

/** On the embedded server, or on the MongoDB of `TEST_MONGODB_URI`. */
export async function openMigrateDatabase(): Promise<MigrateDatabase> {
  const external = process.env.TEST_MONGODB_URI;
  const embedded: EmbeddedMongo | null = external ? null : await startEmbeddedMongo();
  const url = new URL(external ?? embedded!.uri);
  url.pathname = `/test_${crypto.randomUUID().replaceAll('-', '')}`;
  const uri = url.toString();
  const connection: Connection = await mongoose.createConnection(uri, { monitorCommands: true }).asPromise();
  const commands: string[] = [];
  connection.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
  const db = connection.db!;
  return {
    uri,
    db,
    commands,
    run: async (args = [], { environment = { ENCRYPTION_KEY: KEY }, onTell } = {}) => {
      const stop = new AbortController();
      const [written, told]: [string[], string[]] = [[], []];
      const code = await runMigrate(['--uri', uri, ...args], {
        // A folder without secrets, so that those of whoever runs the tests are not read.
        environment: { DATA_DIR: '/nonexistent/data', ...environment },
        now: new Date(),
        signal: stop.signal,
        write: (text) => written.push(text),
        tell: (line) => {
          told.push(line);
          onTell?.(line, () => stop.abort());
        },
      });
      return { code, output: written.join('\n'), told: told.join('\n') };
    },
    empty: async () => {
      await db.dropDatabase();
    },
    close: async () => {
      if (external) await db.dropDatabase();
      await connection.destroy(true);
      await embedded?.stop();
    },
  };
}
