/** @module What single providers do differently from the others. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  createCompatibleProvider,
  createGeminiProvider,
  createGroqProvider,
  createOpenAIProvider,
} from '../src/index.ts';
import { KEY } from './every-provider.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

const ASK = { system: 's', messages: [{ role: 'user', content: 'q' }] } as const;

let server: ModelServer;
afterEach(() => server.close());

describe('groq', () => {
  it('takes the text that Groq refused to validate', async () => {
    server = await startModelServer('chat');
    server.answer({
      status: 400,
      message: 'Failed to validate JSON.',
      code: 'json_validate_failed',
      extra: { failed_generation: '{"nodes":[' },
    });
    const provider = createGroqProvider({ apiKey: KEY, baseUrl: server.url });
    const schema = { name: 'x', schema: { type: 'object' } };
    expect(await provider.complete({ ...ASK, schema })).toMatchObject({
      text: '{"nodes":[',
      finishReason: 'other',
      attempts: 1,
    });
  });
});

describe('openai', () => {
  it('does not repeat a request for which there is no credit', async () => {
    server = await startModelServer('chat');
    server.answer({ status: 429, code: 'insufficient_quota', message: 'You exceeded your current quota' });
    const provider = createOpenAIProvider({ apiKey: KEY, baseUrl: `${server.url}/v1` });
    await expect(provider.complete(ASK)).rejects.toMatchObject({ code: 'AI_QUOTA_EXHAUSTED' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('gemini', () => {
  it('knows a wrong key, which is a bad request there', async () => {
    server = await startModelServer('gemini');
    server.answer({
      status: 400,
      message: 'API key not valid. Please pass a valid API key.',
      extra: { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
    });
    const provider = createGeminiProvider({ apiKey: KEY, baseUrl: `${server.url}/v1beta` });
    await expect(provider.complete(ASK)).rejects.toMatchObject({ code: 'AI_UNAUTHORIZED' });
    expect(server.seen[0]?.path).toMatch(/^\/v1beta\/models\//);
  });

  it('leaves thoughts out of the answer, and knows a finish by the safety filter', async () => {
    server = await startModelServer('gemini');
    const parts = [{ text: 'Let me think', thought: true }, { text: 'Two.' }];
    const answer = (finishReason: string) => ({
      raw: JSON.stringify({ candidates: [{ content: { parts }, finishReason }] }),
      contentType: 'application/json',
    });
    server.answer(answer('STOP'), answer('SAFETY'));
    const provider = createGeminiProvider({ apiKey: KEY, baseUrl: server.url });
    expect((await provider.complete(ASK)).text).toBe('Two.');
    await expect(provider.complete(ASK)).rejects.toMatchObject({ code: 'AI_REFUSED' });
  });
});

describe('openai-compatible', () => {
  it('sends no key to a server that wants none', async () => {
    server = await startModelServer('chat');
    server.answer({ text: 'Two.' });
    const provider = createCompatibleProvider({ model: 'local', baseUrl: `${server.url}/v1` });
    expect((await provider.complete(ASK)).text).toBe('Two.');
    expect(server.seen[0]?.key).toBeUndefined();
  });
});
