/**
 * @module `bun run release`, after `bun run changeset version` was merged: builds, examines and publishes every package whose version is
 * not out yet, then tags it. Published by Bun, because npm would leave `workspace:*` in the packages that depend on each other.
 */
import { join } from 'node:path';
import { environment, runVisibly, tool } from './tools.ts';
import { listWorkspaces, ROOT } from './workspaces.ts';

await step([...tool('turbo'), 'run', 'build', 'package']);
for (const { folder, manifest } of listWorkspaces()) {
  if (manifest.private) continue;
  const command = [process.execPath, 'publish', '--access', 'public', '--tolerate-republish'];
  await step(command, join(ROOT, folder));
}
await step([...tool('changeset'), 'git-tag']);

async function step(command: string[], cwd = ROOT): Promise<void> {
  const exitCode = await runVisibly(command, { cwd, env: environment() });
  if (exitCode !== 0) process.exit(exitCode);
}
