/** @module OpenAI, and any server that speaks its chat completions (Ollama, vLLM, llama.cpp, LM Studio), through `openai`. */
import type { ModelProvider, ProviderOptions } from '../provider.ts';
import { createChatProvider } from './chat-provider.ts';
import { NO_REDIRECTS } from './redirects.ts';

/**
 * The small model of the current generation, and OpenAI's own successor for the GPT-4o and GPT-4.1 families
 * (https://developers.openai.com/docs/deprecations, October 2026; also in `ChatModel` of the SDK).
 */
const DEFAULT_MODEL = 'gpt-6-luna';

/** @param options `baseUrl` up to and with `/v1` */
export function createOpenAIProvider(options: ProviderOptions): ModelProvider {
  const { apiKey, model = DEFAULT_MODEL, baseUrl = 'https://api.openai.com/v1' } = options;
  return createProvider(
    { name: 'openai', apiKey, model, baseUrl, tokenLimit: 'max_completion_tokens' },
    options,
  );
}

/** Address and model must be given; a key only where the server wants one. */
export type CompatibleOptions = Omit<ProviderOptions, 'apiKey' | 'model' | 'baseUrl'> & {
  apiKey?: string;
  model: string;
  /** Up to and with `/v1`, such as `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  /** What the provider is called in answers and messages. Default `openai-compatible`. */
  name?: string;
};

/** A server that speaks OpenAI's format. */
export function createCompatibleProvider(options: CompatibleOptions): ModelProvider {
  const { apiKey, model, baseUrl, name = 'openai-compatible' } = options;
  // Not all of these servers know the newer name of the limit.
  return createProvider({ name, apiKey, model, baseUrl, tokenLimit: 'max_tokens' }, options);
}

interface Server {
  name: string;
  apiKey: string | undefined;
  model: string;
  baseUrl: string;
  tokenLimit: 'max_tokens' | 'max_completion_tokens';
}

function createProvider(
  { name, apiKey, model, baseUrl: baseURL, tokenLimit }: Server,
  options: Pick<ProviderOptions, 'timeoutMs' | 'retry'>,
): ModelProvider {
  const connect = async () => {
    const { OpenAI } = await import('openai');
    // What is not given here the SDK would take from the environment.
    const account = { organization: null, project: null, adminAPIKey: null, webhookSecret: null };
    // The SDK wants a key; a server without one gets no header.
    const access = apiKey ? { apiKey } : { apiKey: 'none', defaultHeaders: { Authorization: null } };
    return new OpenAI({
      ...access,
      baseURL,
      ...account,
      fetchOptions: NO_REDIRECTS,
      maxRetries: 0,
      logLevel: 'off',
    });
  };
  let client: ReturnType<typeof connect> | undefined;
  return createChatProvider(
    {
      name,
      model,
      keyVariable: 'OPENAI_API_KEY',
      apiKey,
      tokenLimit,
      streamUsage: 'asked for',
      ask: async (body, signal) => {
        client ??= connect();
        return (await client).chat.completions.create(body, { signal });
      },
    },
    options,
  );
}
