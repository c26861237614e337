/** @module Google Gemini, through `@google/generative-ai`, whose support has ended: this file alone knows it. */
import type { GenerateContentRequest, GenerationConfig } from '@google/generative-ai';
import type { FinishReason, ModelProvider, ProviderOptions } from '../provider.ts';
import {
  type Attempt,
  BrokenConnection,
  type Dialect,
  type Failure,
  MAX_TEXT_LENGTH,
  type Reply,
  UnreadableReply,
} from './attempt.ts';
import { count, record, text } from './chat-completion.ts';
import { explainRest } from './failure.ts';
import { createModelProvider } from './model-provider.ts';

/** The newest stable Flash model (https://ai.google.dev/gemini-api/docs/models and …/deprecations, autumn 2026). */
const DEFAULT_MODEL = 'gemini-3.8-flash';

/** @param options `baseUrl` with or without the `/v1beta` at its end */
export function createGeminiProvider(options: ProviderOptions): ModelProvider {
  const { apiKey, model = DEFAULT_MODEL } = options;
  const address = (options.baseUrl ?? 'https://generativelanguage.googleapis.com').replace(/\/+$/, '');
  const [, baseUrl = address, apiVersion = 'v1beta'] = /^(.*)\/(v\d\w*)$/.exec(address) ?? [];

  async function send(attempt: Attempt): Promise<Reply> {
    const { GoogleGenerativeAI } = await import('@google/generative-ai');
    const client = new GoogleGenerativeAI(apiKey).getGenerativeModel({ model }, { baseUrl, apiVersion });
    const request = toRequest(attempt);
    const reader = new AnswerReader(attempt.onToken);
    if (!attempt.onToken) {
      const { response } = await client.generateContent(request, { signal: attempt.signal });
      reader.take(response);
      return reader.finish();
    }
    const { stream, response } = await client.generateContentStream(request, { signal: attempt.signal });
    // A second reader of the same stream that nobody asked for; unheard, its failure would end the process.
    response.catch(() => {});
    for await (const chunk of stream) reader.take(chunk);
    return reader.finish();
  }

  const dialect: Dialect = {
    name: 'gemini',
    model,
    keyVariable: 'GEMINI_API_KEY',
    secrets: [apiKey],
    formats: ['json_schema', 'json_object', 'text'],
    send,
    explain,
  };
  return createModelProvider(dialect, options);
}

function toRequest({ system, messages, format, schema, maxTokens }: Attempt): GenerateContentRequest {
  // The API takes JSON Schema under this name; the SDK's types are older and its own `responseSchema` refuses open objects.
  const generationConfig: GenerationConfig & { responseJsonSchema?: unknown } = {
    maxOutputTokens: maxTokens,
    ...(format !== 'text' && { responseMimeType: 'application/json' }),
    ...(schema && { responseJsonSchema: schema.schema }),
  };
  return {
    systemInstruction: { role: 'system', parts: [{ text: system }] },
    contents: messages.map(({ role, content }) => ({
      role: role === 'assistant' ? 'model' : 'user',
      parts: [{ text: content }],
    })),
    generationConfig,
  };
}

/** Puts an answer together out of one piece or many; the SDK's own helpers throw where a model declined. */
class AnswerReader {
  #text = '';
  #finish: string | undefined;
  #block: string | undefined;
  #model: string | undefined;
  #usage: Record<string, unknown> = {};
  readonly #onToken: Attempt['onToken'];

  constructor(onToken: Attempt['onToken']) {
    this.#onToken = onToken;
  }

  take(value: unknown): void {
    const { candidates, promptFeedback, usageMetadata, modelVersion } = record(value);
    const candidate = record(Array.isArray(candidates) ? candidates[0] : undefined);
    this.#finish = text(candidate.finishReason) ?? this.#finish;
    this.#block = text(record(promptFeedback).blockReason) ?? this.#block;
    this.#model = text(modelVersion) ?? this.#model;
    if (usageMetadata !== undefined) this.#usage = record(usageMetadata);
    const { parts } = record(candidate.content);
    for (const part of Array.isArray(parts) ? parts.map(record) : []) {
      // A thought is not part of the answer.
      const piece = part.thought === true ? undefined : text(part.text);
      if (piece === undefined) continue;
      this.#text += piece;
      if (this.#text.length > MAX_TEXT_LENGTH) throw new UnreadableReply('the answer does not end');
      this.#onToken?.(piece);
    }
  }

  finish(): Reply {
    const finish = this.#finish;
    const refusal = this.#block ?? (finish !== undefined && DECLINED.has(finish) ? finish : undefined);
    if (refusal === undefined && finish === undefined) {
      if (this.#onToken) throw new BrokenConnection('ended in the middle');
      throw new UnreadableReply('the answer has no candidate');
    }
    const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount } = this.#usage;
    return {
      text: this.#text,
      inputTokens: count(promptTokenCount),
      outputTokens: count(candidatesTokenCount) + count(thoughtsTokenCount),
      finishReason: FINISH[finish ?? ''] ?? 'other',
      model: this.#model,
      ...(refusal !== undefined && { refusal }),
    };
  }
}

const FINISH: Record<string, FinishReason> = { STOP: 'stop', MAX_TOKENS: 'length' };
const DECLINED = new Set(['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'LANGUAGE']);

function explain(thrown: unknown): Failure {
  const { status, message, errorDetails } = record(thrown);
  if (typeof status !== 'number') return explainRest(thrown);
  const details = Array.isArray(errorDetails) ? errorDetails.map(record) : [];
  // "Error fetching from <address>: [400 Bad Request] <text> <details as JSON>"
  const says = String(message)
    .replace(/^.*?: \[\d{3}[^\]]*\] ?/s, '')
    .replace(/ \[\{.*$/s, '');
  // A wrong key is a bad request here.
  const wrongKey =
    details.some(({ reason }) => reason === 'API_KEY_INVALID') || /API key not valid/i.test(says);
  const retryAfterMs = retryDelay(details);
  return {
    kind: 'status',
    status: wrongKey ? 401 : status,
    message: says,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** The API says it in the body (`google.rpc.RetryInfo`), as a text such as `1.5s`. */
function retryDelay(details: Record<string, unknown>[]): number | undefined {
  for (const { retryDelay: delay } of details) {
    const seconds = typeof delay === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1] : undefined;
    if (seconds !== undefined) return Number(seconds) * 1000;
  }
  return undefined;
}
