/** @module Databases of owners over real HTTP: connect, run, look, change, disconnect; rows of every age. */
import { createCipheriv } from 'node:crypto';
import { type EmbeddedMongo, startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import { compile, execute } from '@orchestrix/engine';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let theirs: EmbeddedMongo;
/** Looks into the databases behind the server's back. */
let outside: Connection;

beforeAll(async () => {
  [server, theirs] = await Promise.all([startTestServer(), startEmbeddedMongo()]);
  outside = await mongoose.createConnection(theirs.uri).asPromise();
});
afterAll(async () => {
  await outside.destroy(true);
  await server.close();
  await theirs.stop();
});
afterEach(async () => {
  await disconnect();
});

const uriOf = (database: string) =>
  `mongodb://${theirs.host}:${theirs.port}/${database}?directConnection=true`;
const documents = (database: string, collection: string) =>
  outside.getClient().db(database).collection(collection);

function connect(body: Record<string, unknown>, token?: string): Promise<Answer> {
  const ownerId = token === undefined ? { ownerId: 'default-owner' } : {};
  return server.request('POST /user/db/connect', { body: { ...ownerId, ...body }, ...(token && { token }) });
}
const disconnect = (ownerId = 'default-owner') =>
  server.request('POST /user/db/disconnect', { body: { ownerId } });
const status = (ownerId = 'default-owner') =>
  server.request(`/user/db/status?ownerId=${encodeURIComponent(ownerId)}`);
const schemas = (ownerId = 'default-owner') =>
  server.request<{ schemas: Record<string, string[]>; detail: string }>(
    `/user/db/schemas?ownerId=${encodeURIComponent(ownerId)}`,
  );

/** Inserts a document by a step of a run, and gives how the run ended. */
async function runInsert(collection: string, data: Record<string, unknown>, ownerId = 'default-owner') {
  const database = server.services.ownerDatabases.databaseOf(ownerId);
  const plan = compile({ steps: [{ id: 's1', type: 'dbInsert', collection, data }] });
  return execute(plan, { ports: { database } });
}

describe('the way of an owner', () => {
  test('connect, run there, look, connect another, run there, disconnect, own collections again', async () => {
    const answer = await connect({ uri: uriOf('shop'), label: '' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true, label: 'My Database', uriMasked: uriOf('shop') });

    expect(await runInsert('orders', { total: 1, buyer: { name: 'Ann' } })).toMatchObject({ ok: true });
    expect(await documents('shop', 'orders').countDocuments()).toBe(1);
    expect((await schemas()).body).toEqual({
      ok: true,
      schemas: {
        orders: ['_id', 'total', 'buyer', 'buyer.name', 'createdAt', 'updatedAt'],
      },
    });

    expect((await connect({ uri: uriOf('other'), label: 'Second' })).body).toMatchObject({ label: 'Second' });
    expect(await runInsert('orders', { total: 2 })).toMatchObject({ ok: true });
    expect(await documents('shop', 'orders').countDocuments()).toBe(1);
    expect(await documents('other', 'orders').countDocuments()).toBe(1);

    expect((await disconnect()).body).toEqual({ ok: true });
    expect(await runInsert('orders', { total: 3 })).toMatchObject({ ok: true });
    expect(await documents('other', 'orders').countDocuments()).toBe(1);
    expect((await schemas()).body.schemas.orders).toContain('total');
    expect((await status()).body).toEqual({ connected: false });
  });

  test('a workflow of the web client runs on it, also under a name that the client made up', async () => {
    await connect({ uri: uriOf('client') });
    for (const ownerId of ['default-owner', 'user_1766300000000']) {
      const steps = [{ id: 'step1', type: 'dbInsert', collection: 'visits', data: { by: ownerId } }];
      const started = await server.request('POST /workflow/execute', { body: { steps, ownerId } });
      expect(started.status).toBe(200);
      await expect.poll(() => documents('client', 'visits').countDocuments({ by: ownerId })).toBe(1);
    }
  });

  test('status tells the whole record and neither connects nor deletes', async () => {
    await connect({ uri: uriOf('shop'), label: ' Shop ' });
    const { body } = await status();
    expect(body).toEqual({
      connected: true,
      label: 'Shop',
      uriMasked: uriOf('shop'),
      connectedAt: expect.any(String),
      status: 'connected',
    });
    expect(new Date(body.connectedAt as string).toISOString()).toBe(body.connectedAt);
  });

  test('an account connects its own, by its token alone, and nobody else sees it', async () => {
    const { token, userId } = await server.register();
    expect((await connect({ uri: uriOf('account'), label: 'Mine' }, token)).status).toBe(200);
    expect((await server.request('/user/db/status', { token })).body).toMatchObject({ label: 'Mine' });
    expect((await status()).body).toEqual({ connected: false });
    expect((await status(userId)).status).toBe(403);
    const run = await server.request('POST /workflows/run', {
      token,
      body: { steps: [{ id: 's', type: 'dbInsert', collection: 'notes', data: { n: 1 } }] },
    });
    expect(run.body).toMatchObject({ ok: true });
    expect(await documents('account', 'notes').countDocuments()).toBe(1);
    expect((await server.request('/db/schemas', { token })).body).toEqual({ ok: true, schemas: {} });
  });

  test('a change by another process is seen within seconds', async () => {
    await connect({ uri: uriOf('before') });
    await runInsert('marks', { at: 'before' });
    await server.services.repositories.userDbConnections.save('default-owner', {
      encryptedUri: uriOf('after'),
    });
    await expect
      .poll(
        async () => {
          await runInsert('marks', { at: 'after' });
          return documents('after', 'marks').countDocuments();
        },
        { timeout: 10_000, interval: 250 },
      )
      .toBeGreaterThan(0);
  });
});

describe('stored connection strings', () => {
  const KEY = Buffer.from('0123456789abcdef'.repeat(4), 'hex');
  /** Written from the contract: 12 bytes IV, 16 bytes tag, ciphertext. */
  function encrypted(text: string, key = KEY): string {
    const iv = Buffer.from('abcdefghijkl');
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
  }

  test.each([
    ['prefixed', (uri: string) => `enc:${encrypted(uri)}`],
    ['without a prefix', (uri: string) => encrypted(uri)],
    ['plain', (uri: string) => uri],
  ])('%s: are read and run', async (form, stored) => {
    const owner = `owner ${form}`;
    await server.services.repositories.userDbConnections.save(owner, { encryptedUri: stored(uriOf('aged')) });
    expect((await status(owner)).body).toMatchObject({ connected: true, uriMasked: uriOf('aged') });
    expect(await runInsert('rows', { form }, owner)).toMatchObject({ ok: true });
    expect(await documents('aged', 'rows').countDocuments({ form })).toBe(1);
  });

  test('a new one is stored in the form of the contract', async () => {
    await connect({ uri: uriOf('shop') });
    const row = await server.services.repositories.userDbConnections.get('default-owner');
    expect(row?.encryptedUri).toMatch(/^enc:[A-Za-z0-9+/]+={0,2}$/);
    expect(Buffer.from(row?.encryptedUri.slice(4) ?? '', 'base64')).toHaveLength(28 + uriOf('shop').length);
  });

  test.each([
    ['another key', `enc:${encrypted('mongodb://h/x', Buffer.alloc(32, 7))}`],
    ['nonsense', 'certainly not base64!'],
    ['too short', 'enc:AAAA'],
  ])('%s: not connected, never deleted, and no run works elsewhere instead', async (what, encryptedUri) => {
    const owner = `unreadable ${what}`;
    const rows = server.services.repositories.userDbConnections;
    await rows.save(owner, { encryptedUri });
    expect((await status(owner)).body).toEqual({
      connected: false,
      problem: expect.stringContaining('ENCRYPTION_KEY'),
    });
    expect(await rows.get(owner)).toMatchObject({ encryptedUri });
    const run = await runInsert('rows', {}, owner).catch((error: unknown) => ({ error }));
    expect(String((run as { error: unknown }).error)).not.toContain(encryptedUri);
    expect(run).toMatchObject({ ok: false });
    expect((await schemas(owner)).status).toBe(422);
  });
});

describe('what cannot be connected', () => {
  test('an unreachable server: 422, nothing stored, no credentials in the answer', async () => {
    const answer = await connect({ uri: 'mongodb://carol:hunter2@127.0.0.1:1/x', label: '' });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      error: 'Could not connect to database',
      detail: expect.stringContaining('127.0.0.1:1'),
    });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect((await status()).body).toEqual({ connected: false });
  }, 20_000);

  test.each([
    'not-a-uri',
    'mongodb://',
    'postgres://h/x',
    'mongodb://u:hunter2@h@i/x',
    'mongodb://h/?tlsCAFile=/etc/passwd',
  ])('%s: 422 at once', async (uri) => {
    const answer = await connect({ uri });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      error: 'Could not connect to database',
      detail: expect.stringMatching(/\S/),
    });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  test('a failed attempt leaves the former database connected', async () => {
    await connect({ uri: uriOf('kept') });
    expect((await connect({ uri: 'not-a-uri' })).status).toBe(422);
    expect((await status()).body).toMatchObject({ uriMasked: uriOf('kept') });
    expect(await runInsert('still', { here: 1 })).toMatchObject({ ok: true });
    expect(await documents('kept', 'still').countDocuments()).toBe(1);
  });

  test("the server's own database, under whatever name it is reached", async () => {
    const { host, port, name } = server.services.models.connection;
    const aliases = process.env.TEST_MONGODB_URI ? [host] : ['127.0.0.1', 'localhost'];
    for (const alias of aliases) {
      const answer = await connect({ uri: `mongodb://${alias}:${port}/${name}?directConnection=true` });
      expect(answer.status).toBe(422);
      expect(answer.body.detail).toContain('its own data');
    }
  });

  test('a stored database that is gone fails the step, and says where it should be', async () => {
    const owner = 'gone';
    const rows = server.services.repositories.userDbConnections;
    await rows.save(owner, { encryptedUri: 'mongodb://carol:hunter2@127.0.0.1:1/x' });
    const run = await runInsert('rows', { a: 1 }, owner);
    expect(run).toMatchObject({
      ok: false,
      failedStep: 0,
      error: expect.stringMatching(/^Could not connect to your database: .*127\.0\.0\.1:1/),
    });
    expect(JSON.stringify(run)).not.toContain('hunter2');
    expect((await schemas(owner)).body).toMatchObject({ error: 'Could not connect to your database' });
  }, 20_000);
});

