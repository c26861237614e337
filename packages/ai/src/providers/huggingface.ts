/** @module Hugging Face Inference Providers and own endpoints, through `@huggingface/inference`. */
import type { ModelProvider, ProviderOptions } from '../provider.ts';
import type { Attempt, Dialect, Failure, Reply } from './attempt.ts';
import { chatMessages, readCompletion, readStream, record, responseFormat, text } from './chat-completion.ts';
import { explainRest, retryAfter } from './failure.ts';
import { createModelProvider } from './model-provider.ts';

/** Served by several of the router's providers (https://huggingface.co/docs/inference-providers/guides/gpt-oss, 2026). */
const DEFAULT_MODEL = 'openai/gpt-oss-120b';
/** The router that picks a provider for the model (https://huggingface.co/docs/inference-providers). */
const ROUTER = 'https://router.huggingface.co/v1';

/** @param options `baseUrl` of an own endpoint, with or without `/v1` at its end */
export function createHuggingFaceProvider(options: ProviderOptions): ModelProvider {
  const { apiKey, model = DEFAULT_MODEL, baseUrl: endpointUrl = ROUTER } = options;

  async function send(attempt: Attempt): Promise<Reply> {
    const { InferenceClient } = await import('@huggingface/inference');
    const body = {
      model,
      messages: chatMessages(attempt),
      max_tokens: attempt.maxTokens,
      ...responseFormat(attempt),
    };
    // The SDK's errors say nothing of the answer's headers.
    let headers: Headers | undefined;
    const watch = async (...request: Parameters<typeof fetch>) => {
      const response = await fetch(...request);
      headers = response.headers;
      return response;
    };
    // Without the second option the SDK repeats a 503 without a pause and without end.
    const client = new InferenceClient(apiKey, {
      endpointUrl,
      retry_on_error: false,
      fetch: Object.assign(watch, { preconnect: fetch.preconnect }),
      signal: attempt.signal,
    });
    try {
      if (!attempt.onToken) return readCompletion(await client.chatCompletion(body));
      const streamed = { ...body, stream: true, stream_options: { include_usage: true } };
      return await readStream(client.chatCompletionStream(streamed), attempt);
    } catch (error) {
      throw new AnswerError(error, headers);
    }
  }

  const dialect: Dialect = {
    name: 'huggingface',
    model,
    keyVariable: 'HUGGINGFACE_API_KEY',
    secrets: [apiKey],
    formats: ['json_schema', 'json_object', 'text'],
    send,
    explain,
  };
  return createModelProvider(dialect, options);
}

/** What the SDK threw, with the headers it left out. */
class AnswerError extends Error {
  readonly thrown: unknown;
  readonly headers: Headers | undefined;

  constructor(thrown: unknown, headers: Headers | undefined) {
    super('Hugging Face');
    this.thrown = thrown;
    this.headers = headers;
  }
}

function explain(error: unknown): Failure {
  const { thrown, headers } = error instanceof AnswerError ? error : { thrown: error, headers: undefined };
  const { status, body } = record(record(thrown).httpResponse);
  if (typeof status !== 'number') return explainRest(thrown);
  const { error: inner, message, detail } = record(body);
  const says =
    text(record(inner).message) ?? text(inner) ?? text(message) ?? text(detail) ?? text(body) ?? '';
  // An error event in a stream, or an answer that is no stream, comes with the status of success.
  if (status < 400) return { kind: 'unreadable', message: says || 'the answer is not a chat completion' };
  const retryAfterMs = retryAfter(headers);
  return { kind: 'status', status, message: says, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
