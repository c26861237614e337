/** @module Progress of the AI routes: as an event stream, and in a room over Socket.IO. */
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const PROMPT = 'Store the e-mail addresses of guests';

/** What the stand-in for a model answers. */
const GUESTS = JSON.stringify({
  decision: 'build',
  title: 'Guests',
  inputs: [{ name: 'email', type: 'email', required: true }],
  steps: [
    { id: 'input', type: 'input', variables: [{ name: 'email', type: 'email', required: true }] },
    { id: 'check', type: 'inputValidation', rules: [{ field: 'email', required: true, type: 'email' }] },
    { id: 'store', type: 'dbInsert', collection: 'guests', data: { email: '{{input.email}}' } },
    { id: 'done', type: 'response', statusCode: 201, body: { ok: true } },
  ],
});

interface Told {
  id: number;
  event: string;
  data: Record<string, unknown>;
}

let model: ModelServer;
let server: TestServer;
let token: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  model = await startModelServer();
  model.answer = () => GUESTS;
  server = await startTestServer({
    GROQ_API_KEY: 'a key for tests and nothing else',
    GROQ_BASE_URL: model.url,
    AI_REQUESTS_PER_MINUTE: '1000',
  });
  ({ token } = await server.register());
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(async () => {
  await server.close();
  await model.close();
});

