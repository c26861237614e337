/** @module The repository's folders and packages, read with nothing but built-ins: it works before anything is installed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root folder. */
export const ROOT = resolve(import.meta.dir, '..');

/** Where scripts keep what they made and can make again; it goes when `node_modules` goes. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'orchestrix');

/** What the scripts read of a `package.json`. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  workspaces?: string[];
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** One package of the repository. */
export interface Workspace {
  /** Relative to the root, such as `packages/engine`. */
  folder: string;
  manifest: Manifest;
}

/** Every package that the root's `workspaces` name, in order of their folders. */
export function listWorkspaces(): Workspace[] {
  return (readManifest(ROOT).workspaces ?? [])
    .flatMap(expand)
    .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(join(ROOT, folder)) }));
}

/** The `package.json` of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** `packages/*` is every folder in `packages`; other patterns are not used here. */
function expand(pattern: string): string[] {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(ROOT, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}
