/** @module Groq, through `groq-sdk`. */
import type { ModelProvider, ProviderOptions } from '../provider.ts';
import type { Reply } from './attempt.ts';
import { record, text } from './chat-completion.ts';
import { createChatProvider } from './chat-provider.ts';
import { NO_REDIRECTS } from './redirects.ts';

/**
 * A production model that can enforce JSON schemas (https://console.groq.com/docs/models and
 * https://console.groq.com/docs/structured-outputs, November 2026); Groq names it as the successor of llama-3.3-70b-versatile,
 * which it no longer serves.
 */
const DEFAULT_MODEL = 'openai/gpt-oss-120b';

/** @param options `baseUrl` with or without the `/openai/v1` at its end */
export function createGroqProvider(options: ProviderOptions): ModelProvider {
  const { apiKey, model = DEFAULT_MODEL } = options;
  // The SDK adds this path itself.
  const baseURL = (options.baseUrl ?? 'https://api.groq.com')
    .replace(/\/+$/, '')
    .replace(/\/openai\/v1$/, '');

  const connect = async () => {
    const { Groq } = await import('groq-sdk');
    return new Groq({ apiKey, baseURL, fetchOptions: NO_REDIRECTS, maxRetries: 0, logLevel: 'off' });
  };
  let client: ReturnType<typeof connect> | undefined;
  return createChatProvider(
    {
      name: 'groq',
      model,
      keyVariable: 'GROQ_API_KEY',
      apiKey,
      tokenLimit: 'max_completion_tokens',
      streamUsage: 'always sent',
      ask: async (body, signal) => {
        client ??= connect();
        return (await client).chat.completions.create(body, { signal });
      },
      recover: readFailedGeneration,
    },
    options,
  );
}

/** Groq refuses JSON that does not satisfy the schema, and sends it along: it is as good as any text that has to be repaired. */
function readFailedGeneration(error: unknown): Reply {
  // Groq's errors lie in an envelope whose depth depends on the SDK's version.
  const outer = record(record(error).error);
  const body = outer.code === undefined ? record(outer.error) : outer;
  const generated = body.code === 'json_validate_failed' ? text(body.failed_generation) : undefined;
  if (generated === undefined) throw error;
  // "Failed to generate JSON": the text has its end. "max completion tokens reached before generating a valid document": it has none.
  const finishReason = /max(?:imum)?[\s_]+(?:completion[\s_]+)?tokens/i.test(text(body.message) ?? '')
    ? 'length'
    : 'other';
  return { text: generated, inputTokens: 0, outputTokens: 0, finishReason, model: undefined };
}
