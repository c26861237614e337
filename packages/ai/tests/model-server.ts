/** @module A local server that speaks the wire formats of the providers and misbehaves where a test says so. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whose wire format the server speaks: chat completions (Groq, OpenAI, Hugging Face, compatible) or Gemini's. */
export type WireFormat = 'chat' | 'gemini';

/** What the server does with one request. */
export type Answer =
  | { text: string; finish?: 'stop' | 'length' }
  | { refusal: string }
  /** Closes the connection after the beginning of the text. */
  | { cut: string }
  /** Ends the stream properly, but after the beginning of the text. */
  | { ended: string }
  /** An error in the provider's own envelope. */
  | { status: number; message?: string; code?: string; headers?: Record<string, string>; extra?: object }
  /** Takes the request and says nothing. */
  | { hang: true }
  | { raw: string; contentType: string }
  | { redirect: string };

/** A request as the server saw it. */
export interface Seen {
  path: string;
  /** The key as it was sent, without `Bearer `. */
  key: string | undefined;
  body: Record<string, unknown>;
}

export interface ModelServer {
  url: string;
  seen: Seen[];
  /** Answers in this order; the last one again and again. */
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function startModelServer(format: WireFormat): Promise<ModelServer> {
  const seen: Seen[] = [];
  let answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await readBody(request)) as Record<string, unknown>;
    seen.push({ path: request.url ?? '', key: keyOf(request), body });
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    const streamed =
      format === 'gemini' ? request.url?.includes('streamGenerateContent') : body.stream === true;
    give(response, answer, FORMATS[format], streamed === true);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (...next) => {
      answers = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Format {
  whole(text: string, finish: string, refusal?: string): object;
  pieces(text: string, finish: string, refusal?: string): (object | '[DONE]')[];
  error(answer: Extract<Answer, { status: number }>): object;
}

function give(response: ServerResponse, answer: Answer, format: Format, streamed: boolean): void {
  if ('redirect' in answer) {
    response.writeHead(307, { location: answer.redirect }).end();
    return;
  }
  if ('hang' in answer) return;
  if ('raw' in answer) {
    response.writeHead(200, { 'content-type': answer.contentType }).end(answer.raw);
  } else if ('status' in answer) {
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(format.error(answer)));
  } else if ('ended' in answer) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(event(format.pieces(answer.ended, 'stop')[0]!));
  } else if ('cut' in answer) {
    cutShort(response, answer.cut, format, streamed);
  } else {
    const [text, finish, refusal] =
      'refusal' in answer
        ? ['', 'refusal', answer.refusal]
        : [answer.text, answer.finish ?? 'stop', undefined];
    if (!streamed) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(format.whole(text, finish, refusal)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(format.pieces(text, finish, refusal).map(event).join(''));
  }
}

function cutShort(response: ServerResponse, text: string, format: Format, streamed: boolean): void {
  if (streamed) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // The first piece arrives, the rest never does.
    response.write(event(format.pieces(text, 'stop')[0]!), () => setTimeout(() => response.destroy(), 30));
    return;
  }
  const whole = JSON.stringify(format.whole(text, 'stop'));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
  response.write(whole.slice(0, whole.length / 2), () => setTimeout(() => response.destroy(), 30));
}

const event = (piece: object | '[DONE]') =>
  `data: ${piece === '[DONE]' ? piece : JSON.stringify(piece)}\r\n\r\n`;

const halves = (text: string) => [text.slice(0, text.length / 2), text.slice(text.length / 2)];

const about = { id: 'chatcmpl-1', created: 1_795_000_000, model: 'served-model', system_fingerprint: 'fp_1' };
const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

const chat: Format = {
  whole: (text, finish, refusal) => ({
    ...about,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: refusal === undefined ? text : null,
          refusal: refusal ?? null,
        },
        finish_reason: finish === 'refusal' ? 'stop' : finish,
        logprobs: null,
      },
    ],
    usage,
  }),
  pieces: (text, finish, refusal) => {
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...about,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason, logprobs: null }],
    });
    return [
      ...(refusal === undefined ? halves(text).map((content) => chunk({ content })) : [chunk({ refusal })]),
      chunk({}, finish === 'refusal' ? 'stop' : finish),
      { ...about, object: 'chat.completion.chunk', choices: [], usage },
      '[DONE]',
    ];
  },
  error: ({ status, message = 'No', code = null, extra }) => ({
    error: {
      message,
      type: status === 429 ? 'tokens' : 'invalid_request_error',
      param: null,
      code,
      ...extra,
    },
  }),
};

const geminiUsage = {
  promptTokenCount: 11,
  candidatesTokenCount: 4,
  thoughtsTokenCount: 3,
  totalTokenCount: 18,
};

const gemini: Format = {
  whole: (text, finish, refusal) => ({
    ...(refusal === undefined
      ? {
          candidates: [
            { index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: GEMINI_FINISH[finish] },
          ],
        }
      : { promptFeedback: { blockReason: refusal } }),
    usageMetadata: geminiUsage,
    modelVersion: 'served-model',
  }),
  pieces: (text, finish, refusal) =>
    refusal === undefined
      ? halves(text).map((piece, index) => ({
          candidates: [
            {
              index: 0,
              content: { role: 'model', parts: [{ text: piece }] },
              ...(index === 1 && { finishReason: GEMINI_FINISH[finish] }),
            },
          ],
          usageMetadata: geminiUsage,
          modelVersion: 'served-model',
        }))
      : [{ promptFeedback: { blockReason: refusal }, usageMetadata: geminiUsage }],
  error: ({ status, message = 'No', headers, extra }) => {
    const seconds = headers?.['retry-after'];
    const details = [
      ...(seconds === undefined
        ? []
        : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }]),
      ...(extra ? [extra] : []),
    ];
    return { error: { code: status, message, status: 'ERROR', ...(details.length > 0 && { details }) } };
  },
};

const GEMINI_FINISH: Record<string, string> = { stop: 'STOP', length: 'MAX_TOKENS' };
const FORMATS: Record<WireFormat, Format> = { chat, gemini };

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const google = headers['x-goog-api-key'];
  return typeof google === 'string' ? google : headers.authorization?.replace(/^Bearer /, '');
}
