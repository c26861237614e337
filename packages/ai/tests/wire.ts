/** @module What a provider put on the wire, in one form for all wire formats. */
import type { Seen } from './model-server.ts';

/** One question as a model gets it. */
export interface WireQuestion {
  model: string;
  system: string;
  turns: { role: 'user' | 'assistant'; text: string }[];
  format: 'json_schema' | 'json_object' | 'text';
  /** As JSON; a schema of all node types is large, and compared often. */
  schema: string | undefined;
  maxTokens: number | undefined;
  streamed: boolean;
}

/** Reads a request of either wire format. */
export function readWire({ path, body }: Seen): WireQuestion {
  return 'contents' in body
    ? readGemini(path, body as unknown as GeminiBody)
    : readChat(body as unknown as ChatBody);
}

interface ChatBody {
  model: string;
  messages: { role: string; content: string }[];
  response_format?: { type: string; json_schema?: { schema: unknown } };
  max_completion_tokens?: number;
  max_tokens?: number;
  stream?: boolean;
}

function readChat(body: ChatBody): WireQuestion {
  const [system, ...turns] = body.messages;
  if (system?.role !== 'system') throw new Error('the instructions do not come first');
  return {
    model: body.model,
    system: system.content,
    turns: turns.map(({ role, content }) => ({ role: readRole(role, 'assistant'), text: content })),
    format: (body.response_format?.type ?? 'text') as WireQuestion['format'],
    schema: JSON.stringify(body.response_format?.json_schema?.schema),
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    streamed: body.stream === true,
  };
}

interface GeminiBody {
  systemInstruction: { parts: { text: string }[] };
  contents: { role: string; parts: { text: string }[] }[];
  generationConfig: { responseMimeType?: string; responseJsonSchema?: unknown; maxOutputTokens?: number };
}

function readGemini(
  path: string,
  { systemInstruction, contents, generationConfig }: GeminiBody,
): WireQuestion {
  const { responseMimeType, responseJsonSchema, maxOutputTokens } = generationConfig;
  const isJson = responseMimeType === 'application/json';
  return {
    model: /models\/([^:]+):/.exec(path)?.[1] ?? '',
    system: textOf(systemInstruction),
    turns: contents.map((turn) => ({ role: readRole(turn.role, 'model'), text: textOf(turn) })),
    format: responseJsonSchema !== undefined && isJson ? 'json_schema' : isJson ? 'json_object' : 'text',
    schema: JSON.stringify(responseJsonSchema),
    maxTokens: maxOutputTokens,
    streamed: path.includes('streamGenerateContent'),
  };
}

const textOf = ({ parts }: { parts: { text: string }[] }): string => parts.map(({ text }) => text).join('');

function readRole(role: string, answering: string): 'user' | 'assistant' {
  if (role === 'user') return 'user';
  if (role === answering) return 'assistant';
  throw new Error(`no role of this format: ${role}`);
}
