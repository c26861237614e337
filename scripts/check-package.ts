/** @module The task `package` of a publishable package, run in its folder: packs it and lets publint and attw examine the tarball. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack.ts';
import { runQuietly, tool } from './tools.ts';
import { readManifest } from './workspaces.ts';

const folder = process.cwd();
const temporary = mkdtempSync(join(tmpdir(), 'orchestrix-package-'));
try {
  const tarball = await pack(readManifest(folder), folder, temporary);
  const complaints = [
    ...['README.md', 'LICENSE']
      .filter((file) => !existsSync(join(folder, file)))
      .map((file) => `${file} is missing`),
    await complaintOf([...tool('publint'), 'run', tarball, '--strict']),
    // Packages here are ESM: what a CommonJS resolver makes of them says nothing.
    await complaintOf([...tool('attw'), tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']),
  ].filter((complaint) => complaint !== '');
  console.log(complaints.length === 0 ? 'publint and attw agree' : complaints.join('\n'));
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

async function complaintOf(command: string[]): Promise<string> {
  const { exitCode, output } = await runQuietly(command, { cwd: folder });
  return exitCode === 0 ? '' : output || `${command.join(' ')} ended with ${exitCode}`;
}
