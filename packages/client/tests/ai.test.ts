/** @module The language-model methods against a real HTTP server that answers whatever a test wants. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AiProgress, createClient, type OrchestrixClient, OrchestrixClientError } from '../src/index.ts';

let server: Server;
let client: OrchestrixClient;
let received: { url: string; accept: string; body: unknown }[] = [];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let left = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { url = '', headers } = request;
    received.push({ url, accept: String(headers.accept), body: body === '' ? undefined : JSON.parse(body) });
    response.once('close', () => {
      if (!response.writableFinished) left += 1;
    });
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
beforeEach(() => {
  received = [];
  left = 0;
  answer = (response) => response.setHeader('content-type', 'application/json').end('{"title":"plain"}');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const event = (name: string, data: unknown) => `id: 1\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const stream = (response: ServerResponse) =>
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

test('without somebody to tell, the answer comes at once', async () => {
  expect(await client.ai.generateWorkflow('a form', { provider: 'groq' })).toEqual({ title: 'plain' });
  expect(received).toEqual([
    {
      url: '/ai/generate-workflow',
      accept: 'application/json',
      body: { prompt: 'a form', provider: 'groq' },
    },
  ]);
});

test('a workflow is named by its id, or sent along', async () => {
  const workflow = { steps: [{ type: 'delay', seconds: 1 }] };
  await client.ai.changeWorkflow('faster', 'w1');
  await client.ai.changeWorkflow('faster', { ...workflow, edges: [] });
  await client.ai.explainWorkflow(workflow);
  await client.ai.intent('what is it?');
  await client.ai.intent('faster', { workflow: 'w1' });
  expect(received.map(({ url, body }) => [url, body])).toEqual([
    ['/ai/mutate-workflow', { prompt: 'faster', workflowId: 'w1' }],
    ['/ai/mutate-workflow', { prompt: 'faster', workflow: { ...workflow, edges: [] } }],
    ['/ai/explain-workflow', { workflow }],
    ['/ai/intent', { prompt: 'what is it?' }],
    ['/ai/intent', { prompt: 'faster', workflowId: 'w1' }],
  ]);
  expect(await failureOf(client.ai.explainWorkflow(''))).toMatchObject({ code: 'ARGUMENT_INVALID' });
  await client.ai.usage();
  await client.ai.providers();
  expect(received.slice(5).map(({ url }) => url)).toEqual(['/ai/usage', '/ai/providers']);
});

test('progress is told as it comes, then the result', async () => {
  answer = (response) => {
    stream(response).write('retry: 2000\n\n');
    response.write(event('stage', { seq: 1, type: 'stage', stage: 'plan', message: 'Planning' }));
    response.write(': alive\n\n');
    response.write(event('token', { seq: 2, type: 'token', text: 'é🎉' }));
    response.write(event('result', { title: 'streamed' }));
    response.end('event: end\ndata: {}\n\n');
  };
  const told: AiProgress[] = [];
  const draft = await client.ai.generateWorkflow('a form', { onProgress: (one) => told.push(one) });
  expect(draft).toEqual({ title: 'streamed' });
  expect(received[0]?.accept).toBe('text/event-stream');
  expect(told.map(({ stage }) => stage)).toEqual(['asked', 'plan', 'token', 'answered']);
  expect(told[2]?.data).toMatchObject({ text: 'é🎉' });
});

test('an error in the stream is an error like any other', async () => {
  answer = (response) => {
    const data = {
      error: 'Say more',
      code: 'AI_REQUEST_UNCLEAR',
      status: 422,
      requestId: 'r',
      details: { questions: ['?'] },
    };
    stream(response).write(event('error', data));
    response.end('event: end\ndata: {}\n\n');
  };
  const error = await failureOf(client.ai.generateWorkflow('it', { onProgress: () => {} }));
  expect(error).toBeInstanceOf(OrchestrixClientError);
  expect(error).toMatchObject({
    message: 'Say more',
    code: 'AI_REQUEST_UNCLEAR',
    status: 422,
    requestId: 'r',
    details: { questions: ['?'] },
  });
});

test('a stream that breaks off is the fault of the network', async () => {
  answer = (response) => {
    stream(response).end(event('token', { type: 'token', text: 'x' }));
  };
  const broken = await failureOf(client.ai.generateWorkflow('a form', { onProgress: () => {} }));
  expect(broken).toMatchObject({ code: 'NETWORK_ERROR' });
  answer = (response) => {
    stream(response).write(event('token', { type: 'token', text: 'x' }), () => response.destroy());
  };
  const cut = await failureOf(client.ai.generateWorkflow('a form', { onProgress: () => {} }));
  expect(cut).toMatchObject({ code: 'NETWORK_ERROR' });
});

test('what the listener throws comes out as it is, and the server is left', async () => {
  answer = (response) => {
    stream(response).write(event('token', { type: 'token', text: 'x' }));
  };
  const stop = new Error('enough');
  const onProgress = ({ stage }: AiProgress) => {
    if (stage === 'token') throw stop;
  };
  expect(await failureOf(client.ai.generateWorkflow('a form', { onProgress }))).toBe(stop);
  await expect.poll(() => left).toBe(1);
});

test('aborting ends the work', async () => {
  const controller = new AbortController();
  answer = (response) => {
    stream(response).write(event('token', { type: 'token', text: 'x' }));
  };
  const onProgress = ({ stage }: AiProgress) => {
    if (stage === 'token') controller.abort(new Error('changed my mind'));
  };
  const call = client.ai.generateWorkflow('a form', { onProgress, signal: controller.signal });
  await expect(call).rejects.toThrow('changed my mind');
  await expect.poll(() => left).toBe(1);
});
