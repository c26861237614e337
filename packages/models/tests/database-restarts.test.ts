/** @module The database restarts under load: the connection recovers, nothing acknowledged is lost, no call waits without end. */
import { afterEach, describe, expect, it } from 'vitest';
import { connect, disconnect } from '../src/connect.ts';
import type { WatchdogAction } from '../src/connection-watchdog.ts';
import { createMongoDatabase } from '../src/mongo-database.ts';
import { type DatabaseProcess, startDatabaseProcess } from './support/database-process.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startDatabase(): Promise<DatabaseProcess> {
  const database = await startDatabaseProcess();
  closing.push(() => database.remove());
  return database;
}

async function open(uri: string, options: { serverSelectionTimeoutMS?: number } = {}) {
  const actions: WatchdogAction[] = [];
  const connection = await connect(uri, { ...options, onRecovery: (action) => actions.push(action) });
  closing.push(() => disconnect(connection));
  return { connection, actions };
}

const ROUNDS = 4;
const CALLERS = 20;
/** Seconds are what a restart takes; this only catches a connection that does not come back. */
const READY_MS = 10_000;

it('is ready again after each of several restarts under load', async () => {
  const database = await startDatabase();
  const { connection } = await open(database.uri);
  const documents = createMongoDatabase(connection, { namespace: null });
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  let running = true;
  const call = async (caller: number) => {
    for (let n = 0; running; n++) {
      const key = `${caller}-${n}`;
      try {
        await documents.insertOne('calls', { key, filler: 'x'.repeat(caller * 1_000) });
        acknowledged.push(key);
      } catch (error) {
        codes.add((error as { code: string }).code);
        await sleep(50);
      }
    }
  };
  const callers = Array.from({ length: CALLERS }, (_, n) => call(n));
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(300 + Math.random() * 200);
    await database.stop();
    await sleep(300);
    await database.start();
    const before = acknowledged.length;
    const startedAt = performance.now();
    while (acknowledged.length === before) {
      expect(performance.now() - startedAt).toBeLessThan(READY_MS);
      await sleep(20);
    }
  }
  running = false;
  // A call that waits without end would keep the test from ending here.
  await Promise.all(callers);
  expect([...codes].filter((code) => !/^(DATABASE_FAILED|DUPLICATE_VALUE)$/.test(code))).toEqual([]);
  const stored = new Set((await documents.find('calls', { filter: {} })).map(({ key }) => key));
  expect(acknowledged.filter((key) => !stored.has(key))).toEqual([]);
});

/** The driver's parts that a test has to reach to bring about what otherwise depends on a moment. */
interface Driver {
  topology: {
    close(): void;
    s: {
      servers: Map<string, { monitor: DriverMonitor; pool: { connections: { first(): DriverConnection } } }>;
    };
  };
}
interface DriverMonitor {
  connection: DriverConnection & { command?: unknown; exhaustCommand?: unknown };
  monitorId: { wake(): void };
}
interface DriverConnection {
  socket: { destroy(): void };
}

describe('what the driver would wait for without end', () => {
  async function prepare() {
    const database = await startDatabase();
    const { connection, actions } = await open(database.uri, { serverSelectionTimeoutMS: 500 });
    const ping = () => connection.db!.command({ ping: 1 });
    await ping();
    const driver = connection.getClient() as unknown as Driver;
    const [server] = [...driver.topology.s.servers.values()];
    return { connection, actions, ping, driver, server: server! };
  }

  const until = async (condition: () => boolean) => {
    while (!condition()) await sleep(20);
  };

  it('is ended when a heartbeat is written to a socket that was just destroyed', async () => {
    const { server, ping, connection } = await prepare();
    const beats: string[] = [];
    const client = connection.getClient();
    client.on('serverHeartbeatFailed', () => beats.push('failed'));
    client.on('serverHeartbeatSucceeded', () => beats.push('succeeded'));
    server.monitor.connection.socket.destroy();
    server.monitor.monitorId.wake();
    await until(() => beats.includes('succeeded'));
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  it('is ended when a command is written to a socket that was just destroyed', async () => {
    const { server, ping } = await prepare();
    const pinging = ping().catch((error: Error) => error);
    server.pool.connections.first()?.socket.destroy();
    await pinging;
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  it('is ended when a heartbeat neither succeeds nor fails', async () => {
    const { server, actions, ping } = await prepare();
    const { monitor } = server;
    const stuck = () => new Promise(() => undefined);
    Object.assign(monitor.connection, { command: stuck, exhaustCommand: stuck });
    monitor.monitorId.wake();
    await until(() => actions.includes('monitor'));
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  it('is ended when the topology is closed under an open client', async () => {
    const { driver, actions, ping } = await prepare();
    driver.topology.close();
    await expect(ping()).rejects.toThrow();
    await until(() => actions.includes('client'));
    while (
      await ping().then(
        () => false,
        () => true,
      )
    )
      await sleep(20);
    expect(await ping()).toMatchObject({ ok: 1 });
  });

  it('is nothing once the connection is closed', async () => {
    const { connection, actions } = await prepare();
    await disconnect(connection);
    await sleep(600);
    expect(actions).toEqual([]);
  });
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
