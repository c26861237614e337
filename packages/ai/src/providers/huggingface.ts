/** @module Hugging Face Inference Providers and own endpoints, through `@huggingface/inference`. */
import type { ModelProvider, ProviderOptions } from '../provider.ts';
import type { Failure } from './attempt.ts';
import { record, text } from './chat-completion.ts';
import { createChatProvider } from './chat-provider.ts';
import { explainRest, retryAfter } from './failure.ts';
import { NO_REDIRECTS } from './redirects.ts';

/** Served by several of the router's providers (https://huggingface.co/docs/inference-providers/guides/gpt-oss, 2026). */
const DEFAULT_MODEL = 'openai/gpt-oss-120b';
/** The router that picks a provider for the model (https://huggingface.co/docs/inference-providers). */
const ROUTER = 'https://router.huggingface.co/v1';

/** @param options `baseUrl` of an own endpoint, with or without `/v1` at its end */
export function createHuggingFaceProvider(options: ProviderOptions): ModelProvider {
  const { apiKey, model = DEFAULT_MODEL, baseUrl: endpointUrl = ROUTER } = options;

  return createChatProvider(
    {
      name: 'huggingface',
      model,
      keyVariable: 'HUGGINGFACE_API_KEY',
      apiKey,
      tokenLimit: 'max_tokens',
      streamUsage: 'asked for',
      ask: async (body, signal) => {
        const { InferenceClient } = await import('@huggingface/inference');
        // The SDK's errors say nothing of the response's headers.
        let headers: Headers | undefined;
        const watch = async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
          const response = await fetch(input, { ...init, ...NO_REDIRECTS });
          headers = response.headers;
          return response;
        };
        const client = new InferenceClient(apiKey, {
          endpointUrl,
          // By default the SDK repeats a 503 without a pause and without end.
          retry_on_error: false,
          fetch: Object.assign(watch, { preconnect: fetch.preconnect }),
          signal,
        });
        const withHeaders = (error: unknown) => new AnswerError(error, headers);
        if (!body.stream)
          return client.chatCompletion(body).catch((error: unknown) => {
            throw withHeaders(error);
          });
        return rethrowing(client.chatCompletionStream(body), withHeaders);
      },
      explain,
    },
    options,
  );
}

async function* rethrowing<T>(
  stream: AsyncIterable<T>,
  wrap: (error: unknown) => Error,
): AsyncGenerator<T, void> {
  try {
    yield* stream;
  } catch (error) {
    throw wrap(error);
  }
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
