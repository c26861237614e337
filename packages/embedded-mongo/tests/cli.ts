/** @module The command line as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Path of the command line's source. */
export const CLI = new URL('../src/cli.ts', import.meta.url).pathname;

/** Waits until a server that was started says where it listens. @throws Error when it ends before */
export async function addressFrom(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const uri = /mongodb:\S+/.exec(line)?.[0];
    if (uri) return uri;
  }
  throw new Error('the command line ended without listening');
}

/** Runs the command line to its end. */
export async function runToExit(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
