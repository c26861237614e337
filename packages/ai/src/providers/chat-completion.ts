/** @module The chat-completion format that Groq, OpenAI, Hugging Face and compatible servers share: building requests, reading answers. */
import type { FinishReason } from '../provider.ts';
import {
  type Attempt,
  BrokenConnection,
  type Failure,
  MAX_TEXT_LENGTH,
  type Reply,
  UnreadableReply,
} from './attempt.ts';
import { explainRest, retryAfter } from './failure.ts';

/** The instructions and the conversation as the format lists them. */
export function chatMessages({
  system,
  messages,
}: Attempt): { role: 'system' | 'user' | 'assistant'; content: string }[] {
  return [{ role: 'system', content: system }, ...messages.map(({ role, content }) => ({ role, content }))];
}

/** `response_format` for the attempt; nothing for plain text. */
export function responseFormat({ format, schema }: Attempt) {
  if (format === 'json_schema' && schema) {
    const { name, schema: json, strict = false } = schema;
    return {
      response_format: { type: 'json_schema', json_schema: { name, schema: json, strict } },
    } as const;
  }
  if (format === 'json_object') return { response_format: { type: 'json_object' } } as const;
  return {};
}

/** Reads a whole answer. */
export function readCompletion(value: unknown): Reply {
  const { choices, model, usage } = record(value);
  const choice = record(Array.isArray(choices) ? choices[0] : undefined);
  if (!Array.isArray(choices) || typeof choice.message !== 'object') throw unreadable(value);
  const message = record(choice.message);
  return {
    text: contentText(message.content),
    ...tokens(usage),
    ...ending(choice.finish_reason, message.refusal),
    model: text(model),
  };
}

/** Reads an answer piece by piece, handing each to `onToken`. */
export async function readStream(
  stream: AsyncIterable<unknown>,
  { onToken }: Pick<Attempt, 'onToken'>,
): Promise<Reply> {
  const pieces: string[] = [];
  let length = 0;
  let refusal = '';
  let finish: unknown;
  let model: string | undefined;
  let usage: unknown;
  for await (const chunk of stream) {
    const { choices, x_groq: groq, ...rest } = record(chunk);
    if (rest.error !== undefined) throw unreadable(chunk);
    model ??= text(rest.model);
    usage = rest.usage ?? record(groq).usage ?? usage;
    // The last chunk may hold nothing but the usage.
    const choice = record(Array.isArray(choices) ? choices[0] : undefined);
    const delta = record(choice.delta);
    finish = choice.finish_reason ?? finish;
    refusal += text(delta.refusal) ?? '';
    const piece = contentText(delta.content);
    if (piece === '') continue;
    length += piece.length;
    if (length > MAX_TEXT_LENGTH) throw new UnreadableReply('the answer does not end');
    pieces.push(piece);
    onToken?.(piece);
  }
  if (finish === undefined || finish === null) throw new BrokenConnection('ended in the middle');
  return { text: pieces.join(''), ...tokens(usage), ...ending(finish, refusal), model };
}

/** Reads what an SDK made by Stainless (`openai`, `groq-sdk`) threw: they share the shape of their errors. */
export function explainApiError(thrown: unknown): Failure {
  const { status, headers, error, message } = record(thrown);
  const body = record(error);
  const says = text(body.message) ?? text(message)?.replace(/^\d{3} /, '') ?? '';
  if (typeof status !== 'number') {
    // An error event in the middle of a stream has no status of its own.
    return body.message === undefined ? explainRest(thrown) : { kind: 'unreadable', message: says };
  }
  const code = text(body.code);
  const retryAfterMs = retryAfter(headers instanceof Headers ? headers : undefined);
  return {
    kind: 'status',
    status,
    message: code === undefined ? says : `${says} (${code})`,
    ...(code !== undefined && { code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** An object's fields; none for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The value when it is a text with something in it. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A count of tokens; 0 for anything else. */
export function count(value: unknown): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? Math.floor(value) : 0;
}

/** A content is a text, or a list of parts. */
function contentText(content: unknown): string {
  if (Array.isArray(content)) return content.map((part) => text(record(part).text) ?? '').join('');
  return text(content) ?? '';
}

function tokens(usage: unknown): Pick<Reply, 'inputTokens' | 'outputTokens'> {
  const { prompt_tokens: input, completion_tokens: output } = record(usage);
  return { inputTokens: count(input), outputTokens: count(output) };
}

function ending(finish: unknown, refusal: unknown): Pick<Reply, 'finishReason' | 'refusal'> {
  const finishReason = FINISH[String(finish).toLowerCase()] ?? 'other';
  if (text(refusal)) return { finishReason, refusal: String(refusal) };
  return finish === 'content_filter' ? { finishReason, refusal: 'content filter' } : { finishReason };
}

/** Servers that speak this format for other models pass on those models' own words. */
const FINISH: Record<string, FinishReason> = {
  stop: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  length: 'length',
  max_tokens: 'length',
  max_length: 'length',
  model_length: 'length',
};

function unreadable(value: unknown): UnreadableReply {
  const { error } = record(value);
  const says = text(error) ?? text(record(error).message);
  return new UnreadableReply(says ?? 'the answer is not a chat completion');
}