async function streamed(body: object, path = 'generate-workflow', headers: object = {}) {
  const response = await fetch(`${server.base}/ai/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const isStream = /^text\/event-stream/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, isStream, text, events: isStream ? eventsOf(text) : [] };
}

function eventsOf(text: string): Told[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('event: '))
    .map((block) => {
      const [, id = '0'] = /^id: (.*)$/m.exec(block) ?? [];
      const [, event = ''] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data = ''] = /^data: (.*)$/m.exec(block) ?? [];
      return { id: Number(id), event, data: JSON.parse(data) as Record<string, unknown> };
    });
}

describe('an event stream', () => {
  test('tells the stages in order, then the same result as the plain answer, then the end', async () => {
    const { status, events } = await streamed({ prompt: PROMPT });
    expect(status).toBe(200);
    expect(events.slice(-2).map(({ event }) => event)).toEqual(['result', 'end']);
    const stages = events.filter(({ event }) => event === 'stage').map(({ data }) => data.stage);
    expect(stages).toEqual(expect.arrayContaining(['context', 'compile', 'proof']));
    expect(events.some(({ event }) => event === 'trial')).toBe(true);
    const ids = events.slice(0, -2).map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => index + 1));

    const result = events.at(-2)!.data;
    const plain = await server.request('POST /ai/generate-workflow', { token, body: { prompt: PROMPT } });
    const { steps, edges, inputVariables, nodes, title } = plain.body;
    expect(result).toMatchObject({ steps, edges, inputVariables, nodes, title } as object);
    expect(Object.keys(result).sort()).toEqual(Object.keys(plain.body).sort());
  });

  test('explanations and changes stream as well', async () => {
    const steps = [{ id: 'a', type: 'response', body: 1 }];
    const { events } = await streamed({ steps }, 'explain-workflow');
    expect(events.slice(-2).map(({ event }) => event)).toEqual(['result', 'end']);
  });

  test('what is wrong with the request is an ordinary answer', async () => {
    expect(await streamed({ prompt: '' })).toMatchObject({ status: 400, isStream: false });
    expect(await streamed({ prompt: 'x'.repeat(20_001) })).toMatchObject({ status: 413, isStream: false });
    const unknown = await streamed({ prompt: PROMPT, provider: 'gemini' });
    expect(unknown).toMatchObject({ status: 422, isStream: false });
  });

  test('what fails later is told in the stream', async () => {
    const { status, events } = await streamed({ prompt: 'change it', steps: [] }, 'mutate-workflow');
    expect(status).toBe(200);
    const [error, end] = events.slice(-2);
    expect(error).toMatchObject({ event: 'error', data: { code: 'AI_WORKFLOW_INVALID', status: 422 } });
    expect(error?.data.error).toBeTypeOf('string');
    expect(end?.event).toBe('end');
  });
});

interface Progress {
  generationId: string;
  seq: number;
  type: string;
  [field: string]: unknown;
}

async function viewer(as: string | undefined = token) {
  const socket = io(server.base, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: as === undefined ? {} : { token: as },
  });
  sockets.push(socket);
  const events: Progress[] = [];
  socket.on('generation-progress', (event: Progress) => events.push(event));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const join = (message: unknown) => socket.emitWithAck('join-generation', message);
  return { socket, events, join };
}

const seqs = (events: Progress[]) => events.map(({ seq }) => seq);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('a room', () => {
  test('joined before the request gets all of it; joined after it, the replay', async () => {
    const generationId = crypto.randomUUID();
    const early = await viewer();
    expect(await early.join({ generationId })).toEqual({ ok: true, known: false, lastSeq: 0 });
    const answer = await server.request('POST /ai/generate-workflow', {
      token,
      body: { prompt: PROMPT, generationId },
    });
    expect(answer.status).toBe(200);
    await expect.poll(() => early.events.at(-1)?.type).toBe('result');
    expect(seqs(early.events)).toEqual(upTo(early.events.length));
    expect(early.events.every((event) => event.generationId === generationId)).toBe(true);
    expect(early.events.at(-1)).toEqual({ generationId, seq: early.events.length, type: 'result' });

    const late = await viewer();
    const total = early.events.length;
    expect(await late.join({ generationId, lastSeq: 2 })).toEqual({ ok: true, known: true, lastSeq: total });
    await expect.poll(() => late.events.length).toBe(total - 2);
    expect(late.events).toEqual(early.events.slice(2));
    await early.join({ generationId, lastSeq: 0 });
  });

  test('shows an owner nothing of others, and the anonymous owner its own', async () => {
    const generationId = crypto.randomUUID();
    const other = await viewer((await server.register()).token);
    const anonymous = await viewer(undefined);
    await other.join({ generationId });
    await anonymous.join({ generationId });
    const body = { prompt: PROMPT, generationId };
    await server.request('POST /ai/generate-workflow', { token, body });
    expect(await other.join({ generationId })).toMatchObject({ ok: true, known: false });
    expect((await server.request('POST /ai/generate-workflow', { body })).status).toBe(200);
    await expect.poll(() => anonymous.events.at(-1)?.type).toBe('result');
    expect(seqs(anonymous.events)).toEqual(upTo(anonymous.events.length));
    expect(other.events).toEqual([]);
  });

  test('an error is told without more than its words', async () => {
    const generationId = crypto.randomUUID();
    const { events, join } = await viewer();
    await join(generationId);
    const body = { prompt: 'change it', steps: [], generationId };
    expect((await server.request('POST /ai/mutate-workflow', { token, body })).status).toBe(422);
    await expect.poll(() => events.at(-1)?.type).toBe('error');
    const { error, ...rest } = events.at(-1)!;
    expect(error).toBeTypeOf('string');
    expect(rest).toEqual({
      generationId,
      seq: events.length,
      type: 'error',
      code: 'AI_WORKFLOW_INVALID',
      status: 422,
    });
  });

  test('an id is good for one request; who leaves the room hears no more', async () => {
    const generationId = crypto.randomUUID();
    const { socket, events, join } = await viewer();
    await join({ generationId });
    await socket.emitWithAck('leave-generation', { generationId });
    const body = { prompt: PROMPT, generationId };
    expect((await server.request('POST /ai/generate-workflow', { token, body })).status).toBe(200);
    const again = await server.request('POST /ai/generate-workflow', { token, body });
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(events).toEqual([]);
  });

  test.each([[null], [{}], ['x'], [{ generationId: 5 }], [{ generationId: '../x' }], [[]], [undefined]])(
    'refuses to join %j',
    async (message) => {
      const { join } = await viewer();
      expect(await join(message)).toMatchObject({ ok: false, code: 'VALIDATION_ERROR' });
    },
  );

  test('one connection cannot join without end', async () => {
    const { join } = await viewer();
    const replies = await Promise.all(upTo(110).map(() => join({ generationId: crypto.randomUUID() })));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(100);
    expect(replies.at(-1)).toMatchObject({ ok: false, code: 'TOO_MANY_ROOMS' });
  });
});