describe('a database that comes and goes', () => {
  test('its loss fails the step in the owner’s words; once it is back, steps work again', async () => {
    const first = await startEmbeddedMongo();
    const uri = `mongodb://${first.host}:${first.port}/shop?directConnection=true`;
    expect((await connect({ uri })).status).toBe(200);
    expect(await runInsert('orders', { n: 1 })).toMatchObject({ ok: true });
    await first.stop();
    expect(await runInsert('orders', { n: 2 })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^Could not connect to your database: /),
    });
    const second = await startEmbeddedMongo({ port: first.port });
    try {
      await expect.poll(async () => (await runInsert('orders', { n: 3 })).ok, { timeout: 20_000 }).toBe(true);
      // The pooled connection must not keep the server of the next tests waiting.
      await disconnect();
    } finally {
      await second.stop();
    }
  }, 40_000);

  test('connections at the same time end with one of them, stored and in use', async () => {
    const names = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
    const answers = await Promise.all(names.map((name) => connect({ uri: uriOf(name), label: name })));
    expect(answers.map((answer) => answer.status)).toEqual(names.map(() => 200));
    const { label } = (await status()).body as { label: string };
    expect(names).toContain(label);
    expect(await runInsert('won', { label })).toMatchObject({ ok: true });
    expect(await documents(label, 'won').countDocuments()).toBe(1);
  });

  test('a run goes on in the database it has, while another is connected under it', async () => {
    await connect({ uri: uriOf('swap0') });
    const runs = Array.from({ length: 40 }, async (_, index) => {
      if (index % 10 === 5) expect((await connect({ uri: uriOf(`swap${index}`) })).status).toBe(200);
      return runInsert('swapped', { index });
    });
    for (const run of await Promise.all(runs)) expect(run).toMatchObject({ ok: true });
    const databases = [0, 5, 15, 25, 35].map((index) => `swap${index}`);
    const counts = await Promise.all(databases.map((name) => documents(name, 'swapped').countDocuments()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  });
});

