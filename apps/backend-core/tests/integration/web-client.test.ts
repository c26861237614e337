/** @module What people of the existing web client get: graphs that are drawn, saved as its builder does, and called. */
import { sentSteps } from '@orchestrix/ai';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unshownReferences } from '../../../../contract/panels.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

type Graph = Parameters<typeof sentSteps>[0];

let server: TestServer;
let smtp: SMTPServer;
beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('refused') ? new Error('mailbox unavailable') : null),
    onData: (stream, _session, done) => void stream.resume().on('end', () => done()),
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as { port: number };
  server = await startTestServer({
    AI_PROVIDER: 'offline',
    AI_REQUESTS_PER_MINUTE: '1000',
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(port),
  });
});
afterAll(async () => {
  await server.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

async function generate(prompt: string): Promise<Graph> {
  const { status, body } = await server.request<Graph>('POST /workflow/generate', { body: { prompt } });
  expect(status).toBe(200);
  return body;
}

let number = 0;
/** Saves a graph as the builder does; what is returned calls it. */
async function save(graph: Graph) {
  number += 1;
  const body = {
    workflowId: `workflow_${number}`,
    ownerId: `user_${number}`,
    apiName: 'api',
    steps: sentSteps(graph),
    inputVariables: graph.nodes[0]?.data.fields.variables,
  };
  const saved = await server.request<{ apiPath: string }>('POST /workflows/save', { body });
  expect(saved.status).toBe(200);
  return (input: object) =>
    server.request<{ ok: boolean; errorDetails: unknown }>(`POST ${saved.body.apiPath}`, { body: { input } });
}

async function documents(collection: string): Promise<Record<string, unknown>[]> {
  const steps = [{ type: 'dbFind', collection, filters: {}, findType: 'many', output: 'all' }];
  const { body } = await server.request<{ executionId: string }>('POST /workflow/execute', {
    body: { steps },
  });
  const log = await logOf(body.executionId);
  return log.find(({ phase }) => phase === 'step_finished')?.data as Record<string, unknown>[];
}

interface Item {
  phase: string;
  title: string;
  message: string;
  data?: unknown;
  error?: string;
}

async function logOf(executionId: string): Promise<Item[]> {
  const read = async () => (await server.request<Item[]>(`/executions/${executionId}/logs`)).body;
  await expect.poll(async () => (await read()).at(-1)?.phase).toMatch(/^execution_/);
  return read();
}

describe('drawn guards', () => {
  test('refuse a second sign-up with the same address', async () => {
    const call = await save(await generate('Sign up users with name, email and password'));
    const eve = { name: 'Eve', email: 'eve@x.io', password: 'correct horse' };
    expect((await call(eve)).body.ok).toBe(true);
    expect(await call(eve)).toMatchObject({
      status: 422,
      body: { ok: false, errorDetails: { existing: ['This email is already registered'] } },
    });
    expect((await call({ ...eve, email: 'EVE@x.io' })).status).toBe(422);
    expect((await documents('users')).filter(({ email }) => email === 'eve@x.io')).toHaveLength(1);
  });

  test('refuse to change or delete what is not there', async () => {
    const create = await save(await generate('Create a task with title and status'));
    await create({ title: 'a', status: 'open' });
    const [task] = await documents('tasks');
    const update = await save(await generate("Update a task's status by id"));
    const remove = await save(await generate('Delete a task by id'));
    const unknown = 'a'.repeat(24);
    expect(await update({ id: unknown, status: 'done' })).toMatchObject({
      status: 422,
      body: { errorDetails: { existing: ['Task not found'] } },
    });
    expect((await update({ id: task?._id, status: 'done' })).body.ok).toBe(true);
    expect(await documents('tasks')).toMatchObject([{ title: 'a', status: 'done' }]);
    // What is left out of a change stays.
    const both = await save(await generate("Update a task's title and status by id"));
    expect((await both({ id: task?._id, title: 'b' })).body.ok).toBe(true);
    expect(await documents('tasks')).toMatchObject([{ title: 'b', status: 'done' }]);
    expect((await remove({ id: unknown })).status).toBe(422);
    expect(await documents('tasks')).toHaveLength(1);
    expect((await remove({ id: task?._id })).body.ok).toBe(true);
    expect(await documents('tasks')).toEqual([]);
  });

  test('refuse a wrong password', async () => {
    const call = await save(await generate('Log in a user with email and password'));
    const input = { email: 'eve@x.io', password: 'wrong' };
    expect(await call(input)).toMatchObject({ status: 422, body: { ok: false } });
    expect((await call({ ...input, password: 'correct horse' })).body.ok).toBe(true);
  });
});

test('all of the input is stored where it was asked for', async () => {
  const call = await save(await generate('Receive webhook events and save the payload to hooks'));
  expect((await call({ kind: 'ping', n: 1 })).body.ok).toBe(true);
  expect(JSON.stringify(await documents('hooks'))).toContain('ping');
});

describe('panels', () => {
  test.each([
    'Sign up users with name, email and password',
    'Store a contact message with name, email and message and mail it to info@example.org',
    'List products of a category',
    "Update a task's status by id",
    'Delete a note by id',
  ])('show what is chosen: %s', async (prompt) => {
    const graph = await generate(prompt);
    expect(unshownReferences(graph)).toEqual([]);
    expect(JSON.stringify(graph.nodes)).not.toMatch(/\{\{ | \}\}|input\./);
  });

  test('know collections that were just drafted', async () => {
    const { userId, token } = await server.register();
    const schemas = () =>
      server.request<{ schemas?: object }>(`/user/db/schemas?ownerId=${userId}`, { token });
    expect((await schemas()).body.schemas ?? {}).not.toHaveProperty('invoices');
    const body = { prompt: 'Create an invoice with number and total' };
    expect((await server.request('POST /workflow/generate', { token, body })).status).toBe(200);
    expect(await schemas()).toMatchObject({
      status: 200,
      body: { schemas: { invoices: ['number', 'total'] } },
    });
    // Nothing was stored for it, and others see nothing of it.
    expect((await server.request('/db/schemas', { token })).body).toMatchObject({ schemas: {} });
    const other = await server.register();
    const foreign = await server.request(`/user/db/schemas?ownerId=${other.userId}`, { token: other.token });
    expect(JSON.stringify(foreign.body)).not.toContain('invoices');
  });
});

test('settings that the builder does not send are said in labels, and not drafted', async () => {
  const { nodes } = await generate('List the newest ten orders');
  expect(nodes[1]).toMatchObject({
    data: { label: 'Find Orders (the visual builder does not send sort, limit)' },
  });
  expect(Object.keys(nodes[1]?.data.fields ?? {})).not.toEqual(expect.arrayContaining(['sort']));
});

test('what would do something else when it is sent is no graph', async () => {
  for (const prompt of ['List my orders', 'List products cheaper than a given price']) {
    const { status, body } = await server.request('POST /workflow/generate', { body: { prompt } });
    expect({ status, code: body.code }).toEqual({ status: 502, code: 'AI_NO_GRAPH' });
    expect(body.error).toContain('visual builder');
  }
});

test('a request that is not understood is no error in the log', async () => {
  const lines: { level: string; message: string; error?: unknown }[] = [];
  const { logger } = server.services;
  const original = logger.child;
  logger.child = (fields) => {
    const child = original(fields);
    const keep =
      (level: string): typeof child.info =>
      (message, more) =>
        void lines.push({ level, message, ...more });
    return { ...child, info: keep('info'), warn: keep('warn'), error: keep('error') };
  };
  try {
    const answer = await server.request('POST /workflow/generate', { body: { prompt: 'asdf qwer' } });
    expect(answer.status).toBe(502);
    expect(answer.body.error).toContain('What should the workflow do?');
    // The line of a request is written a moment after its answer is out.
    const told = () => lines.filter(({ message }) => message === 'POST /workflow/generate 502');
    await expect.poll(told).toMatchObject([{ level: 'info', code: 'AI_NO_GRAPH' }]);
  } finally {
    logger.child = original;
  }
  expect(lines.filter(({ level, error }) => level === 'error' || error !== undefined)).toEqual([]);
});

describe('saving', () => {
  const body = { workflowId: 'w_1', ownerId: 'user_1', apiName: 'a', steps: [{ type: 'input' }] };
  test.each<[string, object]>([
    ['Invalid workflow step format', { steps: [{ type: 'input' }, { collection: 'users' }] }],
    ['Invalid workflow step format', { steps: [{ type: ' ' }] }],
    ['Invalid workflow step format', { steps: [{ type: 7 }] }],
    ['Invalid workflow step format', { steps: ['input'] }],
    ['workflowId, ownerId, steps, apiName required', { steps: 'x' }],
    ['workflowId, ownerId, steps, apiName required', { steps: {} }],
    ['workflowId, ownerId, steps, apiName required', { steps: undefined }],
  ])('%s: %j', async (error, change) => {
    const answer = await server.request('POST /workflows/save', { body: { ...body, ...change } });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });
});

describe('the log', () => {
  const run = async (step: object, input: object = {}) => {
    const body = { steps: [step], vars: { input } };
    const { body: started } = await server.request<{ executionId: string }>('POST /workflow/execute', {
      body,
    });
    return logOf(started.executionId);
  };

  test('says how a mail is prepared, resolved and delivered', async () => {
    const body = `Hello {{ input.name }}, ${'x'.repeat(500)}`;
    const step = { type: 'emailSend', to: 'input.email', subject: 'For {{ input.name }}', body };
    const items = await run(step, { email: 'ann@x.io', name: 'Ann' });
    expect(items.map(({ title }) => title)).toEqual([
      'Step 1 of 1 started',
      'Preparing email',
      'Resolving email fields',
      'Email fields resolved',
      'Validating email',
      'Sending email',
      'Email delivered',
      'Step 1 of 1 completed',
      'Workflow execution completed',
    ]);
    const { bodyPreview, ...resolved } = items[3]!.data as { bodyPreview: string };
    expect(resolved).toEqual({ to: 'ann@x.io', subject: 'For Ann' });
    expect(bodyPreview).toMatch(/^Hello Ann, x{100}/);
    expect(bodyPreview.length).toBeLessThan(body.length);
  });

  test('says which mail was refused', async () => {
    const step = { type: 'emailSend', to: '{{ input.email }}', subject: 'Hi', body: 'b' };
    const items = await run(step, { email: 'refused@x.io' });
    expect(items.find(({ phase }) => phase === 'error')).toMatchObject({
      data: { to: 'refused@x.io', subject: 'Hi' },
      error: expect.stringContaining('mailbox unavailable'),
    });
  });

  test.each(['dbFind', 'dbInsert', 'dbUpdate', 'dbDelete'])('asks for a collection: %s', async (type) => {
    const items = await run({ type, collection: '', filter: { a: '1' }, data: { a: '1' } });
    expect(items.at(-1)?.error).toBe(`Error: ${type}: choose a collection`);
    expect(items[0]?.message).not.toContain('""');
  });
});
