/** @module A server of the demo's own: a process on a free port with a data folder that is thrown away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A running server. */
export interface OwnServer {
  base: string;
  /** Ends it as an operator would, with SIGTERM. @returns its exit code */
  stop(): Promise<number>;
}

/** How long the server may take to say where it listens. */
const START_LIMIT_MS = 10_000;

/**
 * Starts the server and waits until it says where it listens.
 *
 * @throws Error with everything it printed when it does not
 */
export async function startOwnServer(): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'orchestrix-demo-'));
  const server = Bun.spawn([process.execPath, 'run', 'src/index.ts'], {
    cwd: resolve(import.meta.dirname, '..'),
    // Nothing of the caller's environment may reach the demo's server but what every program needs.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'development',
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'info',
    },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const end = async () => {
    server.kill('SIGTERM');
    const code = await server.exited;
    await rm(dataDir, { recursive: true, force: true });
    return code;
  };
  try {
    return { base: await addressOf(server.stdout, server.stderr), stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function addressOf(
  stdout: ReadableStream<Uint8Array>,
  stderr: ReadableStream<Uint8Array>,
): Promise<string> {
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  let printed = '';
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      printed += decoder.decode(chunk, { stream: true });
      const address = /http:\/\/localhost:\d+/.exec(printed)?.[0];
      if (address) found(address);
    }
  };
  void Promise.all([read(stdout), read(stderr)]).then(() =>
    reject(new Error(`The server ended:\n${printed}`)),
  );
  const timer = setTimeout(() => reject(new Error(`The server did not start:\n${printed}`)), START_LIMIT_MS);
  return promise.finally(() => clearTimeout(timer));
}
