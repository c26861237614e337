/** @module The database the server runs on: a MongoDB, or the embedded one on a file of its own. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';

/** A database that can be connected to. */
export interface RunningDatabase {
  uri: string;
  kind: 'embedded' | 'mongodb';
  /** Where its data is, for people; without credentials. */
  place: string;
  stop(): Promise<void>;
}

/**
 * Starts the embedded database, unless the configuration names a MongoDB.
 *
 * @throws Error saying so when another process uses the file
 */
export async function startDatabase({ mongodbUri, dataDir }: Config): Promise<RunningDatabase> {
  if (mongodbUri !== undefined)
    return { uri: mongodbUri, kind: 'mongodb', place: hostsOf(mongodbUri), stop: async () => undefined };

  const [{ startEmbeddedMongo }] = await Promise.all([
    import('@orchestrix/embedded-mongo'),
    mkdir(dataDir, { recursive: true, mode: 0o700 }),
  ]);
  const file = join(dataDir, 'orchestrix.sqlite');
  const { uri, stop } = await startEmbeddedMongo({ file, host: '127.0.0.1', port: 0 });
  return { uri: withDatabase(uri), kind: 'embedded', place: file, stop };
}

const DATABASE = 'orchestrix';

function withDatabase(uri: string): string {
  const url = new URL(uri);
  if (url.pathname === '' || url.pathname === '/') url.pathname = `/${DATABASE}`;
  return url.toString();
}

function hostsOf(uri: string): string {
  const rest = uri.slice(uri.indexOf('://') + 3).split(/[?#]/, 1)[0] ?? '';
  return rest.slice(rest.lastIndexOf('@') + 1);
}
