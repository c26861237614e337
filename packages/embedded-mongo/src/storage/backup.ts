/** @module Copies a database file that does not change meanwhile, without holding the event loop. */
import { constants, read } from 'node:fs';
import { copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Thrown when a backup cannot be made; the message says why. */
export class BackupRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BackupRefusedError';
  }
}

/** Folder beside the database file that takes the backups. */
const FOLDER = 'backups';
/** A plain name: a client must not choose where on the server's disk something is written. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/;

/** Where the backup of that name of a database goes. @throws BackupRefusedError for a name that is no plain file name */
export function backupPath(database: string, name: unknown): string {
  if (typeof name === 'string' && NAME.test(name) && !name.endsWith('.partial')) {
    return join(dirname(database), FOLDER, name);
  }
  throw new BackupRefusedError(
    `a backup is named by letters, digits, dots, hyphens and underscores; it goes into the folder '${FOLDER}' beside the database`,
  );
}

const CHUNK_BYTES = 1024 * 1024;
const readAt = promisify(read);

/** One backup. It is written under another name and gets its own when it is complete and on the disk. */
export class Backup {
  readonly #source: number;
  readonly #target: string;
  #stopped = false;
  #done: Promise<unknown> = Promise.resolve();

  /** @param source handle of the database file, which stays open */
  constructor(source: number, target: string) {
    this.#source = source;
    this.#target = target;
  }

  /**
   * Copies the file.
   * @returns the bytes copied
   * @throws BackupRefusedError when the target exists or the server stops; Error of the operating system, such as ENOSPC
   */
  copy(): Promise<number> {
    const copying = this.#copy();
    this.#done = copying.catch(() => undefined);
    return copying;
  }

  /** Ends the copying; resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #copy(): Promise<number> {
    const partial = `${this.#target}.partial`;
    await mkdir(dirname(this.#target), { recursive: true });
    await rm(partial, { force: true });
    try {
      const bytes = await this.#write(partial);
      await publish(partial, this.#target);
      return bytes;
    } finally {
      await rm(partial, { force: true });
    }
  }

  async #write(path: string): Promise<number> {
    const file = await open(path, 'wx', 0o600);
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (let at = 0; ; ) {
        if (this.#stopped) throw new BackupRefusedError('the server stops');
        const { bytesRead } = await readAt(this.#source, chunk, 0, CHUNK_BYTES, at);
        if (bytesRead === 0) {
          await file.sync();
          return at;
        }
        await file.writeFile(chunk.subarray(0, bytesRead));
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }
}

/** Gives the copy its name, never in place of another file. */
async function publish(partial: string, target: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new BackupRefusedError(`${target} exists already; a backup overwrites nothing`);
    }
    // A file system without links, such as FAT.
    await copyFile(partial, target, constants.COPYFILE_EXCL);
  }
}
