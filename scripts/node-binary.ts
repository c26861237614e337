/** @module Node programs of given versions, from the packages in which npm carries them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './tools.ts';
import { CACHE } from './workspaces.ts';

/**
 * The path of a Node program of a major version; fetched once and kept under `node_modules/.cache`.
 *
 * @throws Error when it cannot be fetched
 */
export async function nodeBinary(major: number): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(CACHE, `node-${major}`);
  const program = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(program)) return program;

  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `node-${major}`, private: true }));
  const { exitCode, output } = await runQuietly([process.execPath, 'add', '--exact', `${name}@${major}`], {
    cwd: folder,
  });
  if (exitCode !== 0 || !existsSync(program)) throw new Error(`Node ${major} cannot be fetched:\n${output}`);
  return program;
}
