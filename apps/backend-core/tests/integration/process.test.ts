import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const folders: string[] = [];
const started: ServerProcess[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'process-'));
  folders.push(path);
  return path;
}

function start(env: Record<string, string>): ServerProcess {
  const server = startServerProcess(env);
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.kill('SIGKILL');
    await server.ended;
  }
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('the process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'starts, says where everything is, and ends with 0 at %s',
    async (signal) => {
      const dataDir = folder();
      const server = start({ PORT: '0', DATA_DIR: dataDir });
      const base = await server.listening;
      expect((await fetch(`${base}/health/ready`)).status).toBe(200);
      await expect.poll(server.output).toContain(`${base}/docs`);
      expect(server.output()).toContain(join(dataDir, 'orchestrix.sqlite'));
      expect(server.output()).toContain(join(dataDir, 'outbox'));
      server.kill(signal);
      expect(await server.ended).toEqual({ code: 0, signal: null });
    },
  );

  it('finds its accounts again after a restart', async () => {
    const env = { PORT: '0', DATA_DIR: folder() };
    const first = start(env);
    const registered = await fetch(`${await first.listening}/auth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'ann@example.org', password: 'correct horse' }),
    });
    const { token } = (await registered.json()) as { token: string };
    first.kill('SIGTERM');
    await first.ended;
    const second = start(env);
    const me = await fetch(`${await second.listening}/auth/me`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(await me.json()).toMatchObject({ user: { email: 'ann@example.org' } });
  });

  it('does not end while a connection is open, but closes it when asked to end', async () => {
    const server = start({ PORT: '0', DATA_DIR: folder() });
    const base = new URL(await server.listening);
    const { connect } = await import('node:net');
    const socket = connect(Number(base.port), '127.0.0.1');
    const closed = new Promise((done) => socket.once('close', done));
    socket.on('error', () => undefined);
    await new Promise((done) => socket.once('connect', done));
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((done) => socket.once('data', done));
    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    await closed;
  });

  it('says which port is taken', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as { port: number };
    try {
      const server = start({ PORT: String(port), DATA_DIR: folder() });
      expect((await server.ended).code).toBe(1);
      expect(server.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
    } finally {
      other.close();
    }
  });

  it('names every wrong variable and does not start', async () => {
    const server = start({ NODE_ENV: 'production', PORT: 'http', FRONTEND_URL: '*', DATA_DIR: folder() });
    expect((await server.ended).code).toBe(1);
    for (const name of ['PORT', 'FRONTEND_URL', 'JWT_SECRET', 'ENCRYPTION_KEY', 'MONGODB_URI'])
      expect(server.output()).toContain(`${name}: expected`);
    expect(server.output()).not.toMatch(/^\s+at /m);
  });

  it('says so when the database cannot be reached, without its credentials', async () => {
    const server = start({
      PORT: '0',
      DATA_DIR: folder(),
      MONGODB_URI: 'mongodb://ann:hunter2@127.0.0.1:1/x',
    });
    expect((await server.ended).code).toBe(1);
    expect(server.output()).toContain('127.0.0.1:1');
    expect(server.output()).not.toContain('hunter2');
  });

  it('refuses the data folder of a server that runs', async () => {
    const dataDir = folder();
    const first = start({ PORT: '0', DATA_DIR: dataDir });
    await first.listening;
    const second = start({ PORT: '0', DATA_DIR: dataDir });
    expect((await second.ended).code).toBe(1);
    expect(second.output()).toContain('orchestrix.sqlite');
  });
});
