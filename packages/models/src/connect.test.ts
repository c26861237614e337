/** @module Connections: what is said when there is none, and that no secret is in it. */
import { createServer } from 'node:net';
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { connect, disconnect, ping } from './connect.ts';

describe('an address where nothing listens', () => {
  let port: number;
  beforeAll(async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
    await new Promise((resolve) => server.close(resolve));
  });

  it('is named, and its credentials are not', async () => {
    const uri = `mongodb://anna:s3cr3t-p4ss@127.0.0.1:${port}/app?authMechanismProperties=AWS_SESSION_TOKEN:t0k3n`;
    const error = await connect(uri, { serverSelectionTimeoutMS: 50 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', status: 503 });
    const text = Bun.inspect(error, { depth: 20 });
    expect(text).toContain(`127.0.0.1:${port}`);
    expect(text).not.toMatch(/s3cr3t|anna|t0k3n/);
  });

  it.each([
    'mongodb://user:p@ss/w0rd-x@127.0.0.1',
    'mongodb://user:p%40ss%2Fw0rd-x@127.0.0.1:99999999',
    'mongodb+srv://user:p%40ssw0rd-x@a.b.c:1',
    'mongodb://user:p@ssw0rd-x@',
    'mongodb://user:w0rd-x@127.0.0.1/?noSuchOption=1',
  ])('keeps the credentials of a malformed text to itself (case %#)', async (uri) => {
    const error = await connect(uri, { serverSelectionTimeoutMS: 50 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: expect.any(Number) });
    expect(Bun.inspect(error, { depth: 20 })).not.toContain('w0rd-x');
  });
});

it('refuses other schemes, and what is no text, without repeating it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.webUrl(), fc.string(), fc.anything()), async (uri) => {
      fc.pre(typeof uri !== 'string' || !/^mongodb(\+srv)?:\/\/[^/]/.test(uri));
      const error = await connect(uri as string).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'DATABASE_URI_INVALID', status: 400 });
    }),
  );
});

describe('a database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('answers a ping, reports its events, and is gone after disconnect', async () => {
    const events: string[] = [];
    const connection = await connect(database.uri, { onEvent: (event) => events.push(event) });
    expect(await ping(connection)).toBeGreaterThanOrEqual(0);
    expect(events).toEqual(['connected']);
    const known = connection.base.connections.length;
    await disconnect(connection);
    await disconnect(connection);
    expect(events).toEqual(['connected', 'disconnected']);
    expect(connection.base.connections.length).toBe(known - 1);
    await expect(ping(connection)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });
});

it('works again after the server was away, without anybody connecting anew', async () => {
  const first = await startEmbeddedMongo();
  const events: string[] = [];
  let changed = (): void => undefined;
  const reaches = async (last: string): Promise<void> => {
    while (events.at(-1) !== last)
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
  };
  const connection = await connect(first.uri, {
    serverSelectionTimeoutMS: 200,
    heartbeatFrequencyMS: 500,
    onEvent: (event) => {
      events.push(event);
      changed();
    },
  });
  const insert = () => connection.db!.collection('c').insertOne({ n: 1 });
  await insert();
  await first.stop();
  await expect(insert()).rejects.toThrow();
  await expect(ping(connection)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', status: 503 });
  await reaches('disconnected');
  const second = await startEmbeddedMongo({ port: first.port });
  await reaches('reconnected');
  expect(await insert()).toMatchObject({ acknowledged: true });
  expect(events.slice(0, 2)).toEqual(['connected', 'disconnected']);
  await disconnect(connection);
  await second.stop();
});