describe('owners', () => {
  test.each([
    ['POST /user/db/connect', { uri: 'mongodb://h/x' }, 'ownerId and uri are required'],
    ['POST /user/db/connect', { ownerId: 'default-owner' }, 'ownerId and uri are required'],
    ['POST /user/db/connect', undefined, 'ownerId and uri are required'],
    ['POST /user/db/disconnect', {}, 'ownerId required'],
    ['GET /user/db/status', undefined, 'ownerId required'],
    ['GET /user/db/schemas?ownerId=', undefined, 'ownerId required'],
  ])('%s with %j: %s', async (route, body, error) => {
    const answer = await server.request(route, { ...(body && { body }) });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error });
  });

  test('operator objects and lists are refused, and nothing is deleted', async () => {
    await connect({ uri: uriOf('shop') });
    for (const ownerId of [{ $ne: 'x' }, ['default-owner'], 7, true])
      expect((await server.request('POST /user/db/disconnect', { body: { ownerId } })).status).toBe(400);
    for (const field of ['uri', 'label', 'ownerId']) {
      const body = { ownerId: 'default-owner', uri: uriOf('shop'), label: 'x', [field]: { $gt: '' } };
      expect((await server.request('POST /user/db/connect', { body })).status).toBe(400);
    }
    expect((await server.request('/user/db/status?ownerId[$ne]=x')).status).toBe(400);
    expect((await server.request('/user/db/status?ownerId=a&ownerId=b')).status).toBe(400);
    expect((await status()).body).toMatchObject({ connected: true });
  });

  test('a name with nothing of its own: not connected, no schemas, its steps fail', async () => {
    expect((await status('nobody')).body).toEqual({ connected: false });
    expect((await disconnect('nobody')).body).toEqual({ ok: true });
    const answer = await schemas('nobody');
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      error: 'Could not connect to your database',
      detail: 'No database connected for owner "nobody".',
    });
    expect(await runInsert('users', { a: 1 }, 'nodb')).toMatchObject({
      ok: false,
      error: 'No database connected for owner "nodb".',
    });
  });

  test('the own collections of the anonymous owner are at /db/schemas, and nobody else’s', async () => {
    const { token } = await server.register();
    const definition = { name: 'secrets', fields: [{ name: 'pin', type: 'string' }] };
    expect((await server.request('POST /collections', { token, body: definition })).status).toBe(201);
    await runInsert('public', { title: 'x' });
    const { body } = await server.request<{ schemas: Record<string, string[]> }>('/db/schemas');
    expect(body.schemas.public).toContain('title');
    expect(Object.keys(body.schemas)).not.toContain('secrets');
    expect(Object.keys(body.schemas)).not.toContain('users');
    const mine = await server.request('/db/schemas', { token });
    expect(mine.body).toEqual({ ok: true, schemas: { secrets: ['pin'] } });
  });

  test('without anonymous access a login is needed', async () => {
    const closed = await startTestServer({ ANONYMOUS_ACCESS: 'false' });
    try {
      expect((await closed.request('/user/db/status?ownerId=default-owner')).status).toBe(401);
      expect((await closed.request('/db/schemas')).status).toBe(401);
      const { token } = await closed.register();
      expect((await closed.request('/user/db/status', { token })).body).toEqual({ connected: false });
    } finally {
      await closed.close();
    }
  });
});

