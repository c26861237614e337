/** @module Starts programs that are measured, and ends them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that runs. */
export interface RunningProgram {
  pid: number;
  stop(): Promise<void>;
}

/** Starts a program and waits until it responds at `url`. */
export async function startProgram(
  command: string[],
  env: Record<string, string>,
  url: string,
): Promise<RunningProgram> {
  const child = Bun.spawn(command, {
    env: { ...process.env, ...env },
    stdout: 'ignore',
    stderr: 'inherit',
  });
  for (let tries = 0; ; tries++) {
    const response = await fetch(url).catch(() => null);
    if (response && response.status !== 503) break;
    if (tries > 300 || child.exitCode !== null) throw new Error(`${command.join(' ')} does not respond`);
    await Bun.sleep(100);
  }
  return {
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

/** Our server in production mode, with an account that is logged in. */
export interface RunningServer extends RunningProgram {
  base: string;
  token: string;
  send(method: string, path: string, body?: unknown): Promise<Record<string, string>>;
  /** Stores steps, publishes them and gives the address. */
  publish(steps: unknown[], options?: Record<string, unknown>): Promise<string>;
}

/** @param env variables besides those that a server needs */
export async function startServer(env: Record<string, string> = {}): Promise<RunningServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  const base = `http://127.0.0.1:${port}`;
  const secret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
  const program = await startProgram(
    [process.execPath, join(import.meta.dir, '../../../apps/backend-core/src/index.ts')],
    {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: folder,
      MONGODB_URI: 'embedded',
      JWT_SECRET: secret(),
      ENCRYPTION_KEY: secret(),
      ...env,
    },
    `${base}/health/ready`,
  );
  let token = '';
  const send: RunningServer['send'] = async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const email = `bench-${crypto.randomUUID()}@example.org`;
  token = (await send('POST', '/auth/register', { email, password: secret() })).token ?? '';
  return {
    ...program,
    base,
    token,
    send,
    publish: async (steps, options = {}) => {
      const workflowId = crypto.randomUUID();
      await send('POST', '/workflows', { workflowId, steps });
      const published = { apiName: 'call', ...options };
      const { apiPath } = await send('POST', `/workflows/${workflowId}/publish`, published);
      return `${base}${apiPath}`;
    },
    stop: async () => {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that is free at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
