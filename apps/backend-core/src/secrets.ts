/** @module Secrets that are made once and kept in the data folder, for every installation that sets none. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The secret in a file of its own: read when it exists, else made from 32 random bytes and written with mode 600. Two processes
 * that start at the same moment end with the same secret.
 *
 * @param path the file; its folder is created
 * @returns 64 hexadecimal digits
 * @throws Error when the folder cannot be written, or when the file holds something else
 */
export function keptSecret(path: string): string {
  const existing = readSecret(path);
  if (existing !== undefined) return existing;

  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    publish(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  const secret = readSecret(path);
  if (secret === undefined) throw new Error(`${path} vanished while it was written`);
  return secret;
}

/** A link appears whole or not at all and never replaces the file of a process that was faster; a rename is for file systems without links. */
function publish(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    renameSync(draft, path);
  }
}

/**
 * The secret in a file, if there is one; nothing is written.
 *
 * @throws Error when the file holds something else, or cannot be read
 */
export function readSecret(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new Error(`${path} does not hold 64 hexadecimal digits`);
  return text;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
