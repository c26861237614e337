/** @module `response`: ends a run with an answer of the author's own. */

import { z } from 'zod';
import { sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import type { Answer } from '../events.ts';
import { defineNode, type NodeFinding, requiredTemplate, template } from '../node.ts';
import { isPlainObject } from '../values/copy.ts';
import type { Template } from '../values/template.ts';
import { toText } from '../values/text.ts';

/** Headers an author may set. Cookies, CORS, transfer and security headers belong to the server. */
const ALLOWED_HEADERS = new Set(
  'cache-control content-disposition content-language content-type etag expires last-modified link location retry-after vary'.split(
    ' ',
  ),
);
const STATUS_MESSAGE = 'response: statusCode must be a whole number from 200 to 599';

export const response = defineNode({
  type: 'response',
  title: 'Response',
  category: 'flow',
  role: 'answer',
  summary: 'Ends the run; a published API answers with exactly this status, these headers and this body.',
  aliases: {
    statusCode: ['statusCode', 'status', 'data.statusCode', 'data.fields.statusCode'],
    body: ['body', 'data.body', 'data.fields.body'],
    headers: ['headers', 'data.headers'],
  },
  config: z.object({
    statusCode: template({ description: '200 to 599; 200 when absent', shape: 'number' }),
    body: requiredTemplate('What the caller gets, as JSON', 'value'),
    headers: template({
      description: `Header → text; allowed: ${[...ALLOWED_HEADERS].join(', ')}, and names that start with x-`,
      shape: 'fields',
    }),
  }),
  outputs: null,
  example: { type: 'response', statusCode: 201, body: { id: '{{ created._id }}' } },
  sideEffects: 'none',
  narrate: { start: () => 'Preparing the response', done: () => 'Response is ready' },
  describe: ({ statusCode, body }) => {
    const status = sayStatus(statusCode, 200);
    return {
      sentence: `Answers ${status.words} with ${sayValue(body.source)}`,
      ...(status.known === null ? {} : { answers: [{ status: status.known, when: 'when all goes well' }] }),
      failsWhen: status.failsWhen,
    };
  },
  check: (_config, step) => [...checkStatus(step.statusCode), ...checkHeaders(step.headers)],
  run(context, config): Answer {
    const status = config.statusCode.resolve(context.variables) ?? 200;
    context.logInput = { statusCode: status };
    if (!isStatus(status)) throw new TerminalError(STATUS_MESSAGE, { code: 'STEP_MISCONFIGURED' });
    const headers = headersOf(config.headers.resolve(context.variables));
    const body = config.body.resolve(context.variables) ?? null;
    context.logOutput = { statusCode: Number(status) };
    return { statusCode: Number(status), headers, body };
  },
});

/** Whether an author may set this header; case does not matter. */
function isAllowedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    ALLOWED_HEADERS.has(lower) ||
    /^x-(?!forwarded|real-ip|frame|xss|content-type|powered|request-id)[a-z0-9-]+$/.test(lower)
  );
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!isPlainObject(value)) return headers;
  for (const [name, content] of Object.entries(value)) {
    if (!isAllowedHeader(name)) {
      throw new TerminalError(`response: the header "${name}" may not be set`, {
        code: 'STEP_MISCONFIGURED',
      });
    }
    const text = toText(content);
    // Anything outside printable Latin text would break the answer or smuggle a second header into it.
    if (!/^[\t\x20-\x7e\xa0-\xff]*$/.test(text)) {
      throw new TerminalError(`response: the header "${name}" holds characters that headers cannot carry`, {
        code: 'STEP_FAILED',
      });
    }
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

/** Whether a value is a status an author may answer with: 200 to 599, also as text. */
export function isStatus(value: unknown): boolean {
  if (typeof value === 'string' ? !/^\d{3}$/.test(value) : typeof value !== 'number') return false;
  const number = Number(value);
  return Number.isInteger(number) && number >= 200 && number <= 599;
}

interface StatusInWords {
  words: string;
  known: number | null;
  failsWhen: string[];
}

/** A status in words; one that a variable decides is not known before the run. */
export function sayStatus({ source }: Template, otherwise: number): StatusInWords {
  const status = source ?? otherwise;
  if (isStatus(status)) return { words: String(status), known: Number(status), failsWhen: [] };
  return {
    words: `the status in ${sayValue(source)}`,
    known: null,
    failsWhen: ['its status is not one from 200 to 599'],
  };
}

/** What is wrong with a stored `statusCode`; nothing about one that refers to a variable. */
export function checkStatus(value: unknown, message = STATUS_MESSAGE): NodeFinding[] {
  if (value === undefined || value === null || isStatus(value)) return [];
  if (typeof value === 'string' && /[a-z{]/i.test(value)) return [];
  return [
    {
      code: 'CONFIG_INVALID',
      severity: 'error',
      path: 'statusCode',
      message,
      got: value,
      expected: '200 to 599',
    },
  ];
}

function checkHeaders(value: unknown): NodeFinding[] {
  if (value === undefined || value === null || typeof value === 'string') return [];
  if (!isPlainObject(value)) {
    return [
      {
        code: 'CONFIG_INVALID',
        severity: 'error',
        path: 'headers',
        message: 'response: headers must map names to texts',
        got: value,
        expected: 'an object',
      },
    ];
  }
  return Object.keys(value)
    .filter((name) => !isAllowedHeader(name))
    .map((name) => ({
      code: 'CONFIG_INVALID' as const,
      severity: 'error' as const,
      path: `headers.${name}`,
      message: `response: the header "${name}" may not be set`,
      got: name,
      expected: `one of ${[...ALLOWED_HEADERS].join(', ')}, or a name that starts with x-`,
    }));
}
