/** @module Installs what bun.lock says, unless exactly that is installed already. Built-ins only. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runVisibly } from './tools.ts';
import { CACHE, listWorkspaces, ROOT } from './workspaces.ts';

/** Kept inside `node_modules`: whoever deletes the packages deletes the claim that they are there. */
const STAMP = join(CACHE, 'installed.json');

interface Stamp {
  /** Of everything that decides what is installed. */
  hash: string;
  /** The `node_modules` folders that the installation made, relative to the root. */
  folders: string[];
}

/**
 * Makes `node_modules` what the lock file says; the lock file is never changed.
 *
 * @returns whether there was something to do
 * @throws Error when the installation failed; Bun has said why
 */
export async function install(): Promise<'installed' | 'up to date'> {
  const hash = hashOfInputs();
  if (isInstalled(hash)) return 'up to date';

  const exitCode = await runVisibly([process.execPath, 'install', '--frozen-lockfile']);
  if (exitCode !== 0) throw new Error(`bun install --frozen-lockfile ended with ${exitCode}`);

  const stamp: Stamp = { hash, folders: moduleFolders().filter((folder) => existsSync(join(ROOT, folder))) };
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, JSON.stringify(stamp));
  return 'installed';
}

function isInstalled(hash: string): boolean {
  if (!existsSync(STAMP)) return false;
  const stamp = JSON.parse(readFileSync(STAMP, 'utf8')) as Stamp;
  return stamp.hash === hash && stamp.folders.every((folder) => existsSync(join(ROOT, folder)));
}

function hashOfInputs(): string {
  const hash = new Bun.CryptoHasher('sha256');
  hash.update(`${Bun.version} ${process.platform} ${process.arch}\n`);
  const manifests = ['package.json', ...listWorkspaces().map(({ folder }) => `${folder}/package.json`)];
  for (const file of ['bun.lock', ...manifests])
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function moduleFolders(): string[] {
  return ['node_modules', ...listWorkspaces().map(({ folder }) => `${folder}/node_modules`)];
}
