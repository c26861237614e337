/** @module Any server that speaks OpenAI's chat completions (Ollama, vLLM, llama.cpp, LM Studio), through `openai`. */
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

/** Address and model must be given; a key only where the server wants one. */
export type CompatibleOptions = Omit<ProviderOptions, 'apiKey' | 'model' | 'baseUrl'> & {
  apiKey?: string;
  model: string;
  /** Up to and with `/v1`, such as `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  /** What the provider is called in answers and messages. Default `openai-compatible`. */
  name?: string;
};

export function createCompatibleProvider(options: CompatibleOptions): ModelProvider {
  const { apiKey, model, baseUrl: baseURL, name = 'openai-compatible' } = options;

  const connect = async () => {
    const { OpenAI } = await import('openai');
    const account = { organization: null, project: null, adminAPIKey: null, webhookSecret: null };
    // The SDK wants a key; a server without one gets no header.
    const access = apiKey ? { apiKey } : { apiKey: 'none', defaultHeaders: { Authorization: null } };
    return new OpenAI({ ...access, baseURL, ...account, maxRetries: 0, logLevel: 'off' });
  };
  let client: ReturnType<typeof connect> | undefined;

  async function send(attempt: Attempt): Promise<Reply> {
    client ??= connect();
    const { completions } = (await client).chat;
    const body = {
      model,
      messages: chatMessages(attempt),
      // The newer name is not known to all of these servers.
      max_tokens: attempt.maxTokens,
      ...responseFormat(attempt),
    };
    const { signal } = attempt;
    if (!attempt.onToken) return readCompletion(await completions.create(body, { signal }));
    const streamed = { ...body, stream: true, stream_options: { include_usage: true } } as const;
    return readStream(await completions.create(streamed, { signal }), attempt);
  }

  const dialect: Dialect = {
    name,
    model,
    keyVariable: 'OPENAI_API_KEY',
    secrets: apiKey ? [apiKey] : [],
    formats: ['json_schema', 'json_object', 'text'],
    send,
    explain: explainApiError,
  };
  return createModelProvider(dialect, options);
}
