/**
 * @module A stand-in for a language model in the wire format of a provider, which makes the mistakes that models make. What is
 * measured with it is the way from a request to a workflow, not a model.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderName } from '@orchestrix/ai';
import { answerFor, type ScriptedRequest } from './scripted-answers.ts';

/** A running stand-in. */
export interface ScriptedModel {
  /** Variables by which a server asks it. */
  env: Record<string, string>;
  /** Kind of mistake → how often it was made. */
  mistakes: Record<string, number>;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startScriptedModel(provider: ProviderName): Promise<ScriptedModel> {
  const mistakes: Record<string, number> = {};
  let asked = 0;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    asked += 1;
    const failure = FAILURES[asked];
    if (failure) {
      count(mistakes, String(failure));
      response.writeHead(failure, { 'content-type': 'application/json', 'retry-after': '0' });
      response.end(JSON.stringify({ error: { message: 'Try again', code: failure, status: 'ERROR' } }));
      return;
    }
    const isGemini = provider === 'gemini';
    // A stand-in that stumbles must not be waited for.
    const answer = await answerFor(isGemini ? readGemini(body) : readChat(body)).catch(() => ({}));
    const text = withMistake(answer, asked, mistakes);
    answerWith(response, isGemini ? geminiAnswer(text) : chatAnswer(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const name = provider.toUpperCase();
  return {
    mistakes,
    env: {
      AI_PROVIDER: provider,
      [`${name}_API_KEY`]: 'a key for the stand-in',
      [`${name}_BASE_URL`]: provider === 'openai' || provider === 'huggingface' ? `${url}/v1` : url,
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What the first requests come to. */
const FAILURES: Readonly<Record<number, number>> = { 1: 429, 3: 500 };

/** The same mistake for the same number of the request, whatever is asked. */
function withMistake(answer: object, asked: number, mistakes: Record<string, number>): string {
  const text = JSON.stringify(answer);
  const make = (kind: string, changed: string) => {
    if (changed !== text) count(mistakes, kind);
    return changed;
  };
  switch (asked % 7) {
    case 1:
      return make('fenced', `\`\`\`json\n${text}\n\`\`\``);
    case 2:
      return make('prose around it', `Here is what you asked for:\n${text}\nTell me if anything is missing.`);
    case 3:
      return make('trailing comma', text.replace(/\}$/, ',}'));
    case 4:
      return make('misspelt type', text.replace('"type":"dbInsert"', '"type":"dbInsrt"'));
    case 5:
      return make('wrong name of an input', text.replace(/\{\{ input\.(\w{4,}) \}\}/, '{{ input.$1s }}'));
    default:
      return text;
  }
}

function readChat({ messages, response_format: format }: Record<string, unknown>): ScriptedRequest {
  const turns = messages as { role: string; content: string }[];
  const { json_schema: wrapped } = (format ?? {}) as { json_schema?: { schema?: unknown } };
  return { content: lastQuestion(turns), properties: propertiesOf(wrapped?.schema) };
}

function readGemini({ contents, generationConfig }: Record<string, unknown>): ScriptedRequest {
  const turns = (contents as { role: string; parts: { text: string }[] }[]).map(({ role, parts }) => ({
    role,
    content: parts.map(({ text }) => text).join(''),
  }));
  const { responseJsonSchema } = (generationConfig ?? {}) as { responseJsonSchema?: unknown };
  return { content: lastQuestion(turns), properties: propertiesOf(responseJsonSchema) };
}

/** A second try repeats less than the first one said. */
function lastQuestion(turns: readonly { role: string; content: string }[]): string {
  const asked = turns.filter(({ role }) => role === 'user').map(({ content }) => content);
  return asked.findLast((content) => content.includes('\n"')) ?? asked.at(-1) ?? '';
}

function propertiesOf(schema: unknown): string[] {
  return Object.keys((schema as { properties?: object } | undefined)?.properties ?? {});
}

function chatAnswer(content: string): object {
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: { prompt_tokens: 100, completion_tokens: Math.ceil(content.length / 4), total_tokens: 0 },
  };
}

function geminiAnswer(text: string): object {
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: Math.ceil(text.length / 4) },
    modelVersion: 'scripted',
  };
}

function answerWith(response: ServerResponse, body: object): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function count(mistakes: Record<string, number>, kind: string): void {
  mistakes[kind] = (mistakes[kind] ?? 0) + 1;
}
