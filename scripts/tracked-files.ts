/** @module The files that belong to the repository. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './tools.ts';
import { ROOT } from './workspaces.ts';

/**
 * Every file that is committed or about to be (not ignored), relative to the root.
 *
 * @param paths limits the answer to these folders
 * @throws Error when git cannot tell
 */
export async function listTrackedFiles(...paths: string[]): Promise<string[]> {
  const { exitCode, output } = await runQuietly([
    'git',
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    ...paths,
  ]);
  if (exitCode !== 0) throw new Error(`git ls-files: ${output.trim()}`);
  // git also lists what was deleted and not yet committed.
  return [...new Set(output.split('\0'))].filter((file) => file !== '' && existsSync(join(ROOT, file)));
}
