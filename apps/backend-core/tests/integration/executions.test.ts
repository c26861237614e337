/** @module Executions over HTTP: results, records, logs, cancelling, secrets. */

import { readChannel } from '@orchestrix/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkflowServices } from '../../src/services/workflow-services.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer();
  ({ token } = await server.register());
});
afterAll(() => server.close());

const run = (steps: unknown[], input: unknown = {}, more: object = {}) =>
  server.request('POST /workflows/run', { token, body: { steps, input, ...more } });

const signUp = [
  { type: 'input', variables: [{ name: 'email' }, { name: 'password' }] },
  { type: 'dbInsert', collection: 'users', data: { email: '{{ email }}', password: '{{ password }}' } },
  { type: 'userLogin', email: '{{ email }}', password: '{{ password }}' },
  { type: 'jwtGenerate', payload: { userId: '{{ loginResult.userId }}' } },
];

describe('running', () => {
  test('answers 200 with the result and the execution, also when the run failed', async () => {
    const good = await run([{ type: 'response', body: 1 }]);
    expect(good.status).toBe(200);
    expect(good.body).toMatchObject({ ok: true, stepsExecuted: 1, executionId: expect.any(String) });
    const bad = await run([{ type: 'teleport', name: 'Beam up' }]);
    expect(bad.status).toBe(200);
    expect(bad.body).toMatchObject({
      ok: false,
      failedStep: 0,
      failedStepName: 'Beam up',
      error: 'Unknown step type: "teleport"',
    });
  });

  test('works on real documents of the owner, in the order of the edges', async () => {
    const answer = await run(
      [
        { id: 'find', type: 'dbFind', collection: 'notes', filter: { _id: '{{ created._id }}' } },
        { id: 'make', type: 'dbInsert', collection: 'notes', data: { n: '{{ input.n }}' } },
      ],
      { n: 7 },
      { edges: [{ source: 'make', target: 'find' }] },
    );
    expect(answer.body).toMatchObject({ ok: true, output: { found: { n: 7, __v: 0 } } });
  });

  test('two owners never meet in a collection', async () => {
    const other = await server.register();
    await run([{ type: 'dbInsert', collection: 'private', data: { a: 1 } }]);
    const answer = await server.request('POST /workflows/run', {
      token: other.token,
      body: { steps: [{ type: 'dbFind', collection: 'private', findType: 'many', output: 'all' }] },
    });
    expect(answer.body).toMatchObject({ ok: true, output: { all: [] } });
  });

  test('with ?async=true answers 202 at once and goes on', async () => {
    const started = await server.request('POST /workflows/run?async=true', {
      token,
      body: { steps: [{ type: 'delay', seconds: 0.1 }] },
    });
    expect(started.status).toBe(202);
    const { executionId } = started.body as { executionId: string };
    await expect
      .poll(async () => (await server.request(`/executions/${executionId}`, { token })).body)
      .toMatchObject({ execution: { status: 'success' } });
  });

  test('passes the given headers instead of the own ones', async () => {
    const answer = await run([{ type: 'authMiddleware' }], {}, { headers: { authorization: 'Basic x' } });
    expect(answer.body).toMatchObject({ ok: false, error: 'Missing or invalid Authorization header' });
  });
});

