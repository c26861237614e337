/** @module What goes wrong around a server process: its output, its end, its disk, its database, its key. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import { afterEach, describe, expect, it } from 'vitest';
import { startDatabaseProcess } from '../support/database-process.ts';
import { createProcessClient } from '../support/process-client.ts';
import { restartUnderLoad } from '../support/restart-under-load.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const closing: (() => unknown)[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'process-faults-'));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function start(env: Record<string, string>, shell?: string): ServerProcess {
  const server = startServerProcess(
    { PORT: '0', DATA_DIR: folder(), ...env },
    shell === undefined ? {} : { shell },
  );
  closing.push(async () => {
    server.kill('SIGKILL');
    await server.ended;
  });
  return server;
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A port that is free at the moment, for servers whose output nobody can read. */
async function freePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

async function untilHealthy(base: string): Promise<void> {
  await expect
    .poll(
      () =>
        fetch(`${base}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 30_000 },
    )
    .toBe(200);
}

describe('output that cannot be written', () => {
  it.each([
    ['a full disk', 'exec "$@" >/dev/full'],
    ['a full disk, for errors too', 'exec "$@" >/dev/full 2>/dev/full'],
    ['a pipe whose reader has ended', 'exec "$@" > >(true)'],
  ])('%s: the server serves on and counts what it dropped', async (_, shell) => {
    const port = await freePort();
    const server = start({ PORT: String(port) }, shell);
    let isRunning = true;
    void server.ended.then(() => {
      isRunning = false;
    });
    const base = `http://127.0.0.1:${port}`;
    await untilHealthy(base);
    for (let n = 0; n < 20; n++) expect((await fetch(`${base}/nothing-here`)).status).toBe(404);
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(Number(/^orchestrix_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(10);
    expect(isRunning).toBe(true);
    server.kill('SIGTERM');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  });
});

/** A connection that stays open between requests. */
async function openConnection(base: string) {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  closing.push(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  await new Promise((done) => socket.once('connect', done));
  return {
    closed,
    post: (path: string) =>
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      ),
    /** The next answer's head, in lower case. */
    head: async () => {
      await expect.poll(() => text, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 \d+[\s\S]*\r\n\r\n/);
      const head = text.slice(0, text.indexOf('\r\n\r\n')).toLowerCase();
      text = '';
      return head;
    },
  };
}

describe('the end', () => {
  it('says not ready at once, serves for a grace, then sends callers elsewhere, without an answer of 500', async () => {
    const server = start({ SHUTDOWN_GRACE_MS: '4000', SHUTDOWN_TIMEOUT_MS: '25000', LOG_LEVEL: 'info' });
    const base = await server.listening;
    const client = await createProcessClient(base);
    const insert = await client.publish('insert', [
      { type: 'dbInsert', collection: 'rows', document: { a: 1 } },
    ]);
    const wait = (ms: number) => [
      { type: 'delay', seconds: ms / 1000 },
      { type: 'dbFind', collection: 'rows', limit: 1 },
    ];
    const slow = await client.publish('slow', wait(7_000));
    const slower = await client.publish('slower', wait(12_000));

    const statuses: number[] = [];
    let running = true;
    const callers = Array.from({ length: 8 }, async () => {
      while (running) {
        const response = await fetch(`${base}${insert}`, { method: 'POST' }).catch(() => undefined);
        if (response) statuses.push(response.status);
        await sleep(10);
      }
    });
    const [first, second] = [await openConnection(base), await openConnection(base)];
    first.post(slow);
    second.post(slower);
    await sleep(200);

    server.kill('SIGTERM');
    await expect.poll(() => fetch(`${base}/health/ready`).then(({ status }) => status)).toBe(503);
    expect(await (await fetch(`${base}/health/ready`)).json()).toMatchObject({
      ok: false,
      status: 'stopping',
    });
    const inGrace = await client.request(`POST ${insert}`, {});
    expect(inGrace.status).toBe(200);
    expect(inGrace.headers.get('connection')).toBe('close');

    // What was under way is answered; the next request on the same connection is refused, and the connection ends.
    expect(await first.head()).toContain('http/1.1 200');
    first.post(insert);
    const refusal = await first.head();
    expect(refusal).toContain('http/1.1 503');
    expect(refusal).toContain('connection: close');
    expect(refusal).toMatch(/retry-after: \d+/);
    await first.closed;
    expect(await second.head()).toContain('http/1.1 200');
    running = false;
    await Promise.all(callers);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(server.output()).not.toMatch(/ error /);
  });

  it('exits with 1, and in time, when the database is frozen', async () => {
    const database = await startDatabaseProcess();
    closing.push(() => database.remove());
    const server = start({ MONGODB_URI: database.uri, SHUTDOWN_TIMEOUT_MS: '1500' });
    const base = await server.listening;
    const client = await createProcessClient(base);
    const slow = await client.publish('slow', [{ type: 'delay', seconds: 60 }]);
    void fetch(`${base}${slow}`, { method: 'POST' }).catch(() => undefined);
    await sleep(300);
    database.signal('SIGSTOP');
    closing.push(() => database.signal('SIGCONT'));
    const startedAt = performance.now();
    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(1_500 + 5_000);
    expect(server.output()).toContain('did not end');
  });
});

describe('the database', () => {
  it('comes back after restarts under load: ready again, nothing acknowledged lost', async () => {
    const database = await startDatabaseProcess();
    closing.push(() => database.remove());
    const server = start({ MONGODB_URI: database.uri });
    const base = await server.listening;
    const result = await restartUnderLoad({ base, database, rounds: 3, callers: 10 });
    expect(result.lost).toEqual([]);
    // Callers of published APIs read neither addresses nor the driver's words.
    expect(
      result.messages.filter((message) => /127\.0\.0\.1|localhost|connection|ECONN|pool/i.test(message)),
    ).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(30);
    expect(result.readyMs).toHaveLength(3);
    // Not a measurement: it only catches a server that stays without its database.
    expect(Math.max(...result.readyMs)).toBeLessThan(15_000);
  });

  it('makes the process count as dead when it is away for longer than the setting', async () => {
    const database = await startDatabaseProcess();
    closing.push(() => database.remove());
    const server = start({
      MONGODB_URI: database.uri,
      HEALTH_DATABASE_TIMEOUT_MS: '1000',
      DATABASE_TIMEOUT_MS: '300',
    });
    const base = await server.listening;
    const health = () => fetch(`${base}/health`).then(({ status }) => status);
    expect(await health()).toBe(200);
    await database.stop();
    await expect.poll(health, { timeout: 20_000 }).toBe(503);
    await database.start();
    await expect.poll(health, { timeout: 20_000 }).toBe(200);
  });

  it('without room is DATABASE_FULL everywhere, seen by readiness, and holds no list up', async () => {
    // The limit of file sizes is a disk that is full; the signal that goes with it is ignored, so that writes fail instead.
    const server = start({ LOG_LEVEL: 'info' }, 'trap "" XFSZ; ulimit -f 8000; exec "$@"');
    const base = `http://127.0.0.1:${new URL(await server.listening).port}`;
    const client = await createProcessClient(base);
    const insert = await client.publish('fill', [
      { type: 'dbInsert', collection: 'rows', data: { text: '{{ input.text }}' } },
      { type: 'response', body: { ok: true } },
    ]);
    const fill = (size: number) => client.request(`POST ${insert}`, { text: 'x'.repeat(size) });
    const outcomes = new Set<string>();
    // The database finds room for small documents for a while after it has refused a large one.
    for (const size of [200_000, 20_000, 2_000])
      for (let inARow = 0; inARow < 5; ) {
        const { status, body } = await fill(size);
        outcomes.add(`${status} ${body.code ?? body.error ?? ''}`);
        inARow = status === 507 ? inARow + 1 : 0;
      }
    expect([...outcomes].sort()).toEqual(['200 ', '507 DATABASE_FULL']);
    // Several at once share what the database writes in one go; each gets the same answer, or finds a little room.
    const answers = await Promise.all(Array.from({ length: 8 }, () => fill(200)));
    for (const { status, body } of answers)
      expect(['200 ', '507 DATABASE_FULL']).toContain(`${status} ${body.code ?? ''}`);
    const readiness = async () => {
      await fill(20_000);
      const { status, body } = await client.request('/health/ready');
      return { status, storage: (body.dependencies as Record<string, { ok: boolean }>).storage?.ok };
    };
    await expect.poll(readiness, { timeout: 40_000 }).toEqual({ status: 503, storage: false });
    expect((await client.request('/health')).status).toBe(200);
    const startedAt = performance.now();
    await client.request('/executions');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const stored = await client.request('POST /workflows', {
      workflowId: 'more',
      steps: [{ type: 'input' }],
    });
    expect(['201 ', '507 DATABASE_FULL']).toContain(`${stored.status} ${stored.body.code ?? ''}`);
  });
});

describe('another ENCRYPTION_KEY than secrets were stored with', () => {
  it('is said at the start', async () => {
    const database = await startEmbeddedMongo();
    closing.push(() => database.stop());
    const uri = `mongodb://${database.host}:${database.port}/keys?directConnection=true`;
    const first = start({ MONGODB_URI: uri, ENCRYPTION_KEY: '0a'.repeat(32) });
    const client = await createProcessClient(await first.listening);
    const own = { uri: `mongodb://${database.host}:${database.port}/shop?directConnection=true` };
    expect((await client.request('POST /user/db/connect', own)).status).toBe(200);
    first.kill('SIGTERM');
    await first.ended;
    const second = start({ MONGODB_URI: uri, ENCRYPTION_KEY: '0b'.repeat(32) });
    await second.listening;
    await expect
      .poll(second.output, { timeout: 10_000 })
      .toContain('1 of 1 stored connections cannot be read with this ENCRYPTION_KEY');
  });
});
