/**
 * @module `bun run smoke`: the packed packages, installed far from this repository, on the Node versions they promise to work on. Every
 * one is imported; the engine runs a workflow.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeBinary } from './node-binary.ts';
import { pack } from './pack.ts';
import { runQuietly } from './tools.ts';
import { listWorkspaces, ROOT, readManifest } from './workspaces.ts';

const NODE_VERSIONS = [22, 24];
const PROGRAMS = join(import.meta.dir, 'smoke');

// Not below the repository: a missing dependency would be found in the repository's node_modules and never be missed.
const folder = mkdtempSync(join(tmpdir(), 'orchestrix-smoke-'));
try {
  await installPackages();
  const programs = readdirSync(PROGRAMS).sort();
  for (const program of programs) copyFileSync(join(PROGRAMS, program), join(folder, program));
  for (const major of NODE_VERSIONS) {
    const node = await nodeBinary(major);
    for (const program of programs) await run(major, node, program);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function installPackages(): Promise<void> {
  const tarballs: Record<string, string> = {};
  for (const { folder: source, manifest } of listWorkspaces()) {
    if (manifest.private) continue;
    if (!existsSync(join(ROOT, source, 'dist'))) {
      throw new Error(`${manifest.name} is not built: name its build at //#smoke in turbo.json, or run it`);
    }
    tarballs[manifest.name] = `file:${await pack(manifest, join(ROOT, source), folder)}`;
  }
  // The overrides make packages that depend on each other find the tarballs too: nothing is published yet.
  const manifest = {
    name: 'smoke',
    private: true,
    type: 'module',
    // With the driver that the packages themselves use.
    dependencies: {
      ...tarballs,
      mongoose: readManifest(join(ROOT, 'packages/models')).dependencies?.mongoose,
    },
    overrides: tarballs,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const { exitCode, output } = await runQuietly([process.execPath, 'install', '--production'], {
    cwd: folder,
  });
  if (exitCode !== 0) throw new Error(`The packed packages cannot be installed:\n${output}`);
}

async function run(major: number, node: string, program: string): Promise<void> {
  const { exitCode, output } = await runQuietly([node, program], { cwd: folder });
  console.log(`Node ${major}: ${output.trim()}`);
  if (exitCode !== 0) process.exitCode = 1;
}
