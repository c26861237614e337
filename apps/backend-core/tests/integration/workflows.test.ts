/** @module Stored workflows over HTTP: checked, versioned, owned, paged, published. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer();
  ({ token } = await server.register());
});
afterAll(() => server.close());

const steps = [{ id: 'a', type: 'response', body: { version: 1 } }];
const withBody = (body: unknown) => [{ id: 'a', type: 'response', body }];

describe('storing', () => {
  test('gives back what was stored, with an id and version 1', async () => {
    const { status, body } = await server.request('POST /workflows', { token, body: { name: 'One', steps } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ workflow: { name: 'One', version: 1, steps, edges: [] }, diagnostics: [] });
    const { workflowId } = body.workflow as { workflowId: string };
    const read = await server.request(`/workflows/${workflowId}`, { token });
    expect(read.body).toMatchObject({ workflow: body.workflow as object, apis: [] });
  });

  test('refuses a definition that does not compile, with its diagnostics', async () => {
    const body = { steps: [{ id: 'x', type: 'dbFnd', collection: 'users' }] };
    const answer = await server.request('POST /workflows', { token, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      code: 'DEFINITION_INVALID',
      details: [
        {
          code: 'STEP_TYPE_UNKNOWN',
          stepId: 'x',
          path: 'steps.0.type',
          got: 'dbFnd',
          suggestion: 'Did you mean "dbFind"?',
        },
      ],
    });
  });

  test('refuses an id that is taken', async () => {
    const body = { workflowId: 'taken', steps };
    expect((await server.request('POST /workflows', { token, body })).status).toBe(201);
    expect((await server.request('POST /workflows', { token, body })).status).toBe(409);
  });

  test('needs a login', async () => {
    expect((await server.request('POST /workflows', { body: { steps } })).status).toBe(401);
    expect((await server.request('/workflows')).status).toBe(401);
  });
});

describe('changing', () => {
  test('counts versions, keeps the former ones, and refuses an outdated one', async () => {
    await server.request('POST /workflows', { token, body: { workflowId: 'v', steps: withBody(1) } });
    const changed = await server.request('PUT /workflows/v', {
      token,
      body: { version: 1, steps: withBody(2) },
    });
    expect(changed.body).toMatchObject({ workflow: { version: 2 } });
    const outdated = await server.request('PUT /workflows/v', {
      token,
      body: { version: 1, steps: withBody(3) },
    });
    expect(outdated.status).toBe(409);
    expect(outdated.body).toMatchObject({ code: 'VERSION_CONFLICT', details: { version: 2 } });
    const { body } = await server.request('/workflows/v/versions', { token });
    expect((body.versions as { version: number }[]).map(({ version }) => version)).toEqual([2, 1]);
    const first = await server.request('/workflows/v/versions/1', { token });
    expect(first.body).toMatchObject({ workflow: { version: 1, steps: withBody(1) } });
  });

  test('refuses a change that does not compile and leaves the workflow as it was', async () => {
    await server.request('POST /workflows', { token, body: { workflowId: 'same', steps } });
    const edges = [{ source: 'a', target: 'nowhere' }];
    expect((await server.request('PUT /workflows/same', { token, body: { edges } })).status).toBe(400);
    expect((await server.request('/workflows/same', { token })).body).toMatchObject({
      workflow: { version: 1, edges: [] },
    });
  });

  test('deletes', async () => {
    await server.request('POST /workflows', { token, body: { workflowId: 'gone', steps } });
    expect((await server.request('DELETE /workflows/gone', { token })).body).toEqual({ ok: true });
    expect((await server.request('/workflows/gone', { token })).status).toBe(404);
    expect((await server.request('DELETE /workflows/gone', { token })).status).toBe(404);
  });
});

describe('owners', () => {
  test("cannot see, change, run or delete each other's workflows", async () => {
    await server.request('POST /workflows', { token, body: { workflowId: 'mine', steps } });
    const other = await server.register();
    const asOther = { token: other.token };
    expect((await server.request('/workflows/mine', asOther)).status).toBe(404);
    expect(
      (await server.request('PUT /workflows/mine', { ...asOther, body: { name: 'stolen' } })).status,
    ).toBe(404);
    expect((await server.request('DELETE /workflows/mine', asOther)).status).toBe(404);
    expect((await server.request('POST /workflows/mine/execute', { ...asOther, body: {} })).status).toBe(404);
    expect(
      (await server.request('POST /workflows/mine/publish', { ...asOther, body: { apiName: 'x' } })).status,
    ).toBe(404);
    expect((await server.request('/workflows', asOther)).body).toEqual({ workflows: [], nextCursor: null });
  });
});

describe('listing', () => {
  test('pages newest first, finds by name, and refuses a cursor that is none', async () => {
    const lister = await server.register();
    for (let i = 0; i < 5; i++) {
      await server.request('POST /workflows', { token: lister.token, body: { name: `Flow ${i}`, steps } });
    }
    const names: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 3; pages++) {
      const { body } = await server.request(`/workflows?limit=2${cursor}`, { token: lister.token });
      names.push(...(body.workflows as { name: string }[]).map(({ name }) => name));
      cursor = `&cursor=${body.nextCursor}`;
      if (pages === 2) expect(body.nextCursor).toBeNull();
    }
    expect(names).toEqual(['Flow 4', 'Flow 3', 'Flow 2', 'Flow 1', 'Flow 0']);
    const found = await server.request('/workflows?q=flow%203', { token: lister.token });
    expect(found.body.workflows).toHaveLength(1);
    expect((await server.request('/workflows?cursor=nonsense', { token: lister.token })).status).toBe(400);
  });
});