describe('records', () => {
  test('are listed newest first by workflow and status, and read whole', async () => {
    await server.request('POST /workflows', {
      token,
      body: { workflowId: 'recorded', steps: [{ type: 'response', body: 1 }] },
    });
    const { body } = await server.request('POST /workflows/recorded/execute', {
      token,
      body: { input: { a: 1 } },
    });
    const list = await server.request('/executions?workflowId=recorded&status=success', { token });
    expect(list.body).toMatchObject({
      executions: [{ executionId: body.executionId, version: 1, trigger: 'manual' }],
    });
    const one = await server.request(`/executions/${body.executionId}`, { token });
    expect(one.body).toMatchObject({
      execution: { input: { a: 1 }, result: { ok: true }, status: 'success' },
    });
    const other = await server.register();
    expect((await server.request(`/executions/${body.executionId}`, other)).status).toBe(404);
  });

  test('never hold a password, a hash or a token, nor do logs and results', async () => {
    const password = `secret-${crypto.randomUUID()}`;
    const { body } = await run(signUp, { email: 'a@b.co', password });
    expect(body).toMatchObject({ ok: true, output: { loginResult: { ok: true } } });
    const record = await server.request(`/executions/${body.executionId}`, { token });
    const logs = await server.request(`/executions/${body.executionId}/logs`, { token });
    const kept = JSON.stringify([record.body, logs.body]);
    expect(kept).not.toContain(password);
    expect(kept).not.toMatch(/\$2[aby]\$/);
    expect(kept).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(JSON.stringify(body)).not.toContain(password);
    expect(JSON.stringify(body)).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});

describe('cancelling', () => {
  test('ends a running execution and is refused for one that is over', async () => {
    const { body } = await server.request('POST /workflows/run?async=true', {
      token,
      body: { steps: [{ type: 'delay', seconds: 3600 }] },
    });
    const cancelled = await server.request(`POST /executions/${body.executionId}/cancel`, { token });
    expect(cancelled.body).toMatchObject({ execution: { status: 'cancelled' } });
    expect((await server.request(`POST /executions/${body.executionId}/cancel`, { token })).status).toBe(409);
    const other = await server.register();
    expect(
      (await server.request(`POST /executions/${body.executionId}/cancel`, { token: other.token })).status,
    ).toBe(404);
  });
});

describe('logs', () => {
  test('are JSON, ascending and gapless, and empty for an unknown execution', async () => {
    const { body } = await run([{ type: 'input', variables: [] }, { type: 'teleport' }]);
    const { body: items } = await server.request<Record<string, unknown>[]>(
      `/executions/${body.executionId}/logs`,
      { token },
    );
    expect(items.map(({ phase }) => phase).filter((phase) => phase !== 'info' && phase !== 'data')).toEqual([
      'step_started',
      'step_finished',
      'step_started',
      'error',
      'execution_failed',
    ]);
    expect(items.map(({ position }) => position)).toEqual(items.map((_, index) => index + 1));
    expect(items.at(-1)).toMatchObject({
      title: 'Workflow execution failed',
      failedStep: 1,
      error: 'Error: Unknown step type: "teleport"',
    });
    expect((await server.request('/executions/none/logs', { token })).body).toEqual([]);
  });

  test('tell why a step failed by its code, in every form', async () => {
    const { body } = await run([{ type: 'dbFind', collection: 'users', filter: { a: '{{ input.a }}' } }]);
    const path = `/executions/${body.executionId}`;
    const { body: events } = await server.request<Record<string, unknown>[]>(`${path}/events`, { token });
    expect(events.find(({ type }) => type === 'step_failed')).toMatchObject({
      errorCode: 'REFERENCE_WITHOUT_VALUE',
      path: 'step1',
    });
    expect(events.at(-1)).toMatchObject({ type: 'execution_failed', errorCode: 'REFERENCE_WITHOUT_VALUE' });
    const { body: rows } = await server.request<Record<string, unknown>[]>(`${path}/logs`, { token });
    expect(rows.filter(({ errorCode }) => errorCode === 'REFERENCE_WITHOUT_VALUE')).toHaveLength(2);
  });

  test('are events without gaps, also after one, and empty for an unknown execution', async () => {
    const { body } = await run([
      { type: 'input', variables: [] },
      { type: 'response', body: 1 },
    ]);
    const path = `/executions/${body.executionId}/events`;
    const { body: events } = await server.request<{ position: number }[]>(path, { token });
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
    expect((await server.request(`${path}?after=3`, { token })).body).toEqual(events.slice(3));
    expect((await server.request('/executions/none/events', { token })).body).toEqual([]);
    const other = await server.register();
    expect((await server.request(path, { token: other.token })).body).toEqual([]);
  });

  test('of a former version, stored as rows, are shown as rows and as events', async () => {
    const { body: me } = await server.request<{ user: { id: string } }>('/auth/me', { token });
    const executionId = crypto.randomUUID();
    const { executions, executionLogs } = server.services.repositories;
    await executions.create(me.user.id, { executionId, trigger: 'run' });
    await executions.finish(me.user.id, executionId, { status: 'failed' });
    const step = { executionId, stepId: 's1', stepIndex: 0, stepType: 'dbFind', stepName: 'dbFind_0' };
    const former = [
      { ...step, position: 1, type: 'step_start', phase: 'step_started', title: 'Step 1 of 1 started' },
      { ...step, position: 2, phase: 'data', title: 'Query filters resolved', data: { name: 'Ann' } },
      {
        ...step,
        position: 3,
        type: 'step_error',
        phase: 'error',
        title: 'Step 1 failed',
        error: 'Error: no luck',
      },
      {
        executionId,
        position: 4,
        type: 'workflow_complete',
        phase: 'execution_failed',
        title: 'Workflow execution failed',
        error: 'Error: no luck',
        failedStep: 0,
        totalSteps: 1,
      },
    ].map((item) => ({ message: 'm', timestamp: 1_000, ...item }));
    await executionLogs.append(
      me.user.id,
      executionId,
      former.map((item) => ({ position: item.position, item })),
    );
    const path = `/executions/${executionId}`;
    const { body: rows } = await server.request(`${path}/logs`, { token });
    expect(rows).toMatchObject(
      former.map(({ position, phase, ...item }) => ({
        position,
        phase,
        ...('error' in item ? { error: item.error } : {}),
      })),
    );
    expect((await server.request(`${path}/events`, { token })).body).toMatchObject([
      { type: 'step_started' },
      { type: 'note', data: { name: 'Ann' } },
      { type: 'step_failed', error: 'no luck' },
      { type: 'execution_failed', error: 'no luck' },
    ]);
  });

  test('are followed as server-sent events from any entry on', async () => {
    const { body } = await server.request('POST /workflows/run?async=true', {
      token,
      body: {
        steps: [
          { type: 'input', variables: [] },
          { type: 'delay', seconds: 0.3 },
        ],
      },
    });
    const all = await events(`/executions/${body.executionId}/logs`, {});
    expect(all.length).toBeGreaterThan(5);
    expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
    const rest = await events(`/executions/${body.executionId}/logs`, { 'last-event-id': '3' });
    expect(rest.map(({ position }) => position)).toEqual(all.map(({ position }) => position).slice(3));
  });

  test("of somebody else's execution look like those of an unknown one", async () => {
    const { body } = await run([{ type: 'response', body: 1 }]);
    const other = await server.register();
    expect(
      (await server.request(`/executions/${body.executionId}/logs`, { token: other.token })).body,
    ).toEqual([]);
  });
});

async function events(path: string, headers: Record<string, string>): Promise<{ position: number }[]> {
  const answer = await fetch(server.base + path, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
  });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  return [...(await answer.text()).matchAll(/^event: log\ndata: (.*)$/gm)].map(([, data]) =>
    JSON.parse(data!),
  );
}

describe('what a small request can make the server keep', () => {
  test('is bounded for a log: values that no longer fit are left out, what happened is not', async () => {
    const steps = Array.from({ length: 120 }, () => ({ type: 'input', variables: [{ name: 'text' }] }));
    const { body } = await server.request('POST /workflows/run?async=true', {
      token,
      body: { steps, input: { text: 'x'.repeat(900_000) } },
    });
    const path = `/executions/${body.executionId}`;
    await expect
      .poll(async () => (await server.request(path, { token })).body, { timeout: 20_000 })
      .toMatchObject({ execution: { status: 'success' } });
    const stored = await server.services.repositories.executionLogs.list(
      (await server.request<{ user: { id: string } }>('/auth/me', { token })).body.user.id,
      body.executionId as string,
    );
    expect(JSON.stringify(stored).length).toBeLessThan(34 * 1024 * 1024);
    const items = stored.map(({ item }) => item as { type?: string; output?: unknown; data?: unknown });
    const finished = items.filter(({ type }) => type === 'step_completed');
    expect(finished).toHaveLength(120);
    expect(JSON.stringify(finished[0]?.output)).toContain('xxx');
    expect(finished.at(-1)?.output).toBe('[too large for the log]');
    expect(items.at(-1)).toMatchObject({
      type: 'execution_completed',
      stepsExecuted: 120,
      output: '[too large for the log]',
    });
  }, 30_000);

  test('is bounded for drawings: as many steps as anywhere else', async () => {
    const body = { ownerId: 'default-owner', steps: Array.from({ length: 10_001 }, () => ({})) };
    const saved = { ...body, workflowId: 'many', apiName: 'many' };
    const answers = [
      await server.request('POST /workflow/execute', { body }),
      await server.request('POST /workflows/save', { body: saved }),
    ];
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
  });
});

test('a secret of the input is in no record, also where it stands under another name', async () => {
  const input = { password: 'tr0ub4dor&3', note: 'it is tr0ub4dor&3', list: ['tr0ub4dor&3'] };
  const { body } = await run([{ type: 'response', body: 1 }], input);
  const { text } = await read(`/executions/${body.executionId}`);
  expect(text).toContain('it is [redacted]');
  expect(text).not.toContain('tr0ub4dor');
});

test('executions of a process that dies are interrupted, and their viewers see an end', async () => {
  const { executions } = server.services.repositories;
  const { logger, repositories } = server.services;
  let beating: ReturnType<typeof setInterval> | undefined;
  const other = createWorkflowServices({
    repositories,
    portsOf: () => ({}),
    keepMs: 60_000,
    logger,
    timeoutMs: 60_000,
    limits: server.config.limits,
    beatMs: 20,
    silentMs: 400,
  });
  try {
    const ids = { long: crypto.randomUUID(), fresh: crypto.randomUUID() };
    const start = { trigger: 'run', instanceId: 'dead', expiresAt: new Date(Date.now() + 60_000) } as const;
    // Its clock is an hour ahead; times are the database's.
    const ahead = new Date(Date.now() + 3_600_000);
    await executions.create('somebody', { ...start, executionId: ids.long, startedAt: ahead });
    await executions.create('somebody', { ...start, instanceId: 'alive', executionId: ids.fresh });
    const beat = () => executions.heartbeat('alive', [ids.fresh]).catch(() => undefined);
    beating = setInterval(() => void beat(), 50);
    const watch = async () => {
      const items = [];
      for await (const events of other.logs.follow({ owners: ['somebody'] }, ids.long)) items.push(...events);
      return items;
    };
    const watching = watch();
    await expect
      .poll(async () => (await executions.get('somebody', ids.long))?.status, { timeout: 10_000 })
      .toBe('interrupted');
    expect((await executions.get('somebody', ids.fresh))?.status).toBe('running');
    expect((await watching).at(-1)).toMatchObject({
      type: 'execution_failed',
      errorCode: 'INTERRUPTED',
      interim: true,
      position: 1,
    });
    // The process was only paused: what it says is what happened.
    const item = { ...(await watching).at(-1)!, interim: undefined, type: 'execution_completed' };
    await repositories.executionLogs.append('somebody', ids.long, [{ position: 1, item }]);
    await executions.finish('somebody', ids.long, { status: 'success' });
    expect((await executions.get('somebody', ids.long))?.status).toBe('success');
    expect(await readChannel(other.logs, { owners: ['somebody'] }, ids.long)).toMatchObject([
      { type: 'execution_completed' },
    ]);
  } finally {
    clearInterval(beating);
    await other.close(0);
  }
});

async function read(path: string): Promise<{ text: string }> {
  return { text: JSON.stringify((await server.request(path, { token })).body) };
}
