/** @module A database of the earlier backend under this server, over real HTTP: its rows are read, run and saved. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServer, type TestServer } from '@orchestrix/backend-core/testing';
import { type EmbeddedMongo, startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import jwt from 'jsonwebtoken';
import mongoose, { type Connection, type mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOldDefinitionIndex,
  encryptedText,
  insertRows,
  oldApi,
  oldConnection,
  oldDefinition,
  oldDocument,
  oldSession,
  oldUser,
  oldWorkflow,
} from './support/old-rows.ts';

const KEY = '0123456789abcdef'.repeat(4);
const OWNER = 'user_1766300000001';
const HASH = '$2b$10$tqcTi91j/x.5zERd5lqGPOMVETIrA8n7KR3iP1vC/Dv3OcpEMQhAe';
const INPUT = { id: 'step1', type: 'input', data: { variables: [{ name: 'email', default: 'ann@x.io' }] } };

/** One workflow for every spelling of the contract that saved workflows use. */
const SPELLINGS: Record<string, { steps: unknown[]; output: Record<string, unknown> }> = {
  'variables under data': { steps: [INPUT], output: { input: { email: 'ann@x.io' } } },
  'variables under data.fields': {
    steps: [{ type: 'input', data: { fields: { variables: [{ name: 'email', default: 'b@x.io' }] } } }],
    output: { input: { email: 'b@x.io' } },
  },
  'variables of the step': {
    steps: [{ type: 'input', variables: [{ name: 'email', default: 'c@x.io' }] }],
    output: { input: { email: 'c@x.io' } },
  },
  rules: rulesUnder('rules', (rules) => ({ rules })),
  'rules under data': rulesUnder('data', (rules) => ({ data: { rules } })),
  'rules under data.fields': rulesUnder('fields', (rules) => ({ data: { fields: { rules } } })),
  'new document: data': inserting({ data: { title: 'a' } }),
  'new document: document': inserting({ document: { title: 'a' } }),
  'new document: doc': inserting({ doc: { title: 'a' } }),
  'new document: data in data, with markers': inserting({
    data: { data: { title: 'a' }, outputVar: 'x', label: 'y', pass: true },
  }),
  'new document: document in data': inserting({ data: { document: { title: 'a' }, output: 'newNote' } }),
  'selection: filter': finding({ filter: { title: 'a' } }),
  'selection: filters': finding({ filters: { title: 'a' } }),
  'selection: where': finding({ where: { title: 'a' } }),
  'selection: query': finding({ query: { title: 'a' } }),
  'selection: an empty filter beside filters': finding({ filter: {}, filters: { title: 'a' } }),
  'change: data': changing({ data: { title: 'b' } }),
  'change: update': changing({ update: { title: 'b' } }),
  'change: updates': changing({ updates: { title: 'b' } }),
  'change: data in data': changing({ data: { data: { title: 'b' } } }),
  'output name: output': {
    steps: [insert('a'), { type: 'dbFind', collection: 'notes', filters: {}, output: 'one' }],
    output: { one: { title: 'a' } },
  },
  'output name: outputVar': {
    steps: [insert('a'), { type: 'dbFind', collection: 'notes', filters: {}, outputVar: 'two' }],
    output: { two: { title: 'a' } },
  },
  'many: all': many({ type: 'dbFind', filters: {}, findType: 'all' }, { found: [{}, {}] }),
  'many: find': many({ type: 'dbFind', filters: {}, findType: 'find' }, { found: [{}, {}] }),
  'many: findMany': many({ type: 'dbFind', filters: {}, findType: 'findMany' }, { found: [{}, {}] }),
  'many: updateMany': many(
    { type: 'dbUpdate', filters: { title: 'a' }, update: { title: 'c' }, updateType: 'updateMany' },
    { updated: { modifiedCount: 2 } },
  ),
  'many: deleteMany': many(
    { type: 'dbDelete', filters: { title: 'a' }, deleteType: 'deleteMany' },
    { deleted: { deletedCount: 2 } },
  ),
};

