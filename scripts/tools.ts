/** @module Runs programs so that they find this very Bun, also on a machine whose only Bun came through npx. */
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CACHE, ROOT } from './workspaces.ts';

/** How a program is run. */
export interface RunOptions {
  /** Default: the repository's root. */
  cwd?: string;
  env?: Record<string, string | undefined>;
}

/** What a program left behind. */
export interface Outcome {
  exitCode: number;
  /** Standard output, then standard error. */
  output: string;
}

/** Runs a program with its output on this terminal; resolves to its exit code. */
export function runVisibly(
  command: string[],
  { cwd = ROOT, env = environment() }: RunOptions = {},
): Promise<number> {
  return Bun.spawn(command, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] }).exited;
}

/** Runs a program and keeps what it says. */
export async function runQuietly(
  command: string[],
  { cwd = ROOT, env = environment() }: RunOptions = {},
): Promise<Outcome> {
  const child = Bun.spawn(command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, error, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, output: out + error };
}

/** The command line that runs an installed tool on Bun: tools may need a newer Node than the machine has. */
export function tool(name: string): string[] {
  return [process.execPath, '--bun', join(ROOT, 'node_modules', '.bin', name)];
}

/** The environment of everything the scripts start: this Bun first on the path, and no tool reports home. */
export function environment(): Record<string, string | undefined> {
  return {
    ...process.env,
    PATH: [bunFolder(), process.env.PATH].join(delimiter),
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    // Bun's allocator gives memory back to the system at once and asks for it again: a sixth of all processor time here.
    MIMALLOC_PURGE_DELAY: '-1',
    // Under turbo every tool takes a pipe for a terminal.
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }),
  };
}

/** npm installs Bun's program as `bun.exe` on every system; a folder in which it is called `bun` makes it findable. */
function bunFolder(): string {
  if (process.platform === 'win32') return dirname(process.execPath);
  const folder = join(CACHE, 'bin');
  const link = join(folder, 'bun');
  mkdirSync(folder, { recursive: true });
  if (linkTarget(link) !== process.execPath) {
    rmSync(link, { force: true });
    symlinkSync(process.execPath, link);
  }
  return folder;
}

function linkTarget(link: string): string | undefined {
  return existsSync(link) ? readlinkSync(link) : undefined;
}
