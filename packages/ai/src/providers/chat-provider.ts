/** @module The provider of a server that speaks chat completions: what Groq, OpenAI, Hugging Face and compatible servers share. */
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

/** The body of a request, as all SDKs take it. */
export type ChatBody = ReturnType<typeof responseFormat> & {
  model: string;
  messages: ReturnType<typeof chatMessages>;
  max_tokens?: number;
  max_completion_tokens?: number;
  stream?: boolean;
  stream_options?: { include_usage: boolean };
};

/** A server of chat completions, and how it differs from the others. */
export interface ChatServer
  extends Pick<Dialect, 'name' | 'model' | 'keyVariable'>,
    Partial<Pick<Dialect, 'explain'>> {
  apiKey?: string | undefined;
  /** The field that bounds the completion. */
  tokenLimit: 'max_tokens' | 'max_completion_tokens';
  /** Whether a stream has to be asked for its usage. */
  streamUsage: 'asked for' | 'always sent';
  /** Sends a request; a stream when the body asks for one. */
  ask(body: ChatBody, signal: AbortSignal): Promise<unknown>;
  /** Reads a reply out of what `ask` or the stream has thrown. Default: none can be read. */
  recover?(error: unknown): Reply;
}

/** The provider of one server. */
export function createChatProvider(
  server: ChatServer,
  { timeoutMs, retry }: Pick<ProviderOptions, 'timeoutMs' | 'retry'>,
): ModelProvider {
  const { name, model, keyVariable, apiKey, explain = explainApiError } = server;
  return createModelProvider(
    {
      name,
      model,
      keyVariable,
      secrets: apiKey ? [apiKey] : [],
      formats: ['json_schema', 'json_object', 'text'],
      send: (attempt) => send(server, attempt),
      explain,
    },
    { timeoutMs, retry },
  );
}

async function send(server: ChatServer, attempt: Attempt): Promise<Reply> {
  const { model, tokenLimit, streamUsage, recover } = server;
  const isStream = attempt.onToken !== undefined;
  const body: ChatBody = {
    model,
    messages: chatMessages(attempt),
    [tokenLimit]: attempt.maxTokens,
    ...responseFormat(attempt),
    ...(isStream && { stream: true }),
    ...(isStream && streamUsage === 'asked for' && { stream_options: { include_usage: true } }),
  };
  try {
    const response = await server.ask(body, attempt.signal);
    return isStream
      ? await readStream(response as AsyncIterable<unknown>, attempt)
      : readCompletion(response);
  } catch (error) {
    if (recover) return recover(error);
    throw error;
  }
}
