#!/usr/bin/env node
/** @module The command line: runs a server until a signal stops it, or backs up a database. */
import { parseArgs } from 'node:util';
import { type BackupOptions, backUpEmbeddedMongo } from './back-up.ts';
import { type EmbeddedMongoOptions, startEmbeddedMongo } from './start.ts';

const USAGE = `Usage: embedded-mongo [--file data/database.sqlite] [--port 27017] [--host 127.0.0.1] [--durability full|normal]
       embedded-mongo backup --file data/database.sqlite [--to name.sqlite]
       embedded-mongo backup --uri mongodb://127.0.0.1:27017 [--to name.sqlite]

Serves the MongoDB wire protocol from one SQLite file; without --file from memory.
There is no authentication: every client that reaches the port can read and change everything.
'backup' copies the database, also while a server runs on it, into the folder 'backups' beside its file.`;

if (process.argv[2] === 'backup') await backUp();
else await serve();

async function backUp(): Promise<void> {
  try {
    const { file, bytes } = await backUpEmbeddedMongo(readBackupOptions());
    console.log(`${file} (${bytes} bytes)`);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function readBackupOptions(): BackupOptions {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { file: { type: 'string' }, uri: { type: 'string' }, to: { type: 'string' } },
  });
  return values;
}

async function serve(): Promise<void> {
  const options = readOptions();
  if (!options) return;
  try {
    const server = await startEmbeddedMongo(options);
    console.log(`embedded-mongo listens on ${server.uri}`);
    console.log(server.file ? `data: ${server.file}` : 'data: in memory, gone when this process ends');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => server.stop().then(() => process.exit(0)));
    }
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function readOptions(): EmbeddedMongoOptions | null {
  try {
    const { values } = parseArgs({
      options: {
        file: { type: 'string' },
        port: { type: 'string', default: '27017' },
        host: { type: 'string', default: '127.0.0.1' },
        durability: { type: 'string', default: 'full' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return null;
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port ${values.port} is no port`);
    const { durability } = values;
    if (durability !== 'full' && durability !== 'normal') throw new Error('--durability is full or normal');
    return { port, host: values.host, durability, ...(values.file !== undefined && { file: values.file }) };
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return null;
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
