/** @module Backs up a database: through the server that has it open, or from the file when none has. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { backupPath } from './storage/backup.ts';
import { DatabaseFile } from './storage/database-file.ts';
import { readOwner } from './storage/owner-file.ts';
import { sendCommand } from './wire/send-command.ts';

/** What is backed up, and under which name. */
export interface BackupOptions {
  /** The database file; its server is found through the `.pid` file beside it. Either this or `uri`. */
  file?: string;
  /** Address of a running server on this machine. */
  uri?: string;
  /** Name of the copy in the folder `backups` beside the database file; default: the time, `2026-01-31T120000Z.sqlite`. */
  to?: string;
}

/**
 * Copies a database into `backups/` beside its file; the copy is a database file of its own. Everything that was
 * acknowledged before the call is in it, and clients are served meanwhile. No file is ever overwritten.
 *
 * @example
 * const { file } = await backUpEmbeddedMongo({ file: 'data/app.sqlite' });
 *
 * @returns absolute path and size of the copy
 * @throws Error when the copy exists already, the disk is full, or the server cannot be reached
 */
export async function backUpEmbeddedMongo(options: BackupOptions): Promise<{ file: string; bytes: number }> {
  const { file, uri, to = defaultName(new Date()) } = options;
  if (uri !== undefined) return askServer(uri, to);
  if (file === undefined) throw new Error('a backup needs the database file or the address of its server');
  const path = resolve(file);
  const owner = readOwner(path);
  if (owner?.uri) {
    try {
      return await askServer(owner.uri, to);
    } catch (error) {
      // A server that was killed leaves its address behind.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    }
  }
  return copyClosed(path, to);
}

async function askServer(uri: string, name: string): Promise<{ file: string; bytes: number }> {
  const answer = await sendCommand(uri, { backUpDatabase: name, $db: 'admin' });
  if (Number(answer.ok) === 1) {
    return { file: String(answer.file), bytes: Number(answer.bytes) };
  }
  throw new Error(String(answer.errmsg));
}

async function copyClosed(path: string, name: string): Promise<{ file: string; bytes: number }> {
  if (!existsSync(path)) throw new Error(`there is no database file ${path}`);
  const database = await DatabaseFile.open({ file: path, durability: 'full' });
  try {
    const target = backupPath(path, name);
    return { file: target, bytes: await database.backUp(target) };
  } finally {
    database.close();
  }
}

function defaultName(now: Date): string {
  return `${now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '')}.sqlite`;
}
