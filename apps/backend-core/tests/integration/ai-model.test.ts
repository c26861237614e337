/** @module The AI routes with a language model: local servers that speak the wire format of Groq and OpenAI. */

import { eachItem } from '@orchestrix/engine';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const KEY = 'gsk_a_key_for_tests_and_nothing_else';
const OPENAI_KEY = 'sk-another-key-for-tests-and-nothing-else';

/** A whole workflow is as good as a plan. */
const NOTES = JSON.stringify({
  decision: 'build',
  title: 'Notes',
  inputs: [{ name: 'title', type: 'string', required: true }],
  steps: [
    { id: 'input', type: 'input', variables: [{ name: 'title', type: 'string', required: true }] },
    { id: 'check', type: 'inputValidation', rules: [{ field: 'title', required: true, type: 'string' }] },
    { id: 'store', type: 'dbInsert', collection: 'notes', data: { title: '{{input.title}}' } },
    { id: 'done', type: 'response', statusCode: 201, body: { ok: true } },
  ],
});
/** What the web client's route takes. */
const GRAPH = JSON.stringify({ nodes: [{ id: 'a', type: 'input', data: {} }], edges: [] });

const PROMPT = 'Store a note with a title';

interface Draft {
  steps: { id: string }[];
  diagnostics: { code: string }[];
  proof: { ok: boolean };
  metadata: {
    provider: string;
    model: string;
    inputTokens: number;
    outputTokens: number;
    attempts: number;
    fallbacks?: { provider: string; code: string }[];
  };
}

let model: ModelServer;
let spare: ModelServer;
let server: TestServer;
const more: TestServer[] = [];
beforeAll(async () => {
  [model, spare] = await Promise.all([startModelServer(), startModelServer()]);
  server = await start();
});
beforeEach(() => {
  for (const one of [model, spare]) {
    one.answer = () => NOTES;
    one.requests.length = 0;
    one.left = 0;
  }
});
afterEach(async () => {
  await Promise.all(more.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  await server.close();
  await Promise.all([model.close(), spare.close()]);
});

const start = (env: Record<string, string> = {}) =>
  startTestServer({
    GROQ_API_KEY: KEY,
    GROQ_BASE_URL: model.url,
    AI_REQUESTS_PER_MINUTE: '1000',
    ...env,
  });
async function startMore(env: Record<string, string>): Promise<TestServer> {
  const one = await start(env);
  more.push(one);
  return one;
}

test('a draft of a model is compiled and proven, and its tokens are counted', async () => {
  const { token } = await server.register();
  const { status, body } = await server.request<Draft>('POST /ai/generate-workflow', {
    token,
    body: { prompt: PROMPT },
  });
  expect(status).toBe(200);
  expect(body.proof.ok).toBe(true);
  expect(body.steps.map(({ id }) => id)).toEqual(expect.arrayContaining(['check', 'store', 'done']));
  const { provider, model: name, inputTokens, outputTokens, attempts } = body.metadata;
  expect({ provider, name }).toEqual({ provider: 'groq', name: 'stand-in' });
  expect(inputTokens).toBe(100 * model.requests.length);
  expect(outputTokens).toBe(20 * model.requests.length);
  expect(attempts).toBe(model.requests.length);
  const usage = await server.request('/ai/usage', { token });
  expect(usage.body).toMatchObject({ requests: 1, inputTokens, outputTokens });
  expect(JSON.stringify(body)).not.toContain(KEY);
});

test('a secret in the request reaches neither the model nor a viewer', async () => {
  const secret = 'ghp_abcdefghijklmnopqrst0123456789';
  const generationId = crypto.randomUUID();
  const viewer = io(server.base, { transports: ['websocket'], forceNew: true });
  const seen: unknown[] = [];
  viewer.on('generation-progress', (event) => seen.push(event));
  try {
    await viewer.emitWithAck('join-generation', { generationId });
    // The model says what it was told.
    model.answer = ({ messages }) =>
      NOTES.replace('Notes', JSON.stringify(messages.at(-1)?.content.slice(-60)).slice(1, -1));
    const prompt = `${PROMPT}, my password is hunter2 and my key ${secret}`;
    const { body } = await server.request<Draft>('POST /ai/generate-workflow', {
      body: { prompt, generationId },
    });
    expect(body.diagnostics.map(({ code }) => code)).toContain('AI_SECRET_REMOVED');
    await expect.poll(() => JSON.stringify(seen.at(-1))).toContain('"result"');
    expect(model.requests.length).toBeGreaterThan(0);
    for (const text of [JSON.stringify(model.requests), JSON.stringify(seen), JSON.stringify(body)]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('hunter2');
    }
    await server.request('POST /workflow/generate', { body: { prompt } });
    expect(JSON.stringify(model.requests)).not.toContain('hunter2');
  } finally {
    viewer.disconnect();
  }
});

test('tokens stream to who asks for them; who does not is asked nothing as a stream', async () => {
  const response = await fetch(`${server.base}/ai/generate-workflow`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ prompt: PROMPT }),
  });
  const text = await response.text();
  const tokens = [...text.matchAll(/^event: token\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data!).text);
  expect(tokens.join('')).toContain(NOTES);
  expect(text).toMatch(/event: result\ndata: \{.*"inputTokens":[1-9]/);
  expect(model.requests.every(({ stream }) => stream)).toBe(true);
  model.requests.length = 0;
  await server.request('POST /ai/generate-workflow', { body: { prompt: PROMPT } });
  expect(model.requests.some(({ stream }) => stream)).toBe(false);
});