function insert(title: string) {
  return { type: 'dbInsert', collection: 'notes', data: { title }, pass: true };
}
function rulesUnder(mark: string, put: (rules: unknown[]) => object) {
  const rules = [{ field: 'input.email', required: true, type: 'string' }];
  return {
    steps: [INPUT, { id: mark, type: 'inputValidation', ...put(rules) }],
    output: { validated: true },
  };
}
function inserting(config: object) {
  return {
    steps: [{ type: 'dbInsert', collection: 'notes', ...config }],
    output: { created: { title: 'a' } },
  };
}
function finding(config: object) {
  const steps = [insert('z'), insert('a'), { type: 'dbFind', collection: 'notes', ...config }];
  return { steps, output: { found: { title: 'a' } } };
}
function changing(config: object) {
  const change = { type: 'dbUpdate', collection: 'notes', filters: { title: 'a' }, ...config };
  return { steps: [insert('a'), change], output: { updated: { title: 'b' } } };
}
function many(step: object, output: Record<string, unknown>) {
  return { steps: [insert('a'), insert('a'), { ...step, collection: 'notes' }], output };
}

let folder: string;
let old: EmbeddedMongo;
let theirs: EmbeddedMongo;
/** Looks into both databases behind the server's back. */
let outside: Connection;
let db: mongo.Db;
let server: TestServer;
const account = oldUser('Ann@X.io', 'plain secret');
const hashed = oldUser('bob@x.io', HASH);
const short = oldUser('cleo@x.io', 'pw1');
const sessions = {
  live: oldSession(String(account._id), new Date('2099-01-01')),
  ended: oldSession(String(account._id), new Date('2025-01-01')),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestrix-old-'));
  const external = process.env.TEST_MONGODB_URI;
  [old, theirs] = await Promise.all([
    startEmbeddedMongo({ file: join(folder, 'old.sqlite') }),
    startEmbeddedMongo(),
  ]);
  const uri = external
    ? Object.assign(new URL(external), { pathname: `/test_${crypto.randomUUID().replaceAll('-', '')}` }).href
    : `mongodb://${old.host}:${old.port}/earlier?directConnection=true`;
  outside = await mongoose.createConnection(uri).asPromise();
  db = outside.db!;
  await createOldDefinitionIndex(db);
  const entries = Object.entries(SPELLINGS);
  await insertRows(
    db,
    'workflows',
    entries.map(([, { steps }], index) => oldWorkflow(`workflow_${index}`, OWNER, steps)),
  );
  await insertRows(
    db,
    'publishedapis',
    entries.map((_, index) => oldApi(`workflow_${index}`, OWNER, 'run')),
  );
  await insertRows(db, 'workflows', [
    oldWorkflow('workflow_default', 'default-owner', [
      INPUT,
      { type: 'response', body: { hi: '{{email}}' } },
    ]),
    oldWorkflow('workflow_account', String(account._id), [INPUT]),
    oldWorkflow('workflow_remote', 'remote-owner', [
      { type: 'dbInsert', collection: 'visits', data: { from: 'input.from' } },
    ]),
    { ...oldWorkflow('workflow_odd', String(account._id), 'not a list') },
  ]);
  await insertRows(db, 'publishedapis', [
    oldApi('workflow_default', 'default-owner', 'hello'),
    oldApi('workflow_remote', 'remote-owner', 'visit'),
    oldApi('workflow_odd', String(account._id), 'odd'),
    oldApi('workflow_gone', OWNER, 'gone'),
  ]);
  await insertRows(db, 'users', [account, hashed, short]);
  await insertRows(db, 'sessions', Object.values(sessions));
  await insertRows(db, 'collectiondefinitions', [oldDefinition('tasks')]);
  await insertRows(db, 'dynamicdatas', [
    oldDocument(String(account._id), 'tasks', { title: 'first', done: false }),
    oldDocument(String(account._id), 'tasks', { title: 'second', done: true }),
    oldDocument(String(account._id), 'tasks', 'a text, which no document is'),
    oldDocument('somebody else', 'tasks', { title: 'foreign' }),
  ]);
  const away = `mongodb://${theirs.host}:${theirs.port}/shop?directConnection=true`;
  await insertRows(db, 'userdbconnections', [
    oldConnection('remote-owner', `enc:${encryptedText(away, KEY)}`),
    oldConnection('unprefixed', encryptedText(away, KEY)),
    oldConnection('plain', away),
  ]);
  server = await startTestServer({ MONGODB_URI: uri });
});
afterAll(async () => {
  await server.close();
  await outside.destroy(true);
  await Promise.all([old.stop(), theirs.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const login = (email: string, password: string) =>
  server.request<{ token: string; user: { id: string; role: string } }>('POST /auth/login', {
    body: { email, password },
  });
const passwordOf = async (row: { _id?: unknown }) =>
  (await db.collection('users').findOne({ _id: row._id as never }))?.password as string;

describe('saved workflows', () => {
  test.each(Object.entries(SPELLINGS).map(([name, { output }], index) => ({ name, output, index })))(
    '$name: runs under its path, is saved again as it is, and runs again',
    async ({ output, index }) => {
      const workflowId = `workflow_${index}`;
      const row = await db.collection('workflows').findOne({ workflowId });
      const run = () => server.request(`POST /workflow/run/${workflowId}/run`, { body: {} });
      expect(await clearedNotes().then(run)).toMatchObject({ status: 200, body: { ok: true, output } });

      const body = { workflowId, ownerId: OWNER, steps: row?.steps, apiName: 'Run', inputVariables: [] };
      const saved = await server.request('POST /workflows/save', { body });
      expect(saved).toMatchObject({ status: 200, body: { apiPath: `/workflow/run/${workflowId}/run` } });
      expect(await db.collection('workflows').countDocuments({ workflowId })).toBe(1);
      const after = await db.collection('workflows').findOne({ workflowId });
      expect(after).toMatchObject({ _id: row?._id, steps: row?.steps, createdAt: row?.createdAt });
      expect(await clearedNotes().then(run)).toMatchObject({ status: 200, body: { ok: true, output } });
    },
  );

  test('changed steps are saved over them: all paths run the new ones, the former are kept', async () => {
    const steps = [{ type: 'response', body: { version: 'new' } }];
    const body = { workflowId: 'workflow_default', ownerId: 'default-owner', steps, apiName: 'Second' };
    expect((await server.request('POST /workflow/run/workflow_default/hello', { body: {} })).body).toEqual({
      hi: 'ann@x.io',
    });
    expect((await server.request('POST /workflows/save', { body })).status).toBe(200);
    for (const name of ['hello', 'second']) {
      const answer = await server.request(`POST /workflow/run/workflow_default/${name}`, { body: {} });
      expect(answer).toMatchObject({ status: 200, body: { version: 'new' } });
    }
    const kept = await db
      .collection('workflowversions')
      .findOne({ workflowId: 'workflow_default', version: 1 });
    expect(kept?.steps).toEqual([INPUT, { type: 'response', body: { hi: '{{email}}' } }]);
  });

  test('a path without its workflow, and steps that are no list, end in an answer', async () => {
    expect(await server.request('POST /workflow/run/workflow_gone/gone', { body: {} })).toMatchObject({
      status: 404,
      body: { error: 'Workflow not found' },
    });
    expect(await server.request('POST /workflow/run/workflow_odd/odd', { body: {} })).toMatchObject({
      status: 422,
      body: { ok: false, error: 'A step must be an object' },
    });
  });
});

async function clearedNotes(): Promise<void> {
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
    if (/^data_.*_notes$/.test(name)) await db.collection(name).deleteMany({});
}

describe('accounts', () => {
  test('a plain-text password: wrong ones are refused, the right one is hashed, and works again', async () => {
    expect((await login('ann@x.io', 'wrong secret')).status).toBe(401);
    expect(await passwordOf(account)).toBe('plain secret');
    const first = await login('Ann@X.io', 'plain secret');
    expect(first).toMatchObject({ status: 200, body: { user: { id: String(account._id), role: 'user' } } });
    const hash = await passwordOf(account);
    expect(hash).toMatch(/^\$2[aby]\$10\$/);
    expect((await login('ann@X.IO', 'plain secret')).status).toBe(200);
    expect(await passwordOf(account)).toBe(hash);
    expect((await login('ann@x.io', hash)).status).toBe(401);
    expect((await server.request('/auth/me', { token: first.body.token })).body).toMatchObject({
      user: { email: 'Ann@X.io' },
    });
  });

  test('a plain-text password that is shorter than new ones may be still logs in', async () => {
    expect((await login('cleo@x.io', 'pw1')).status).toBe(200);
    expect(await passwordOf(short)).toMatch(/^\$2/);
    expect((await login('cleo@x.io', 'pw1')).status).toBe(200);
  });

  test('an old hash stays as it is, and its address is taken in any spelling', async () => {
    expect(await passwordOf(hashed)).toBe(HASH);
    const body = { email: 'BOB@x.io', password: 'another secret' };
    expect((await server.request('POST /auth/register', { body })).status).toBe(409);
  });

  test('a token of the earlier backend, which has no session, is accepted; sessions are found until they end', async () => {
    const token = jwt.sign({ userId: String(hashed._id), email: 'bob@x.io' }, server.config.jwtSecret);
    expect(await server.request('/auth/me', { token })).toMatchObject({
      status: 200,
      body: { user: { id: String(hashed._id), role: 'user' } },
    });
    const { live, ended } = sessions;
    expect(await server.services.sessions.get(live.sessionId as string)).toMatchObject({ data: { seen: 1 } });
    expect(await server.services.sessions.get(ended.sessionId as string)).toBeNull();
  });

  test('workflows of an account are listed, a broken one among them, changed and run', async () => {
    const { token } = (await login('ann@x.io', 'plain secret')).body;
    const list = await server.request<{ workflows: { workflowId: string }[] }>('/workflows', { token });
    expect(list.status).toBe(200);
    expect(list.body.workflows.map(({ workflowId }) => workflowId).sort()).toEqual([
      'workflow_account',
      'workflow_odd',
    ]);
    const read = await server.request('/workflows/workflow_account', { token });
    expect(read.body).toMatchObject({ workflow: { version: 1, edges: [], steps: [INPUT] } });
    const changed = await server.request('PUT /workflows/workflow_account', {
      token,
      body: { name: 'Named', version: 1 },
    });
    expect(changed.body).toMatchObject({ workflow: { name: 'Named', version: 2, steps: [INPUT] } });
    const run = await server.request('POST /workflows/workflow_account/execute', { token, body: {} });
    expect(run.body).toMatchObject({ ok: true, output: { input: { email: 'ann@x.io' } } });
    const odd = await server.request('/workflows/workflow_odd', { token });
    expect(odd).toMatchObject({ status: 200, body: { workflow: { steps: ['not a list'] } } });
  });
});

describe('collections', () => {
  test('rows of dynamicdatas are read, filtered, changed and deleted by their owner, one that is broken apart', async () => {
    const { token } = (await login('ann@x.io', 'plain secret')).body;
    const collections = await server.request<{ collections: { name: string }[] }>('/collections', { token });
    expect(collections.body.collections.map(({ name }) => name)).toContain('tasks');
    const list = await server.request<{ data?: unknown[]; documents?: { _id: string; title: string }[] }>(
      '/collections/tasks/data',
      { token },
    );
    expect(list.status).toBe(200);
    expect(JSON.stringify(list.body)).toContain('first');
    expect(JSON.stringify(list.body)).toContain('second');
    expect(JSON.stringify(list.body)).not.toContain('foreign');
    const row = await db.collection('dynamicdatas').findOne({ 'data.title': 'first' });
    const path = `/collections/tasks/data/${String(row?._id)}`;
    expect((await server.request(`PUT ${path}`, { token, body: { title: 'changed' } })).status).toBe(200);
    expect(await db.collection('dynamicdatas').findOne({ _id: row!._id })).toMatchObject({
      ownerId: String(account._id),
      collectionName: 'tasks',
      data: { title: 'changed' },
    });
    expect((await server.request(`DELETE ${path}`, { token })).status).toBeLessThan(300);
    expect(await db.collection('dynamicdatas').countDocuments({ _id: row!._id })).toBe(0);
  });

  test('the old unique index is gone, so that two owners may define what an old row named', async () => {
    for (const { token } of [await server.register(), await server.register()]) {
      const body = { name: 'tasks', fields: [{ name: 'title', type: 'string' }] };
      expect((await server.request('POST /collections', { token, body })).status).toBe(201);
    }
    expect(await db.collection('collectiondefinitions').countDocuments({ ownerId: null as never })).toBe(1);
  });
});

describe('connected databases', () => {
  test.each(['remote-owner', 'unprefixed', 'plain'])('of %s are still connected', async (ownerId) => {
    const answer = await server.request(`/user/db/status?ownerId=${ownerId}`);
    expect(answer.body).toMatchObject({ connected: true, label: 'My Database' });
    const schemas = await server.request(`/user/db/schemas?ownerId=${ownerId}`);
    expect(schemas).toMatchObject({ status: 200, body: { ok: true } });
  });

  test('a published workflow of their owner runs there', async () => {
    const answer = await server.request('POST /workflow/run/workflow_remote/visit', {
      body: { from: 'old' },
    });
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    const there = await mongoose
      .createConnection(`mongodb://${theirs.host}:${theirs.port}/shop?directConnection=true`)
      .asPromise();
    expect(await there.collection('visits').countDocuments({ from: 'old' })).toBe(1);
    await there.destroy(true);
  });
});
