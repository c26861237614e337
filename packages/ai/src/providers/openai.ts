/** @module OpenAI, through `openai`. */
import type { ModelProvider, ProviderOptions } from '../provider.ts';
import type { Attempt, Dialect, Reply } from './attempt.ts';
import {
  chatMessages,
  explainApiError,
  readCompletion,
  readStream,
  responseFormat,
} from './chat-completion.ts';
import { createModelProvider } from './model-provider.ts';

/**
 * The small model of the current generation, and OpenAI's own successor for the GPT-4o and GPT-4.1 families
 * (https://developers.openai.com/docs/deprecations, October 2026; also in `ChatModel` of the SDK).
 */
const DEFAULT_MODEL = 'gpt-6-luna';

/** @param options `baseUrl` up to and with `/v1` */
export function createOpenAIProvider(options: ProviderOptions): ModelProvider {
  const { apiKey, model = DEFAULT_MODEL, baseUrl: baseURL = 'https://api.openai.com/v1' } = options;

  const connect = async () => {
    const { OpenAI } = await import('openai');
    // What is not given here the SDK would take from the environment.
    const account = { organization: null, project: null, adminAPIKey: null, webhookSecret: null };
    return new OpenAI({ apiKey, baseURL, ...account, maxRetries: 0, logLevel: 'off' });
  };
  let client: ReturnType<typeof connect> | undefined;

  async function send(attempt: Attempt): Promise<Reply> {
    client ??= connect();
    const { completions } = (await client).chat;
    const body = {
      model,
      messages: chatMessages(attempt),
      max_completion_tokens: attempt.maxTokens,
      ...responseFormat(attempt),
    };
    const { signal } = attempt;
    if (!attempt.onToken) return readCompletion(await completions.create(body, { signal }));
    const streamed = { ...body, stream: true, stream_options: { include_usage: true } } as const;
    return readStream(await completions.create(streamed, { signal }), attempt);
  }

  const dialect: Dialect = {
    name: 'openai',
    model,
    keyVariable: 'OPENAI_API_KEY',
    secrets: [apiKey],
    formats: ['json_schema', 'json_object', 'text'],
    send,
    explain: explainApiError,
  };
  return createModelProvider(dialect, options);
}
