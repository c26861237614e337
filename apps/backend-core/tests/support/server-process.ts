/** @module The server as a process of its own, as people start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { VARIABLES } from '../../src/config-variables.ts';

/** A started server process. */
export interface ServerProcess {
  /** Everything it has written so far. */
  output(): string;
  /** The address it says it listens on; rejects with its output when it ends before that. */
  listening: Promise<string>;
  /** Its exit code, and the signal that ended it. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

const APP = resolve(import.meta.dirname, '../..');

/** How a server process is started besides its variables. */
export interface ProcessOptions {
  /** A command for bash that runs the server as `"$@"`, to give it other limits or another output. */
  shell?: string;
}

/** Runs `src/index.ts` with exactly these variables. */
export function startServerProcess(
  env: Readonly<Record<string, string>>,
  { shell }: ProcessOptions = {},
): ServerProcess {
  // Set to nothing, a variable cannot come from a .env file of whoever runs the tests.
  const unset = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, '']));
  const command = [process.execPath, 'src/index.ts'];
  const [program, ...parameters] = shell === undefined ? command : ['bash', '-c', shell, 'bash', ...command];
  const child = spawn(program!, parameters, {
    cwd: APP,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...unset, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));

  const ended = new Promise<{ code: number | null; signal: string | null }>((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
  });
  const listening = new Promise<string>((found, reject) => {
    child.stdout.on('data', () => {
      const address = /Listening on (http:\/\/[^\s"]+)/.exec(text)?.[1];
      if (address) found(address);
    });
    void ended.then(({ code }) => reject(new Error(`ended with ${code} before it listened:\n${text}`)));
  });
  // Tests of failing starts do not ask for it.
  listening.catch(() => undefined);
  return { output: () => text, listening, ended, kill: (signal) => end(child, signal) };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null) child.kill(signal);
}
