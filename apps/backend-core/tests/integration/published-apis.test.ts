/** @module Published APIs over HTTP: the published version, exact answers, time limits, methods. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer({ API_TIMEOUT_MS: '400' });
  ({ token } = await server.register());
});
afterAll(() => server.close());

async function publish(
  workflowId: string,
  steps: unknown[],
  options: Record<string, unknown> = {},
): Promise<string> {
  const stored = await server.request('POST /workflows', { token, body: { workflowId, steps } });
  expect(stored.status).toBe(201);
  const answer = await server.request(`POST /workflows/${workflowId}/publish`, {
    token,
    body: { apiName: 'Do It', ...options },
  });
  expect(answer.status).toBe(200);
  return answer.body.apiPath as string;
}

describe('answers', () => {
  test('are exactly those of a response step', async () => {
    const path = await publish('exact', [
      {
        type: 'response',
        statusCode: 418,
        headers: { 'X-App-Kind': 'tea', 'Cache-Control': 'no-store' },
        body: { tea: '{{ input.kind }}', token: '{{ input.token }}' },
      },
    ]);
    expect(path).toBe('/workflow/run/exact/do-it');
    const answer = await server.request(`POST ${path}`, { body: { kind: 'green', token: 'for the caller' } });
    expect(answer.status).toBe(418);
    expect(answer.body).toEqual({ tea: 'green', token: 'for the caller' });
    expect(answer.headers.get('x-app-kind')).toBe('tea');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-execution-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('behind an authMiddleware step are for tokens of workflows and for the owner, not for anybody who registers', async () => {
    const path = await publish('guarded', [{ type: 'authMiddleware' }, { type: 'response', body: 'inside' }]);
    const call = (bearer: string) =>
      server.request(`POST ${path}`, { body: {}, headers: { authorization: `Bearer ${bearer}` } });
    // Anybody can register here; that opens no workflow of somebody else.
    const stranger = await call((await server.register()).token);
    expect(stranger.status).toBe(401);
    expect(stranger.body).toMatchObject({ code: 'UNAUTHORIZED', executionId: expect.any(String) });
    expect(await call(token)).toMatchObject({ status: 200, body: 'inside' });
    const issuer = await publish('issuer', [
      { type: 'jwtGenerate', payload: { userId: 'u1' }, output: 'made' },
      { type: 'response', body: { made: '{{ made }}' } },
    ]);
    const { made } = (await server.request<{ made: string }>(`POST ${issuer}`, { body: {} })).body;
    expect(await call(made)).toMatchObject({ status: 200, body: 'inside' });
  });

  test('are the result without one: 200, or 422 when the run failed', async () => {
    const path = await publish(
      'plain',
      [{ type: 'inputValidation', rules: [{ field: 'input.email', required: true }] }],
      { errors: 'full' },
    );
    const good = await server.request(`POST ${path}`, { body: { input: { email: 'a@b.c' } } });
    expect(good.status).toBe(200);
    expect(good.body).toMatchObject({ ok: true, output: { input: { email: 'a@b.c' }, validated: true } });
    const bad = await server.request(`POST ${path}`);
    expect(bad.status).toBe(422);
    expect(bad.body).toMatchObject({
      ok: false,
      failedStep: 0,
      errorDetails: { 'input.email': ['Field is required'] },
    });
  });

  test('come also when a run fails before its first step', async () => {
    const path = await publish('none', [{ type: 'input', variables: [{ name: 'a' }] }], { errors: 'full' });
    const deep = JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as unknown;
    const answer = await server.request(`POST ${path}`, { body: { deep } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ ok: false, failedStep: -1, error: expect.any(String) });
  });

  test('that are pages get an origin of their own', async () => {
    const path = await publish(
      'page',
      [{ type: 'response', headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<h1>Hi</h1>' }],
      { method: 'GET' },
    );
    const answer = await server.request<string>(path);
    expect(answer.body).toBe('<h1>Hi</h1>');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  test('that take too long are 504 with the execution, which is cancelled', async () => {
    const path = await publish('slow', [
      { type: 'delay', seconds: 60 },
      { type: 'response', body: {} },
    ]);
    const answer = await server.request(`POST ${path}`, { body: {} });
    expect(answer.status).toBe(504);
    const { executionId } = answer.body as { executionId: string };
    await expect
      .poll(async () => (await server.request(`/executions/${executionId}`, { token })).body)
      .toMatchObject({ execution: { status: 'failed', trigger: 'published', apiPath: path } });
  });

  test('come at once from an asynchronous API, whose run goes on', async () => {
    const path = await publish(
      'later',
      [
        { type: 'delay', seconds: 0.6 },
        { type: 'response', body: {} },
      ],
      { mode: 'async' },
    );
    const answer = await server.request(`POST ${path}`, { body: {} });
    expect(answer.status).toBe(202);
    const { executionId } = answer.body as { executionId: string };
    await expect
      .poll(async () => (await server.request(`/executions/${executionId}`, { token })).body, {
        timeout: 5_000,
      })
      .toMatchObject({ execution: { status: 'success' } });
  });
});

describe('a path', () => {
  test('runs the version that was published, until it is published again', async () => {
    const path = await publish('pinned', [{ type: 'response', body: 1 }]);
    await server.request('PUT /workflows/pinned', {
      token,
      body: { steps: [{ type: 'response', body: 2 }] },
    });
    expect((await server.request(`POST ${path}`)).body).toBe(1);
    await server.request('POST /workflows/pinned/publish', { token, body: { apiName: 'do it' } });
    expect((await server.request(`POST ${path}`)).body).toBe(2);
  });

  test('answers only the method it was published for', async () => {
    const path = await publish('get', [{ type: 'response', body: { q: '{{ input.q }}' } }], {
      method: 'GET',
    });
    expect((await server.request(`${path}?q=tea`)).body).toEqual({ q: 'tea' });
    const wrong = await server.request(`POST ${path}`, { body: {} });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET');
  });

  test('can be taken back, and says what is missing', async () => {
    const path = await publish('back', [{ type: 'response', body: 1 }]);
    const taken = await server.request('DELETE /workflows/back/publish', {
      token,
      body: { apiName: 'Do It' },
    });
    expect(taken.status).toBe(200);
    const answer = await server.request(`POST ${path}`);
    expect(answer.status).toBe(404);
    expect(answer.body.error).toBe('API not published');
    expect((await server.request('POST /workflow/run/back/%21')).body.error).toBe('Invalid workflow path');
  });

  test('can be taken back without a name while it is the only one', async () => {
    const path = await publish('only', [{ type: 'response', body: 1 }]);
    await server.request('POST /workflows/only/publish', { token, body: { apiName: 'Second' } });
    const ambiguous = await server.request('DELETE /workflows/only/publish', { token });
    expect(ambiguous.status).toBe(400);
    expect(ambiguous.body.error).toContain('Second');
    expect((await server.request('DELETE /workflows/only/publish?apiName=second', { token })).status).toBe(
      200,
    );
    expect((await server.request('DELETE /workflows/only/publish', { token })).body).toMatchObject({
      apiPath: path,
    });
    expect((await server.request('DELETE /workflows/only/publish', { token })).status).toBe(404);
  });

  test('of a deleted workflow is not published any more', async () => {
    const path = await publish('deleted', [{ type: 'response', body: 1 }]);
    await server.request('DELETE /workflows/deleted', { token });
    expect((await server.request(`POST ${path}`)).status).toBe(404);
  });

  test('needs a name with at least one letter or digit', async () => {
    await server.request('POST /workflows', { token, body: { workflowId: 'noname', steps: [] } });
    const answer = await server.request('POST /workflows/noname/publish', {
      token,
      body: { apiName: ' !! ' },
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('apiName');
  });
});
