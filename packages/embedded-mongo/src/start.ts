/** @module Starts the server in a worker thread and stops it again. */
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { addressOf } from './address.ts';
import { DatabaseFileError } from './database-file-error.ts';
import { DatabaseInUseError } from './database-in-use-error.ts';
import type { ServerOptions } from './run-server.ts';
import type { WorkerReport } from './worker-report.ts';

/** How {@link startEmbeddedMongo} starts the server. */
export interface EmbeddedMongoOptions {
  /** Path of the SQLite file; it and its folders are created when missing. Default: a database in memory. */
  file?: string;
  /** TCP port; 0, the default, takes any free one. */
  port?: number;
  /** Address to listen on; default 127.0.0.1. There is no authentication: whoever reaches it can do everything. */
  host?: string;
  /**
   * `full`, the default: a write is flushed to the disk before it is acknowledged. `normal`: it survives the end of
   * the process, but perhaps not a loss of power.
   */
  durability?: 'full' | 'normal';
  /** Milliseconds between two searches for documents that TTL indexes let expire; default 60,000. */
  expiryIntervalMs?: number;
  /** The worker's file, for applications that bundle it themselves. */
  workerUrl?: URL;
}

/** A server that runs. */
export interface EmbeddedMongo {
  /** Connection string for drivers. */
  uri: string;
  host: string;
  port: number;
  /** Absolute path of the database file; null in memory. */
  file: string | null;
  /** Closes the connections, writes everything into the file, and frees the port. Safe to call twice. */
  stop(): Promise<void>;
}

const EXPIRY_INTERVAL_MS = 60_000;

/**
 * Starts a server of the MongoDB wire protocol in a worker thread.
 *
 * @example
 * const server = await startEmbeddedMongo({ file: 'data/app.sqlite' });
 * await mongoose.connect(server.uri);
 *
 * @throws DatabaseInUseError when another server has the file open
 * @throws DatabaseFileError when the file is empty, damaged, not this server's, or cannot be read; its message says what to do
 * @throws Error with the operating system's `code` when the port cannot be listened on
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions = {}): Promise<EmbeddedMongo> {
  const { host = '127.0.0.1', durability = 'full', expiryIntervalMs = EXPIRY_INTERVAL_MS } = options;
  const file = options.file === undefined ? null : resolve(options.file);
  const workerData: ServerOptions = { file, host, port: options.port ?? 0, durability, expiryIntervalMs };
  const worker = new Worker(options.workerUrl ?? ownWorker(), { workerData, execArgv: workerArguments() });
  const port = await listening(worker);
  let stopping: Promise<void> | undefined;
  return {
    uri: addressOf(host, port),
    host,
    port,
    file,
    stop: () => {
      stopping ??= stop(worker);
      return stopping;
    },
  };
}

/** Beside this file: as TypeScript in the source, as JavaScript in the build. */
function ownWorker(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}

/** Node 22.12 has SQLite behind a flag, later ones warn that it is experimental; Bun needs neither. */
function workerArguments(): string[] {
  return 'Bun' in globalThis ? [] : ['--experimental-sqlite', '--disable-warning=ExperimentalWarning'];
}

function listening(worker: Worker): Promise<number> {
  return new Promise((fulfil, reject) => {
    worker.once('error', reject);
    worker.once('message', (report: WorkerReport) => {
      worker.off('error', reject);
      if (report.kind === 'listening') return fulfil(report.port);
      worker.terminate();
      reject(failureOf(report));
    });
  });
}

async function stop(worker: Worker): Promise<void> {
  const report = await new Promise<WorkerReport>((fulfil, reject) => {
    worker.once('message', fulfil);
    worker.once('error', reject);
    worker.postMessage('stop');
  });
  await worker.terminate();
  if (report.kind !== 'stopped') throw failureOf(report);
}

function failureOf(report: WorkerReport): Error {
  if (report.kind === 'in-use') return new DatabaseInUseError(report.file, report.pid);
  if (report.kind === 'file') return new DatabaseFileError(report.code, report.file, report.message);
  if (report.kind !== 'failed') return new Error(`the embedded server reported '${report.kind}' out of turn`);
  return Object.assign(new Error(report.message), report.code !== null && { code: report.code });
}
