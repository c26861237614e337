/** @module Packs packages the way they will be published. */
import { join } from 'node:path';
import { runQuietly } from './tools.ts';
import type { Manifest } from './workspaces.ts';

/**
 * Packs a built package.
 *
 * @param cwd the package's folder
 * @param destination an existing folder
 * @returns the path of the tarball
 * @throws Error with what the packer said
 */
export async function pack(manifest: Manifest, cwd: string, destination: string): Promise<string> {
  const command = [process.execPath, 'pm', 'pack', '--destination', destination, '--ignore-scripts'];
  const { exitCode, output } = await runQuietly(command, { cwd });
  if (exitCode !== 0) throw new Error(`${manifest.name} cannot be packed:\n${output}`);
  return join(destination, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
}
