/** @module What owners may use of language models, what they have used, and the counters of the server. */
import { createAiAllowance } from '@orchestrix/ai/service';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/utils/logger.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const KEY = 'gsk_a_key_for_tests_and_nothing_else';
const GRAPH = JSON.stringify({ nodes: [{ id: 'a', type: 'input', data: {} }], edges: [] });
const SECONDS = /^[1-9]\d*$/;

let model: ModelServer;
const servers: TestServer[] = [];
beforeAll(async () => {
  model = await startModelServer();
});
afterEach(async () => {
  model.answer = () => GRAPH;
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => model.close());

async function start(env: Record<string, string> = {}): Promise<TestServer> {
  model.answer = () => GRAPH;
  const server = await startTestServer({ GROQ_API_KEY: KEY, GROQ_BASE_URL: model.url, ...env });
  servers.push(server);
  return server;
}

const draw = (server: TestServer, token?: string) =>
  server.request('POST /workflow/generate', { body: { prompt: 'a form' }, ...(token && { token }) });

describe('requests a minute', () => {
  test('are counted for each account, and without a login for each address', async () => {
    const server = await start({ AI_REQUESTS_PER_MINUTE: '2' });
    const [anna, ben] = await Promise.all([server.register(), server.register()]);
    for (const token of [anna.token, undefined]) {
      expect((await draw(server, token)).status).toBe(200);
      expect((await draw(server, token)).status).toBe(200);
      const refused = await draw(server, token);
      expect(refused).toMatchObject({ status: 429, body: { code: 'AI_TOO_MANY_REQUESTS' } });
      expect(refused.headers.get('retry-after')).toMatch(SECONDS);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    expect((await draw(server, ben.token)).status).toBe(200);
  });

  test('made-up names without a login share one limit', async () => {
    const server = await start({ AI_REQUESTS_PER_MINUTE: '1' });
    const as = (ownerId: string) =>
      server.request('POST /workflow/generate', { body: { prompt: 'a form', ownerId } });
    expect((await as('user_1')).status).toBe(200);
    expect((await as('user_2')).status).toBe(429);
  });

  test('hold also for many at once', async () => {
    const server = await start({ AI_REQUESTS_PER_MINUTE: '3' });
    const { token } = await server.register();
    const answers = await Promise.all(Array.from({ length: 12 }, () => draw(server, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(9);
  });
});

describe('tokens a day', () => {
  test('are counted, also for answers of no use, and end the day', async () => {
    const server = await start({ AI_TOKENS_PER_DAY: '300' });
    const { token } = await server.register();
    expect((await draw(server, token)).status).toBe(200);
    expect((await server.request('/ai/usage', { token })).body).toMatchObject({
      day: new Date().toISOString().slice(0, 10),
      requests: 1,
      inputTokens: 100,
      outputTokens: 20,
      tokensLeft: 180,
      limits: { requestsPerMinute: 20, tokensPerDay: 300 },
    });
    // Asked twice, in vain.
    model.answer = () => 'no graph';
    expect((await draw(server, token)).status).toBe(502);
    const { body } = await server.request('/ai/usage', { token });
    expect(body).toMatchObject({ requests: 2, inputTokens: 300, outputTokens: 60, tokensLeft: 0 });

    const refused = await draw(server, token);
    expect(refused).toMatchObject({ status: 429, body: { code: 'AI_BUDGET_EXHAUSTED' } });
    const untilMidnight = (Date.parse(String(body.resetsAt)) - Date.now()) / 1000;
    expect(Math.abs(Number(refused.headers.get('retry-after')) - untilMidnight)).toBeLessThan(5);
    // Somebody else's day goes on.
    model.answer = () => GRAPH;
    expect((await draw(server)).status).toBe(200);
  });

  test('without a limit nothing is left to tell', async () => {
    const server = await start({ AI_TOKENS_PER_DAY: '0' });
    expect((await draw(server)).status).toBe(200);
    expect((await server.request('/ai/usage')).body).toMatchObject({ tokensLeft: null, inputTokens: 100 });
  });

  test('show to nobody but their owner', async () => {
    const server = await start({ ANONYMOUS_ACCESS: 'false' });
    const { userId } = await server.register();
    expect((await server.request('/ai/usage')).status).toBe(401);
    const open = await start();
    expect((await open.request(`/ai/usage?ownerId=${userId}`)).status).toBe(403);
  });
});

test('minutes slide and days end at midnight UTC', async () => {
  const { services } = await start();
  const { userId: ownerId } = await servers[0]!.register();
  const lines: string[] = [];
  let time = Date.parse('2026-11-24T23:58:30Z');
  const allowance = createAiAllowance({
    usage: services.repositories.aiUsage,
    limits: { requestsPerMinute: 2, tokensPerDay: 100 },
    logger: createLogger({ level: 'error', format: 'json', write: (line) => lines.push(line) }),
    now: () => time,
  });
  const caller = { ownerId, dataOwnerId: ownerId, limitKey: ownerId };
  const refusal = () => allowance.admit(caller).then(String, ({ code, details }) => ({ code, details }));
  await allowance.admit(caller);
  time += 20_000;
  await allowance.admit(caller);
  time += 10_000;
  expect(await refusal()).toMatchObject({ code: 'AI_TOO_MANY_REQUESTS', details: { retryAfterMs: 30_000 } });
  time += 30_001;
  await allowance.admit(caller);

  await allowance.spend(caller, { inputTokens: 60, outputTokens: 40 });
  time = Date.parse('2026-11-24T23:59:59.500Z');
  expect(await allowance.report(caller)).toMatchObject({
    day: '2026-11-24',
    requests: 3,
    tokensLeft: 0,
    resetsAt: new Date('2026-11-25T00:00:00Z'),
  });
  expect(await refusal()).toMatchObject({ code: 'AI_BUDGET_EXHAUSTED', details: { retryAfterMs: 500 } });
  time = Date.parse('2026-11-25T00:01:00Z');
  await allowance.admit(caller);
  expect(await allowance.report(caller)).toMatchObject({ day: '2026-11-25', requests: 1, tokensLeft: 100 });

  // What cannot be counted is in the log, and no reason to lose an answer.
  await allowance.spend(caller, { inputTokens: Number.NaN, outputTokens: 0 });
  expect(lines).toHaveLength(1);
});

describe('metrics', () => {
  test('tell what was asked, how it ended, and what it cost', async () => {
    const server = await start();
    await draw(server);
    model.answer = () => 'no graph';
    await draw(server);
    const answer = await server.request<string>('/metrics');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = answer.body;
    const count = (route: string, outcome: string) =>
      text.match(
        new RegExp(
          `^orchestrix_ai_requests_total\\{route="${route}",provider="groq",model="[^"]*",outcome="${outcome}"\\} (\\d+)$`,
          'm',
        ),
      )?.[1];
    expect(count('graph', 'success')).toBe('1');
    expect(count('graph', 'AI_NO_GRAPH')).toBe('1');
    expect(text).toContain(
      'orchestrix_ai_tokens_total{provider="groq",model="stand-in",direction="input"} 300',
    );
    expect(text).toContain(
      'orchestrix_ai_tokens_total{provider="groq",model="stand-in",direction="output"} 60',
    );
    expect(text).toContain('orchestrix_ai_duration_seconds_count{route="graph",provider="groq"} 2');
    expect(text).toMatch(/^orchestrix_ai_repairs_total 0$/m);
    expect(text).toMatch(/^orchestrix_executions_running 0$/m);
    expect(text).not.toContain(KEY);
    await server.request('POST /workflow/execute', { body: { steps: [{ type: 'delay', seconds: 2 }] } });
    expect((await server.request<string>('/metrics')).body).toMatch(/^orchestrix_executions_running 1$/m);
  }, 20_000);

  test('in production need the token, and are not there without one', async () => {
    const production = { NODE_ENV: 'production', MONGODB_URI: 'embedded', HOST: '127.0.0.1' };
    const closed = await start(production);
    expect((await closed.request('/metrics')).status).toBe(404);
    const server = await start({ ...production, METRICS_TOKEN: 'a-token-for-tests' });
    expect((await server.request('/metrics')).status).toBe(401);
    expect((await server.request('/metrics', { token: 'a-token-for-test' })).status).toBe(401);
    const answer = await server.request<string>('/metrics', { token: 'a-token-for-tests' });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('orchestrix_executions_running');
  });
});

test('providers are listed without their keys', async () => {
  const server = await start({
    OPENAI_KEY: 'sk-another-key-for-tests',
    OPENAI_MODEL: 'm',
    AI_FALLBACK: 'openai',
  });
  const { status, body } = await server.request('/ai/providers');
  expect(status).toBe(200);
  expect(body).toEqual({
    providers: [
      { name: 'groq', model: expect.any(String), default: true },
      { name: 'openai', model: 'm', default: false },
    ],
    default: 'groq',
    fallback: ['openai'],
  });
  const bare = await startTestServer();
  servers.push(bare);
  expect((await bare.request('/ai/providers')).body).toEqual({ providers: [], default: null, fallback: [] });
});
