/** @module The embedded database as a process of its own, which a test can end and start again on the same file and port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../../../packages/embedded-mongo/src/cli.ts');

/** A database whose process comes and goes. */
export interface DatabaseProcess {
  uri: string;
  /** Starts it; resolves when it listens. */
  start(): Promise<void>;
  /** Ends it with a signal; resolves when it has gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Sends a signal and does not wait: `SIGSTOP` freezes it, `SIGCONT` lets it go on. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it and removes its file. */
  remove(): Promise<void>;
}

/** Starts a database on a port that stays the same. */
export async function startDatabaseProcess(): Promise<DatabaseProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrix-database-'));
  const file = join(folder, 'data.sqlite');
  let port = '0';
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(process.execPath, [CLI, '--file', file, '--port', port], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    port = await readPort(child);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    uri: `mongodb://127.0.0.1:${port}/server?directConnection=true`,
    start,
    stop,
    signal: (signal) => void child?.kill(signal),
    remove: async () => {
      await stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function readPort({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  return new Promise((found, reject) => {
    stdout?.on('data', (chunk) => {
      text += String(chunk);
      const port = /mongodb:\/\/[^\s/]+:(\d+)/.exec(text)?.[1];
      if (port) found(port);
    });
    stdout?.once('end', () => reject(new Error(`the database ended before it listened: ${text}`)));
  });
}
