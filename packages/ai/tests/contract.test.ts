/** @module What every provider has to do, run against a server that speaks its wire format. */
import { inspect } from 'node:util';
import { OrchestrixError, TerminalError } from '@orchestrix/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AI_ERRORS, AiError, type AiErrorCode, AiTerminalError } from '../src/errors.ts';
import type { CompletionRequest, OutputSchema, RetryOptions } from '../src/index.ts';
import { EVERY_PROVIDER, KEY } from './every-provider.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

const ASK: CompletionRequest = {
  system: 'You are terse.',
  messages: [
    { role: 'user', content: 'One?' },
    { role: 'assistant', content: '1' },
    { role: 'user', content: 'Two?' },
  ],
};
const SCHEMA: OutputSchema = {
  name: 'answer',
  schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
};

describe.each(EVERY_PROVIDER)('$name', ({ name, format, path, create }) => {
  let server: ModelServer;
  let waits: number[];
  let retry: RetryOptions;

  beforeEach(async () => {
    server = await startModelServer(format);
    waits = [];
    retry = {
      random: () => 1,
      sleep: async (ms) => {
        waits.push(ms);
      },
    };
  });
  afterEach(() => server.close());

  const provider = (options = {}) => create(server.url, { retry, ...options });
  const failure = async (request: CompletionRequest, options = {}) => {
    const error: unknown = await provider(options)
      .complete(request)
      .then(
        () => undefined,
        (thrown) => thrown,
      );
    if (!(error instanceof OrchestrixError)) throw new Error(`expected a coded error, got ${inspect(error)}`);
    expect(error.status).toBe(AI_ERRORS[error.code as AiErrorCode]);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(KEY);
    expect(`${JSON.stringify(error)} ${error.message}`).not.toContain(KEY);
    expect(error.cause).toBeUndefined();
    return error;
  };

  it.skipIf(name === 'gemini')('is not led to another address', async () => {
    const other = await startModelServer(format);
    other.answer({ text: 'Two.' });
    try {
      server.answer({ redirect: `${other.url}/v1/chat/completions` });
      expect(await failure(ASK)).toMatchObject({ code: 'AI_UNAVAILABLE' });
      expect(other.seen).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('answers with text, usage, model and finish reason', async () => {
    server.answer({ text: 'Two.' });
    expect(await provider().complete({ ...ASK, maxTokens: 99 })).toEqual({
      text: 'Two.',
      usage: { inputTokens: 11, outputTokens: 7 },
      finishReason: 'stop',
      model: 'served-model',
      provider: name,
      attempts: 1,
    });
    const [request] = server.seen;
    expect(request?.path).toMatch(path);
    expect(request?.key).toBe(KEY);
    const sent = JSON.stringify(request?.body);
    for (const part of ['You are terse.', 'One?', '"1"', 'Two?', '99']) expect(sent).toContain(part);
    expect(sent).not.toContain(KEY);
  });

  it('streams when asked to', async () => {
    server.answer({ text: 'Hello, ünïcödé 😀 world' });
    const pieces: string[] = [];
    const completion = await provider().complete({ ...ASK, onToken: (piece) => pieces.push(piece) });
    expect(pieces).toHaveLength(2);
    expect(pieces.join('')).toBe('Hello, ünïcödé 😀 world');
    expect(completion).toMatchObject({
      text: 'Hello, ünïcödé 😀 world',
      usage: { inputTokens: 11, outputTokens: 7 },
      finishReason: 'stop',
    });
    expect(server.seen[0]?.path).toMatch(path);
  });

  it.each([true, false])(
    'says when the answer was cut off at its longest (streamed: %s)',
    async (streamed) => {
      server.answer({ text: '{"n":', finish: 'length' });
      const completion = await provider().complete({ ...ASK, ...(streamed && { onToken: () => {} }) });
      expect(completion).toMatchObject({ text: '{"n":', finishReason: 'length' });
    },
  );

  it('asks for JSON by schema', async () => {
    server.answer({ text: '{"n":2}' });
    await provider().complete({ ...ASK, schema: SCHEMA });
    expect(JSON.stringify(server.seen[0]?.body)).toContain(JSON.stringify(SCHEMA.schema));
    expect(server.seen[0]?.body).toMatchObject(
      format === 'gemini'
        ? { generationConfig: { responseMimeType: 'application/json' } }
        : { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: false } } },
    );
  });

  it('falls to JSON mode, then to plain text, where the model cannot do better, and remembers it', async () => {
    server.answer(
      { status: 400, message: 'This model does not support response format `json_schema`.' },
      { status: 400, message: '"response_format" is not supported by this model.' },
      { text: '{"n":2}' },
    );
    const model = provider();
    expect((await model.complete({ ...ASK, schema: SCHEMA })).attempts).toBe(3);
    const formats = server.seen.map(
      ({ body }) =>
        (body.response_format as { type?: string } | undefined)?.type ??
        (body.generationConfig as { responseMimeType?: string } | undefined)?.responseMimeType,
    );
    const gemini = ['application/json', 'application/json', undefined];
    expect(formats).toEqual(format === 'gemini' ? gemini : ['json_schema', 'json_object', undefined]);
    // Where nothing enforces the schema, the model is told.
    expect(JSON.stringify(server.seen[2]?.body)).toContain('JSON Schema');
    expect((await model.complete({ ...ASK, schema: SCHEMA })).attempts).toBe(1);
    expect(waits).toEqual([]);
  });

  it.each([401, 403])('does not try a refused key again (%i)', async (status) => {
    server.answer({ status, message: `Incorrect API key provided: ${KEY}. See your account.` });
    const error = await failure(ASK);
    expect(error).toBeInstanceOf(AiTerminalError);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.code).toBe('AI_UNAUTHORIZED');
    expect(error.message).toContain('_API_KEY');
    expect(server.seen).toHaveLength(1);
  });

  it('waits as long as a 429 asks for', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '3' } }, { text: 'Two.' });
    expect(await provider().complete(ASK)).toMatchObject({ text: 'Two.', attempts: 2 });
    expect(waits).toEqual([3000]);
  });

  it('does not wait longer than it may', async () => {
    server.answer({ status: 429, headers: { 'retry-after': '3600' }, message: `Slow down, ${KEY}` });
    const error = await failure(ASK);
    expect(error).toMatchObject({
      code: 'AI_RATE_LIMITED',
      details: { retryAfterMs: 3_600_000, providerStatus: 429 },
    });
    expect(error).toBeInstanceOf(AiError);
    expect(waits).toEqual([]);
  });

  it.each([500, 502, 503, 529])('tries %i again, each time later, and gives up', async (status) => {
    server.answer({ status, message: 'Overloaded' });
    const error = await failure(ASK);
    expect(error).toBeInstanceOf(AiError);
    expect(error).not.toBeInstanceOf(TerminalError);
    expect(error).toMatchObject({
      code: 'AI_UNAVAILABLE',
      details: { provider: name, attempts: 3, providerStatus: status },
    });
    expect(server.seen).toHaveLength(3);
    expect(waits).toEqual([500, 1000]);
  });

  it('recovers from a 500 while streaming', async () => {
    server.answer({ status: 500 }, { text: 'Two.' });
    expect(await provider().complete({ ...ASK, onToken: () => {} })).toMatchObject({
      text: 'Two.',
      attempts: 2,
    });
  });

  it.each([
    [400, 'AI_REQUEST_REJECTED'],
    [402, 'AI_QUOTA_EXHAUSTED'],
    [404, 'AI_MODEL_UNKNOWN'],
    [413, 'AI_REQUEST_REJECTED'],
    [422, 'AI_REQUEST_REJECTED'],
  ])('does not repeat a %i (%s)', async (status, code) => {
    server.answer({ status, message: 'The prompt is too long for gsk_abcdefgh12345678' });
    const error = await failure(ASK);
    expect(error).toBeInstanceOf(AiTerminalError);
    expect(error.code).toBe(code);
    expect(error.message).toContain('The prompt is too long for ***');
    expect(server.seen).toHaveLength(1);
  });

  it.each([true, false])('ends a request that takes too long (streamed: %s)', async (streamed) => {
    server.answer({ hang: true });
    const error = await failure({ ...ASK, ...(streamed && { onToken: () => {} }) }, { timeoutMs: 60 });
    expect(error).toBeInstanceOf(AiError);
    expect(error.code).toBe('AI_TIMEOUT');
    expect(server.seen).toHaveLength(1);
  });

  it('ends at once when the caller cancels', async () => {
    server.answer({ hang: true });
    const stop = new AbortController();
    const failed = failure({ ...ASK, signal: stop.signal });
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error(`a reason with ${KEY}`));
    expect(await failed).toMatchObject({ code: 'AI_CANCELLED', status: 499 });
    expect(await failure({ ...ASK, signal: stop.signal })).toBeInstanceOf(AiTerminalError);
    expect(server.seen).toHaveLength(1);
  });

  it('ends at once when the caller cancels between two attempts', async () => {
    server.answer({ status: 500 });
    const stop = new AbortController();
    const sleep = async () => {
      stop.abort();
      throw new Error('aborted');
    };
    const error = await failure({ ...ASK, signal: stop.signal }, { retry: { sleep } });
    expect(error.code).toBe('AI_CANCELLED');
  });

  it('tries again when the connection ends in the middle of an answer', async () => {
    server.answer({ cut: 'Two. Or was it three?' }, { text: 'Two.' });
    expect(await provider().complete(ASK)).toMatchObject({ text: 'Two.', attempts: 2 });
  });

  it('does not begin again once a piece was handed on', async () => {
    server.answer({ cut: 'Two. Or was it three?' }, { text: 'Two.' });
    const pieces: string[] = [];
    const error = await failure({ ...ASK, onToken: (piece) => pieces.push(piece) });
    expect(error).toMatchObject({ code: 'AI_UNAVAILABLE' });
    expect(error).toBeInstanceOf(AiError);
    expect(pieces).toEqual(['Two. Or wa']);
    expect(server.seen).toHaveLength(1);
  });

  it('knows a stream that ends too early', async () => {
    server.answer({ ended: 'Two. Or was it three?' });
    expect(await failure({ ...ASK, onToken: () => {} })).toMatchObject({ code: 'AI_UNAVAILABLE' });
  });

  it('says when nobody is there', async () => {
    await server.close();
    expect(await failure(ASK)).toMatchObject({ code: 'AI_UNAVAILABLE', details: { attempts: 3 } });
  });

  it.each([true, false])('does not take an empty answer (streamed: %s)', async (streamed) => {
    server.answer({ text: '' });
    const error = await failure({ ...ASK, ...(streamed && { onToken: () => {} }) });
    expect(error.code).toBe('AI_BAD_RESPONSE');
    expect(error).toBeInstanceOf(AiError);
  });

  it.each([true, false])('says when the model declines (streamed: %s)', async (streamed) => {
    server.answer({ refusal: 'PROHIBITED_CONTENT' });
    const error = await failure({ ...ASK, ...(streamed && { onToken: () => {} }) });
    expect(error).toBeInstanceOf(AiTerminalError);
    expect(error.code).toBe('AI_REFUSED');
    expect(error.message).toContain('PROHIBITED_CONTENT');
  });

  it.each([
    ['{}', 'application/json'],
    ['[]', 'application/json'],
    ['{"choices":[]}', 'application/json'],
    ['{"choices":[{}],"candidates":[{}]}', 'application/json'],
    ['{"choices":', 'application/json'],
    ['<html>Welcome to the hotel</html>', 'text/html'],
  ])('does not take another format for an answer: %s', async (raw, contentType) => {
    server.answer({ raw, contentType });
    const error = await failure(ASK, { retry: { ...retry, maxAttempts: 1 } });
    expect(['AI_BAD_RESPONSE', 'AI_UNAVAILABLE']).toContain(error.code);
  });

  it.each([
    'data: {"choices":[{"delta":{"content":"a"}}]\n\n',
    'data: nonsense\n\n',
    '',
    'data: {"error":{"message":"overloaded"}}\n\n',
  ])('does not take a broken stream for an answer: %j', async (raw) => {
    server.answer({ raw, contentType: 'text/event-stream' });
    const error = await failure({ ...ASK, onToken: () => {} }, { retry: { ...retry, maxAttempts: 1 } });
    expect(['AI_BAD_RESPONSE', 'AI_UNAVAILABLE']).toContain(error.code);
  });

  it('ends an answer that repeats itself without end', async () => {
    server.answer({ text: 'again and '.repeat(130_000) });
    expect(await failure({ ...ASK, onToken: () => {} })).toMatchObject({ code: 'AI_BAD_RESPONSE' });
  });

  it("hands on an error of the caller's own callback", async () => {
    server.answer({ text: 'Two.' });
    const mine = new Error('mine');
    const onToken = () => {
      throw mine;
    };
    await expect(provider().complete({ ...ASK, onToken })).rejects.toBe(mine);
    expect(server.seen).toHaveLength(1);
  });

  it('shows its key to nobody', () => {
    const model = provider();
    expect(inspect(model, { depth: 10, showHidden: true })).not.toContain(KEY);
    expect(JSON.stringify(model)).toBe(JSON.stringify({ name, model: model.model }));
  });
});
