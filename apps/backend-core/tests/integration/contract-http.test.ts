/** @module Replays the contract's cases of kind `http` (but those about owners' databases) over real HTTP. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../../../contract/match.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Case {
  id: string;
  kind: string;
  name: string;
  parity: string;
  precondition?: string;
  request: { method: string; path: string; headers?: Record<string, string>; body?: unknown };
  expectResponse: { status: number; body?: unknown; bodySubset?: object };
  better?: { status?: number | number[]; body?: unknown; bodySubset?: object };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../contract/cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] };
const http = cases.filter(({ kind, request }) => kind === 'http' && !request.path.startsWith('/user/db'));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const STORED = {
  workflowId: 'workflow_1766300000000',
  ownerId: 'user_1766300000001',
  steps: [
    {
      id: 'step1',
      type: 'input',
      data: { variables: [{ name: 'email', type: 'string', default: 'ann@x.io' }] },
    },
  ],
  apiName: 'User Registration API',
  inputVariables: [{ name: 'email', type: 'string', default: 'ann@x.io' }],
};

async function prepare(precondition: string): Promise<void> {
  if (precondition.includes('orphan')) {
    const row = {
      path: '/workflow/run/orphan/api',
      workflowId: 'orphan',
      slug: 'api',
      name: 'api',
      ownerId: 'user_1',
    };
    await server.services.models.PublishedApi.create(row);
  } else if (/save|as above|stored/.test(precondition)) {
    expect((await server.request('POST /workflows/save', { body: STORED })).status).toBe(200);
  }
}

describe('http cases', () => {
  test.each(http.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    await prepare(one.precondition ?? '');
    const { method, headers } = one.request;
    const path = one.request.path.replace('<id>', 'none');
    const raw =
      typeof one.request.body === 'string' ? one.request.body.replace(/^@raw:/, '') : one.request.body;
    const answer = await server.request(`${method} ${path}`, { body: raw, ...(headers ? { headers } : {}) });
    const wanted = one.parity === 'match' ? one.expectResponse : { ...one.expectResponse, ...one.better };
    expect([wanted.status].flat()).toContain(answer.status);
    expect(answer.body).toBeTypeOf('object');
    if (answer.status >= 400) expect(answer.body.error).toBeTypeOf('string');
    const whole = one.parity === 'match' ? one.expectResponse.body : one.better?.body;
    if (whole !== undefined) expect(differences(answer.body, whole)).toEqual([]);
    const subset =
      one.better?.bodySubset ?? (one.parity === 'match' ? one.expectResponse.bodySubset : undefined);
    if (subset) expect(answer.body).toMatchObject(subset);
  });
});

describe('what the notes of the cases ask for', () => {
  const inputOf = async (executionId: unknown) => {
    const path = `/executions/${executionId}/logs`;
    type Item = { phase: string; data?: { values?: unknown } };
    await expect
      .poll(async () => (await server.request<Item[]>(path)).body.at(-1)?.phase)
      .toBe('execution_finished');
    return (await server.request<Item[]>(path)).body;
  };

  test('http-006, http-007: the input at top level wins, then vars.input, then defaults', async () => {
    const { steps } = STORED;
    const bodies = [
      { steps, input: { email: 'bob@x.io' } },
      { steps, vars: { input: { email: 'vars@x.io' } }, input: { email: 'top@x.io' } },
      { steps, vars: { input: { email: 'vars@x.io' } } },
      { steps },
    ];
    const seen: string[] = [];
    for (const body of bodies) {
      const answer = await server.request('POST /workflow/execute', { body });
      seen.push(JSON.stringify(await inputOf(answer.body.executionId)));
    }
    const wanted = ['bob@x.io', 'top@x.io', 'vars@x.io', 'ann@x.io'];
    wanted.forEach((email, index) => {
      expect(seen[index]).toContain(email);
    });
  });

  test('http-024: saving under another name keeps both addresses on the newest steps', async () => {
    const workflowId = 'workflow_1766300000024';
    const step = (n: number) => [{ type: 'response', body: n }];
    await server.request('POST /workflows/save', {
      body: { ...STORED, workflowId, apiName: 'First', steps: step(1) },
    });
    await server.request('POST /workflows/save', {
      body: { ...STORED, workflowId, apiName: 'Second', steps: step(2) },
    });
    expect((await server.request(`POST /workflow/run/${workflowId}/first`)).body).toBe(2);
    expect((await server.request(`POST /workflow/run/${workflowId}/second`)).body).toBe(2);
  });

  test('edges are optional when saving and running; saving without them takes them away', async () => {
    const workflowId = 'workflow_1766300000027';
    const steps = [
      { id: 'one', type: 'response', body: 1 },
      { id: 'two', type: 'response', body: 2 },
    ];
    const edges = [{ source: 'two', target: 'one' }];
    const drawn = { ...STORED, workflowId, apiName: 'Drawn', steps };
    const saved = await server.request('POST /workflows/save', { body: { ...drawn, edges } });
    expect(saved.status).toBe(200);
    expect(saved.body).not.toHaveProperty('edges');
    const run = () => server.request(`POST ${saved.body.apiPath}`);
    expect((await run()).body).toBe(2);
    await server.request('POST /workflows/save', { body: drawn });
    expect((await run()).body).toBe(1);

    const firstStep = async (body: object) => {
      const answer = await server.request('POST /workflow/execute', { body: { steps, ...body } });
      const path = `/executions/${answer.body.executionId}/logs`;
      await expect.poll(async () => (await server.request<unknown[]>(path)).body.length).toBeGreaterThan(2);
      const { body: items } = await server.request<{ stepId?: string }[]>(path);
      return items.find(({ stepId }) => stepId)?.stepId;
    };
    expect(await firstStep({ edges })).toBe('two');
    expect(await firstStep({})).toBe('one');
    for (const wrong of [5, 'x', {}, [1], [null]]) {
      const refused = await server.request('POST /workflows/save', { body: { ...drawn, edges: wrong } });
      expect(refused.status).toBe(400);
      const unrun = await server.request('POST /workflow/execute', { body: { steps, edges: wrong } });
      expect(unrun.status).toBe(400);
    }
  });

  test('http-023, http-025, http-026: nothing is written when a save is refused', async () => {
    const { Workflow, PublishedApi } = server.services.models;
    const workflowId = 'workflow_1766300000025';
    const mine = { ...STORED, workflowId };
    await server.request('POST /workflows/save', { body: mine });
    const before = JSON.stringify([
      await Workflow.find().sort('_id').lean(),
      await PublishedApi.find().sort('_id').lean(),
    ]);
    const refused = [
      { ...mine, ownerId: 'someone-else', steps: [] },
      { ...mine, apiName: 5, steps: [] },
      { ...mine, apiName: ' !! ', steps: [] },
      { ...mine, workflowId: { $gt: '' }, ownerId: { $gt: '' } },
      { ...mine, steps: [null] },
      { ...mine, workflowId: 'a/b' },
    ];
    for (const body of refused) {
      expect([400, 403, 409]).toContain((await server.request('POST /workflows/save', { body })).status);
    }
    const after = JSON.stringify([
      await Workflow.find().sort('_id').lean(),
      await PublishedApi.find().sort('_id').lean(),
    ]);
    expect(after).toBe(before);
  });

  test("an account's name is not for those without its token", async () => {
    const { userId, token } = await server.register();
    const body = { ...STORED, workflowId: 'workflow_1766300000099', ownerId: userId };
    expect((await server.request('POST /workflows/save', { body })).status).toBe(403);
    expect((await server.request('POST /workflows/save', { body, token })).status).toBe(200);
    const unnamed = { ...body, ownerId: undefined };
    expect((await server.request('POST /workflows/save', { body: unnamed, token })).status).toBe(200);
    expect(
      (await server.request('POST /workflows/save', { body: { ...body, ownerId: 'default-owner' }, token }))
        .status,
    ).toBe(403);
    expect((await server.request('/workflows', { token })).body).toMatchObject({
      workflows: [{ workflowId: body.workflowId }],
    });
  });
});

test('without anonymous access the web client has to log in', async () => {
  const closed = await startTestServer({ ANONYMOUS_ACCESS: 'false' });
  try {
    expect((await closed.request('POST /workflow/execute', { body: { steps: [] } })).status).toBe(401);
    expect((await closed.request('POST /workflows/save', { body: STORED })).status).toBe(401);
    expect((await closed.request('/executions/x/logs')).status).toBe(401);
  } finally {
    await closed.close();
  }
});