describe('schemas of a connected database', () => {
  test('every collection but those of MongoDB, fields of several documents, nested ones dotted, empty ones empty', async () => {
    const db = outside.getClient().db('shapes');
    await db.createCollection('empty');
    await db.collection('mixed').insertMany([
      { a: 1, __v: 0 },
      { b: { c: { d: new Date() } }, list: [{ x: 1 }, 2, { y: [{ z: 1 }] }] },
    ]);
    await db.collection('data_like').insertOne({ own: true });
    await connect({ uri: uriOf('shapes') });
    const { body } = await schemas();
    expect(Object.keys(body.schemas)).toEqual(['data_like', 'empty', 'mixed']);
    expect(body.schemas.empty).toEqual([]);
    expect([...(body.schemas.mixed ?? [])].sort()).toEqual(
      ['_id', 'a', 'b', 'b.c', 'b.c.d', 'list', 'list.x', 'list.y', 'list.y.z'].sort(),
    );
  });
});

describe('in production', () => {
  test('private addresses are refused, unless the configuration allows them', async () => {
    const production = {
      NODE_ENV: 'production',
      JWT_SECRET: 'x'.repeat(40),
      MONGODB_URI: 'embedded',
      ANONYMOUS_ACCESS: 'true',
    };
    const strict = await startTestServer(production);
    try {
      const answer = await strict.request('POST /user/db/connect', {
        body: {
          ownerId: 'default-owner',
          uri: uriOf('shop').replace('mongodb://', 'mongodb://carol:hunter2@'),
        },
      });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ detail: expect.stringContaining('ALLOW_PRIVATE_DATABASES') });
      expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|carol/);
    } finally {
      await strict.close();
    }
    const open = await startTestServer({ ...production, ALLOW_PRIVATE_DATABASES: 'true' });
    try {
      const body = { ownerId: 'default-owner', uri: uriOf('shop') };
      expect((await open.request('POST /user/db/connect', { body })).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});
