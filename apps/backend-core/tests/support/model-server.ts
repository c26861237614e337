/** @module A local server that speaks the wire format of Groq and OpenAI, also as a stream; what it answers is up to the test. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the provider gets it. */
export interface ModelRequest {
  model: string;
  stream?: boolean;
  messages: { role: string; content: string }[];
  response_format?: { type: string; json_schema?: { name: string } };
}

/** A running server. */
export interface ModelServer {
  /** For `GROQ_BASE_URL` and `OPENAI_BASE_URL`. */
  url: string;
  /** Everything it was asked. */
  requests: ModelRequest[];
  /** `Authorization` headers it was sent. */
  authorizations: (string | undefined)[];
  /** Gives the text to answer, or a status to fail with. */
  answer: (request: ModelRequest) => string | number | Promise<string | number>;
  /** Requests whose caller has left. */
  left: number;
  close(): Promise<void>;
}

/** What every answer is said to have cost. */
export const MODEL_USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** Starts one on a free port. */
export async function startModelServer(): Promise<ModelServer> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', async () => {
      const body = JSON.parse(text) as ModelRequest;
      running.requests.push(body);
      running.authorizations.push(request.headers.authorization);
      response.once('close', () => {
        if (!response.writableFinished) running.left += 1;
      });
      const answer = await running.answer(body);
      if (response.destroyed) return;
      if (typeof answer === 'number') fail(response, answer);
      else if (body.stream) stream(response, answer);
      else whole(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const running: ModelServer = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    authorizations: [],
    answer: () => '{}',
    left: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return running;
}

const ABOUT = { id: 'chatcmpl-1', created: 1, model: 'stand-in' };

function whole(response: ServerResponse, content: string): void {
  response.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      ...ABOUT,
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
      usage: MODEL_USAGE,
    }),
  );
}

function stream(response: ServerResponse, content: string): void {
  response.setHeader('content-type', 'text/event-stream');
  const send = (chunk: object) =>
    response.write(
      `data: ${JSON.stringify({ ...ABOUT, object: 'chat.completion.chunk', usage: null, ...chunk })}\n\n`,
    );
  const size = Math.max(1, Math.ceil(content.length / 8));
  for (let at = 0; at < content.length; at += size) {
    send({ choices: [{ index: 0, delta: { content: content.slice(at, at + size) }, finish_reason: null }] });
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], x_groq: { usage: MODEL_USAGE } });
  // OpenAI sends it by itself.
  send({ choices: [], usage: MODEL_USAGE });
  response.end('data: [DONE]\n\n');
}

function fail(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { message: `failed with ${status}`, type: 'server_error' } }));
}
