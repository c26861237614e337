/** @module Every limit and quota is a setting, and over it a caller gets 429 or 413 with which limit it is. */
import { afterEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
afterEach(() => server.close());

const echo = [{ id: 'out', type: 'response', body: { ok: true } }];
const wait = [{ id: 'wait', type: 'delay', seconds: 30 }];

async function publish(token: string, steps: object[], extra: object = {}) {
  const workflowId = `w-${crypto.randomUUID()}`;
  const created = await server.request('POST /workflows', { token, body: { workflowId, steps } });
  expect(created.status).toBe(201);
  const published = await server.request<{ api: { path: string } }>(`POST /workflows/${workflowId}/publish`, {
    token,
    body: { apiName: 'go', ...extra },
  });
  expect(published.status).toBeLessThan(300);
  return {
    workflowId,
    call: (body: object = {}) => server.request(`POST /workflow/run/${workflowId}/go`, { body }),
  };
}

const tooMany = (code = 'TOO_MANY_REQUESTS') => ({
  status: 429,
  body: { code, error: expect.any(String) as string },
});

test('registrations of one address', async () => {
  server = await startTestServer({ REGISTRATIONS_PER_HOUR: '2' });
  await server.register();
  await server.register();
  const answer = await server.request('POST /auth/register', {
    body: { email: 'third@example.org', password: 'correct horse' },
  });
  expect(answer).toMatchObject(tooMany());
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('guesses: of one address for many accounts, and of many addresses for one account', async () => {
  server = await startTestServer({
    TRUST_PROXY: '1',
    LOGIN_RATE_LIMIT: '100',
    LOGIN_FAILURES_PER_ADDRESS: '3',
    LOGIN_FAILURES_PER_ACCOUNT: '5',
  });
  const owner = await server.register('owner@example.org');
  const login = (email: string, password: string, address: string) =>
    server.request('POST /auth/login', {
      body: { email, password },
      headers: { 'x-forwarded-for': address },
    });
  for (let i = 0; i < 3; i++)
    expect((await login(`a${i}@example.org`, 'guess guess', '203.0.113.1')).status).toBe(401);
  expect(await login('a4@example.org', 'guess guess', '203.0.113.1')).toMatchObject(
    tooMany('TOO_MANY_ATTEMPTS'),
  );

  for (let i = 0; i < 5; i++)
    expect((await login(owner.email, 'guess guess', `198.51.100.${i}`)).status).toBe(401);
  // Each of them has failed: no further guess. The owner, from an address that has not, gets in.
  expect(await login(owner.email, 'guess guess', '198.51.100.1')).toMatchObject(tooMany('TOO_MANY_ATTEMPTS'));
  expect((await login(owner.email.toUpperCase(), 'correct horse', '192.0.2.7')).status).toBe(200);
});

test('log-ins through a published API', async () => {
  server = await startTestServer({ LOGIN_RATE_LIMIT: '3' });
  const { token } = await server.register();
  const signUp = await publish(token, [
    {
      type: 'dbInsert',
      collection: 'users',
      data: { email: '{{ input.email }}', password: '{{ input.password }}' },
    },
  ]);
  await signUp.call({ email: 'jo@example.org', password: 'right password' });
  const { call } = await publish(token, [
    { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
    { type: 'response', body: '{{ loginResult.ok }}' },
  ]);
  expect((await call({ email: 'jo@example.org', password: 'right password' })).body).toBe(true);
  for (let i = 0; i < 3; i++)
    expect((await call({ email: 'jo@example.org', password: `guess ${i}` })).body).toBe(false);
  const refused = await call({ email: 'jo@example.org', password: 'guess' });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('calls of a published API, of one caller and of all', async () => {
  server = await startTestServer({
    CALLS_PER_MINUTE_PER_CALLER: '5',
    CALLS_PER_MINUTE_PER_API: '8',
    TRUST_PROXY: '1',
  });
  const { token } = await server.register();
  const [first, second] = [await publish(token, echo), await publish(token, echo)];
  /** How many calls are answered before one is refused; the minute may turn once meanwhile, which begins the counts anew. */
  const answered = async (workflowId: string, limit: number, addressOf: (call: number) => string) => {
    for (let call = 0; call <= 2 * limit; call++) {
      const { status } = await server.request(`POST /workflow/run/${workflowId}/go`, {
        body: {},
        headers: { 'x-forwarded-for': addressOf(call) },
      });
      if (status === 429) return call;
      expect(status).toBe(200);
    }
    throw new Error('no call was refused');
  };
  expect(await answered(first.workflowId, 5, () => '203.0.113.9')).toBeGreaterThanOrEqual(5);
  expect(await answered(second.workflowId, 8, (call) => `203.0.113.${call}`)).toBeGreaterThanOrEqual(8);
  expect(await server.request(`GET /executions?limit=1`, { token })).toMatchObject({ status: 200 });
});

test('executions that run at the same time, and their time', async () => {
  server = await startTestServer({ LIVE_EXECUTIONS: '3', EXECUTION_TIMEOUT_MS: '1500' });
  const [one, other] = [await server.register(), await server.register()];
  const start = (token: string) =>
    server.request('POST /workflows/run?async=true', { token, body: { steps: wait } });
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const started = await start(one.token);
    expect(started.status).toBe(202);
    ids.push(String(started.body.executionId));
  }
  expect(await start(one.token)).toMatchObject(tooMany('TOO_MANY_EXECUTIONS'));
  expect((await start(other.token)).status).toBe(202);
  expect((await server.request<{ liveExecutions: object }>('/usage', one)).body.liveExecutions).toEqual({
    used: 3,
    limit: 3,
  });
  await expect
    .poll(
      async () =>
        (await server.request<{ execution: { error: string } }>(`/executions/${ids[0]}`, one)).body.execution
          .error,
      {
        timeout: 20_000,
      },
    )
    .toMatch(/took longer than 1500 ms/);
  await expect.poll(async () => (await start(one.token)).status, { timeout: 20_000 }).toBe(202);
});

test('executions in a minute', async () => {
  server = await startTestServer({ EXECUTIONS_PER_MINUTE: '3' });
  const { token } = await server.register();
  const answers = [];
  for (let i = 0; i < 8; i++)
    answers.push(await server.request('POST /workflows/run', { token, body: { steps: echo } }));
  expect(answers.at(-1)).toMatchObject(tooMany());
});

test('recipients of mails in an execution and in a day', async () => {
  server = await startTestServer({ MAIL_RECIPIENTS_PER_EXECUTION: '3', MAIL_RECIPIENTS_PER_DAY: '5' });
  const { token } = await server.register();
  const mail = (count: number) =>
    server.request<{ ok: boolean; errorCode?: string; error?: string }>('POST /workflows/run', {
      token,
      body: {
        steps: Array.from({ length: count }, (_, i) => ({
          type: 'emailSend',
          to: `a${i}@example.org`,
          subject: 'S',
          body: 'B',
        })),
      },
    });
  expect((await mail(4)).body).toMatchObject({ ok: false, errorCode: 'LIMIT_RECIPIENTS' });
  expect((await mail(2)).body.ok).toBe(true);
  expect((await mail(1)).body).toMatchObject({ ok: false, errorCode: 'TOO_MANY_REQUESTS' });
  const usage = await server.request<{ mailRecipientsToday: { used: number } }>('/usage', { token });
  expect(usage.body.mailRecipientsToday.used).toBeGreaterThanOrEqual(5);
});

test('databases that are tried', async () => {
  server = await startTestServer({ DATABASE_CONNECTIONS_PER_HOUR: '2' });
  const { token } = await server.register();
  const connect = () =>
    server.request('POST /user/db/connect', { token, body: { uri: 'mongodb://127.0.0.1:1/x' } });
  expect((await connect()).status).toBe(422);
  expect((await connect()).status).toBe(422);
  expect(await connect()).toMatchObject(tooMany());
});

test('stored documents, through steps and through the collections API', async () => {
  server = await startTestServer({ QUOTA_STORED_MB: '1', QUOTA_DOCUMENTS: '6' });
  const { token, userId } = await server.register();
  const { call } = await publish(token, [
    { type: 'dbInsert', collection: 'notes', data: '{{ input }}', output: 'note' },
    { type: 'response', body: 1 },
  ]);
  const text = 'x'.repeat(300_000);
  for (let i = 0; i < 3; i++) expect((await call({ text })).status).toBe(200);
  // Callers learn that it is the owner's matter; the owner, which limit it is.
  const refused = await call({ text });
  expect(refused).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
  const { executionId } = refused.body as { executionId: string };
  const { body } = await server.request(`/executions/${executionId}`, { token });
  expect(body).toMatchObject({
    execution: { error: expect.stringMatching(/1 MB.*GET \/usage/) as string },
  });
  await server.request('POST /collections', { token, body: { name: 'other', fields: [] } });
  const insert = (body: object) => server.request('POST /collections/other/data', { token, body });
  expect(await insert({ text })).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
  for (let i = 0; i < 3; i++) expect((await insert({ n: i })).status).toBe(201);
  expect(await insert({ n: 4 })).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
  const usage = await server.request<{ documents: object; storedBytes: { used: number } }>('/usage', {
    token,
  });
  expect(usage.body.documents).toEqual({ used: 6, limit: 6 });
  expect(usage.body.storedBytes.used).toBeGreaterThan(900_000);
  expect(userId).not.toBe('');
});

test('versions of a workflow: old ones go, published ones stay', async () => {
  server = await startTestServer({ QUOTA_WORKFLOW_VERSIONS: '3' });
  const { token } = await server.register();
  const { workflowId, call } = await publish(token, [{ type: 'response', body: 'first' }]);
  for (let i = 0; i < 6; i++)
    await server.request(`PUT /workflows/${workflowId}`, {
      token,
      body: { steps: [{ type: 'response', body: i }] },
    });
  const listed = await server.request<{ versions: { version: number }[] }>(
    `/workflows/${workflowId}/versions`,
    { token },
  );
  expect(listed.body.versions.map(({ version }) => version)).toEqual([7, 6, 5, 1]);
  expect((await call()).body).toBe('first');
});

test('executions that are kept', async () => {
  server = await startTestServer({ QUOTA_EXECUTIONS: '20' });
  const { token } = await server.register();
  for (let i = 0; i < 30; i++) await server.request('POST /workflows/run', { token, body: { steps: echo } });
  const count = async () =>
    (await server.request<{ executions: unknown[] }>('/executions?limit=100', { token })).body.executions
      .length;
  await expect.poll(count, { timeout: 20_000 }).toBeLessThanOrEqual(21);
});
