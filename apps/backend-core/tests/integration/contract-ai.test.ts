/** @module Replays the contract's cases of kind `ai` over HTTP, with a local server that speaks the provider's wire format. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../../../contract/match.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Case {
  id: string;
  kind: string;
  name: string;
  parity: string;
  request: { body: unknown };
  modelReply: string;
  expectResponse: { status: number; body: Record<string, unknown> };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../contract/cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] };
const ai = cases.filter(({ kind }) => kind === 'ai');

const KEY = 'a key for tests and nothing else';
let server: TestServer;
let model: Server;
let reply = '';
const authorizations: (string | undefined)[] = [];

beforeAll(async () => {
  model = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          id: 'chatcmpl-1',
          object: 'chat.completion',
          created: 1,
          model: 'stand-in',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: reply } }],
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  const { port } = model.address() as AddressInfo;
  server = await startTestServer({ GROQ_API_KEY: KEY, GROQ_BASE_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await server.close();
  model.closeAllConnections();
  await new Promise((resolve) => model.close(resolve));
});

describe('ai cases', () => {
  test.each(ai.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    reply = one.modelReply;
    const answer = await server.request('POST /workflow/generate', one.request);
    expect(answer.status).toBe(STATUS[one.id] ?? one.expectResponse.status);
    expect(JSON.stringify(answer.body)).not.toContain(KEY);
    if (answer.status !== 200) return expect(answer.body.error).toBeTypeOf('string');
    if (one.parity === 'match') return expect(differences(answer.body, one.expectResponse.body)).toEqual([]);
    const { nodes, edges } = answer.body as {
      nodes: { id: string }[];
      edges: { source: string; target: string }[];
    };
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true);
  });

  test('the provider was asked with the key, and only it saw it', () => {
    expect(authorizations.length).toBeGreaterThan(0);
    expect(new Set(authorizations)).toEqual(new Set([`Bearer ${KEY}`]));
  });
});

/** Where the contract's text decides otherwise than the recorded answer: 502 when no usable graph could be produced. */
const STATUS: Record<string, number> = { 'ai-007': 502, 'ai-009': 502 };

test('without a provider the answer names the variables to set', async () => {
  const bare = await startTestServer();
  try {
    const answer = await bare.request('POST /workflow/generate', { body: { prompt: 'x' } });
    expect(answer.status).toBe(503);
    expect(answer.body.error).toContain('GROQ_API_KEY');
  } finally {
    await bare.close();
  }
});