describe('when the model fails', () => {
  test('another provider is asked, and the answer says so', async () => {
    const both = await startMore({
      OPENAI_API_KEY: OPENAI_KEY,
      OPENAI_BASE_URL: `${spare.url}/v1`,
      AI_FALLBACK: 'openai',
    });
    model.answer = () => 401;
    const { status, body } = await both.request<Draft>('POST /ai/generate-workflow', {
      body: { prompt: PROMPT },
    });
    expect(status).toBe(200);
    expect(body.metadata).toMatchObject({
      provider: 'openai',
      fallbacks: [{ provider: 'groq', code: 'AI_UNAUTHORIZED' }],
    });
    spare.answer = () => GRAPH;
    const graph = await both.request('POST /workflow/generate', { body: { prompt: PROMPT } });
    expect(graph).toMatchObject({ status: 200, body: { nodes: [{ type: 'input' }] } });
    spare.answer = () => 401;
    const none = await both.request('POST /workflow/generate', { body: { prompt: PROMPT } });
    expect(none).toMatchObject({ status: 503, body: { code: 'AI_UNAUTHORIZED' } });
    spare.answer = () => NOTES;

    const named = await both.request<Draft>('POST /ai/generate-workflow', {
      body: { prompt: PROMPT, provider: 'openai' },
    });
    expect(named.body.metadata).toMatchObject({ provider: 'openai' });
    expect(named.body.metadata.fallbacks).toBeUndefined();
  });

  test('the answer is a clear error, and its request is counted', async () => {
    const { token } = await server.register();
    const body = { prompt: PROMPT };
    for (const answer of ['', 'I am sorry', '{"steps":', '[]', '{"decision":"build"}', 'null'] as const) {
      model.answer = () => answer;
      const failed = await server.request('POST /ai/generate-workflow', { token, body });
      expect([422, 502, 503]).toContain(failed.status);
      expect(failed.body.code).toMatch(/^AI_/);
      expect(failed.body.error).toBeTypeOf('string');
    }
    model.answer = () => 401;
    const unauthorized = await server.request('POST /ai/generate-workflow', { token, body });
    expect(unauthorized).toMatchObject({ status: 503, body: { code: 'AI_UNAUTHORIZED' } });
    expect(JSON.stringify(unauthorized.body)).not.toContain(KEY);
    expect((await server.request('/ai/usage', { token })).body).toMatchObject({ requests: 7 });
  });

  test('one that takes too long is given up', async () => {
    const hasty = await startMore({ AI_TIMEOUT_MS: '1000' });
    model.answer = () => new Promise(() => {});
    const begun = performance.now();
    const late = await hasty.request('POST /ai/generate-workflow', { body: { prompt: PROMPT } });
    expect(late).toMatchObject({ status: 503, body: { code: 'AI_TIMEOUT' } });
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe('a caller who leaves', () => {
  test.each([['application/json'], ['text/event-stream']])('ends the work (%s)', async (accept) => {
    model.answer = () => new Promise(() => {});
    const controller = new AbortController();
    const generationId = crypto.randomUUID();
    const gone = fetch(`${server.base}/ai/generate-workflow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ prompt: PROMPT, generationId }),
      signal: controller.signal,
    }).then((response) => response.text());
    gone.catch(() => undefined);
    await expect.poll(() => model.requests.length).toBe(1);
    expect(model.left).toBe(0);
    controller.abort();
    await expect(gone).rejects.toThrow();
    await expect.poll(() => model.left).toBe(1);
    const generation = server.services.generations.find('default-owner', generationId);
    await expect.poll(() => generation?.ended).toBe(true);
    const events = await Array.fromAsync(eachItem(generation!.follow()));
    expect(events.at(-1)).toMatchObject({ type: 'error' });
  });

  test('is no reason for a server to wait when it ends', async () => {
    const ending = await startMore({});
    model.answer = () => new Promise(() => {});
    const asked = ending.request('POST /ai/generate-workflow', { body: { prompt: PROMPT } });
    await expect.poll(() => model.requests.length).toBe(1);
    const begun = performance.now();
    await ending.services.ai.close();
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect((await asked).status).toBe(503);
    const after = await ending.request('POST /ai/generate-workflow', { body: { prompt: PROMPT } });
    expect(after).toMatchObject({ status: 503, body: { code: 'SHUTTING_DOWN' } });
  });
});
