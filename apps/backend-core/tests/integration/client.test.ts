/** @module `@orchestrix/client` against the running server: the whole job, from an account to a published API. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type AiProgress,
  createClient,
  type OrchestrixClient,
  OrchestrixClientError,
} from '@orchestrix/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const CLIENT = resolve(import.meta.dirname, '../../../../packages/client');
const PASSWORD = 'correct horse';

let server: TestServer;
let model: Server;
let client: OrchestrixClient;

beforeAll(async () => {
  model = createServer((request, response) => {
    const message = { role: 'assistant', content: JSON.stringify(GRAPH) };
    const choices = [{ index: 0, finish_reason: 'stop', message }];
    const body = JSON.stringify({ id: '1', object: 'chat.completion', created: 1, model: 'm', choices });
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  const { port } = model.address() as AddressInfo;
  server = await startTestServer({ GROQ_API_KEY: 'none', GROQ_BASE_URL: `http://127.0.0.1:${port}` });
});
beforeEach(async () => {
  client = createClient({ baseUrl: server.base });
  await client.auth.register({ email: newEmail(), password: PASSWORD, name: 'Ann' });
});
afterAll(async () => {
  await server.close();
  model.closeAllConnections();
  await new Promise((resolve) => model.close(resolve));
});

const newEmail = () => `user-${crypto.randomUUID()}@example.org`;

const GRAPH = {
  nodes: [
    { id: 'a', type: 'input', data: { label: 'User Input', fields: { variables: [{ name: 'name' }] } } },
    { id: 'b', type: 'dbFind', data: { label: 'Find Users', fields: { collection: 'users', filters: {} } } },
  ],
  edges: [{ id: 'e', source: 'a', target: 'b' }],
};

const GREET = [
  { type: 'input', variables: [{ name: 'name', required: true }] },
  { type: 'response', statusCode: 201, body: { hello: '{{ input.name }}' } },
];

async function failureOf(call: Promise<unknown>): Promise<OrchestrixClientError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OrchestrixClientError);
  return error as OrchestrixClientError;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('a login', () => {
  test('is kept, told to who wants to store it, taken up again, and over after the logout', async () => {
    const told: (string | undefined)[] = [];
    const first = createClient({ baseUrl: server.base, onToken: (token) => told.push(token) });
    const email = newEmail();
    const { token, user } = await first.auth.register({ email, password: PASSWORD });
    expect(await first.auth.me()).toEqual(user);
    const second = createClient({ baseUrl: server.base, token });
    expect((await second.auth.me()).email).toBe(email);
    await first.auth.logout();
    expect(told).toEqual([token, undefined]);
    expect(await failureOf(first.auth.me())).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    await second.auth.logout();
    expect(second.auth.token).toBeUndefined();
    expect((await first.auth.login({ email, password: PASSWORD })).user).toEqual(user);
    expect(await failureOf(second.auth.login({ email, password: 'wrong horse' }))).toMatchObject({
      status: 401,
      code: 'INVALID_CREDENTIALS',
      requestId: expect.any(String),
    });
  });
});

describe('a workflow', () => {
  test('is created, changed, published, called, run, taken back and deleted', async () => {
    const { workflow } = await client.workflows.create({ name: 'Greet', steps: GREET });
    const { workflowId } = workflow;
    const api = await client.workflows.publish(workflowId, { apiName: 'Say hello' });
    const { workflow: changed } = await client.workflows.update(workflowId, {
      version: workflow.version,
      steps: [{ type: 'response', body: 2 }],
    });
    expect(await failureOf(client.workflows.update(workflowId, { version: 1, name: 'Late' }))).toMatchObject({
      status: 409,
      code: 'VERSION_CONFLICT',
    });
    expect((await client.workflows.versions(workflowId)).map(({ version }) => version)).toEqual([2, 1]);
    expect((await client.workflows.version(workflowId, 1)).steps).toHaveLength(GREET.length);
    expect(await client.workflows.get(workflowId)).toMatchObject({ workflow: changed, apis: [api] });

    const answer = await client.call<{ hello: string }>(api.apiPath, { name: 'Zed' });
    expect(answer).toMatchObject({ status: 201, body: { hello: 'Zed' }, executionId: expect.any(String) });
    // A published API answers before the end of its run is stored.
    await expect
      .poll(() => client.executions.get(answer.executionId ?? ''))
      .toMatchObject({ trigger: 'published', apiPath: api.apiPath, status: 'success' });
    expect(await client.workflows.execute(workflowId, { name: 'Zed' })).toMatchObject({
      ok: true,
      response: { statusCode: 200, body: 2 },
    });

    await client.workflows.unpublish(workflowId, 'Say hello');
    expect(await failureOf(client.call(api.apiPath))).toMatchObject({
      status: 404,
      message: 'API not published',
    });
    await client.workflows.delete(workflowId);
    expect(await failureOf(client.workflows.get(workflowId))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  test('that cannot run is refused with what is wrong where', async () => {
    const refused = await failureOf(client.workflows.create({ steps: [{ type: 'teleport' }] }));
    expect(refused).toMatchObject({
      code: 'DEFINITION_INVALID',
      details: [expect.objectContaining({ severity: 'error', message: expect.stringContaining('teleport') })],
    });
  });

  test('that fails when called answers an error with its result', async () => {
    const { workflow } = await client.workflows.create({
      steps: [{ type: 'inputValidation', rules: [{ field: 'age', required: true }] }],
    });
    const { apiPath } = await client.workflows.publish(workflow.workflowId, { path: '/check/:what' });
    expect(await failureOf(client.call(apiPath.replace(':what', 'it'), {}))).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      details: { age: ['Field is required'] },
    });
    const full = await client.workflows.publish(workflow.workflowId, { apiName: 'check', errors: 'full' });
    expect(await failureOf(client.call(full.apiPath, {}))).toMatchObject({
      status: 422,
      message: 'Input validation failed',
      details: { ok: false, errorDetails: { age: ['Field is required'] } },
    });
  });

  test('is found in lists of many pages, each exactly once', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `Flow ${index}`);
    for (const name of names) await client.workflows.create({ name, steps: GREET });
    const list = client.workflows.list({ limit: 3 });
    expect((await all(list)).map(({ name }) => name)).toEqual(names.toReversed());
    expect((await all(list.pages())).map(({ items }) => items.length)).toEqual([3, 3, 1]);
    const first = await client.workflows.page({ limit: 2, q: 'Flow' });
    expect(first.items).toHaveLength(2);
    const second = await client.workflows.page({ limit: 5, q: 'Flow', cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ nextCursor: null, items: { length: 5 } });
  });
});

describe('an execution', () => {
  test('of steps without a workflow is waited for, or started, listed, read and cancelled', async () => {
    const headers = { authorization: 'Basic x' };
    expect(await client.run([{ type: 'authMiddleware' }], {}, { headers })).toMatchObject({
      ok: false,
      error: 'Missing or invalid Authorization header',
    });
    const { executionId } = await client.start([{ type: 'delay', seconds: 3600 }], { a: 1 });
    expect(await all(client.executions.list({ status: 'running' }))).toMatchObject([{ executionId }]);
    expect(await client.executions.cancel(executionId)).toMatchObject({
      status: 'cancelled',
      input: { a: 1 },
    });
    expect((await failureOf(client.executions.cancel(executionId))).code).toBe('CONFLICT');
    const items = await client.executions.logs(executionId);
    expect(items.at(-1)).toMatchObject({ phase: 'execution_failed' });
    expect(await client.executions.logs(executionId, { after: items.length - 1 })).toEqual(items.slice(-1));
  });

  test('of a stored workflow is started without waiting', async () => {
    const { workflow } = await client.workflows.create({ steps: GREET });
    const { executionId } = await client.workflows.start(workflow.workflowId, { name: 'Zed' });
    const events = await all(client.executions.follow(executionId));
    expect(events.at(-1)?.type).toBe('execution_completed');
    expect(await client.executions.get(executionId)).toMatchObject({ workflowId: workflow.workflowId });
  });
});

test('collections hold the documents that workflows write and read', async () => {
  const { id } = await client.collections.create({
    name: 'notes',
    fields: [{ name: 'n', type: 'number', required: true }],
  });
  const notes = client.collections.documents('notes');
  for (const n of [1, 2, 3, 4, 5]) await notes.insert({ n });
  await client.run([{ type: 'dbInsert', collection: 'notes', data: { n: 6 } }]);
  const found = await all(notes.list({ filter: { n: { $gte: 3 } }, sort: 'n', limit: 2 }));
  expect(found.map(({ n }) => n)).toEqual([3, 4, 5, 6]);
  const docId = String(found[0]?._id);
  expect(await notes.replace(docId, { n: 30 })).toMatchObject({ n: 30 });
  expect(await notes.get(docId)).toMatchObject({ n: 30 });
  await notes.delete(docId);
  expect((await failureOf(notes.get(docId))).status).toBe(404);
  expect((await failureOf(notes.insert({ n: 'many' }))).status).toBe(400);
  expect(await client.collections.update(id, { description: 'My notes' })).toMatchObject({ name: 'notes' });
  expect(await client.collections.list()).toEqual([await client.collections.get('notes')]);
  expect((await failureOf(client.collections.delete(id))).code).toBe('COLLECTION_NOT_EMPTY');
  await client.collections.delete(id, { documents: 'delete' });
  expect(await client.collections.list()).toEqual([]);
});

test('a graph is drafted, telling how far it is', async () => {
  const progress: AiProgress[] = [];
  const graph = await client.ai.generateGraph('Find users by name', {
    onProgress: (step) => progress.push(step),
  });
  expect(graph.nodes.map(({ type }) => type)).toEqual(['input', 'dbFind']);
  expect(progress.map(({ stage }) => stage)).toEqual(['asked', 'answered']);
  expect(await failureOf(client.ai.generateGraph(' '))).toMatchObject({ message: 'Prompt required' });
});

test('any route can be called with its types', async () => {
  expect(await client.request('GET /')).toMatchObject({ name: 'Orchestrix' });
  expect(await failureOf(client.request('GET /workflows', { query: { limit: 1000 } }))).toMatchObject({
    code: 'VALIDATION_ERROR',
    details: [{ path: 'query.limit' }],
  });
});

describe('the package', () => {
  test('has types that fit the schemas of this server, and notices when they do not', async () => {
    const script = join(CLIENT, 'scripts/generate-types.ts');
    expect(await run([script, '--check', `${server.base}/openapi.json`])).toMatchObject({ code: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'orchestrix-openapi-'));
    try {
      const { body } = await server.request<{ paths: Record<string, unknown> }>('/openapi.json');
      delete body.paths['/auth/me'];
      writeFileSync(join(folder, 'changed.json'), JSON.stringify(body));
      const { code, output } = await run([script, '--check', join(folder, 'changed.json')]);
      expect(code).toBe(1);
      expect(output).toContain('bun run generate');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('does what the first sample of its README shows', async () => {
    const readme = readFileSync(join(CLIENT, 'README.md'), 'utf8');
    const sample = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const { code, output } = await run(['-e', sample.replace('http://localhost:4000', server.base)]);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('Hello, Ann!');
    expect(output).toMatch(/1 execution_started.*\n.*execution_completed/s);
  });
});

async function run(words: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, words, { cwd: resolve(import.meta.dirname, '../..'), stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, output };
}
