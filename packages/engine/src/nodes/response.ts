/** @module `response`: ends a run with an answer of the author's own. */

import { z } from 'zod';
import { sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import type { Answer } from '../events.ts';
import { defineNode, type NodeFinding, requiredTemplate, template } from '../node.ts';
import { isPlainObject } from '../values/copy.ts';
import { parsePath } from '../values/path.ts';
import type { ResolveObserver, Template } from '../values/template.ts';
import { toText } from '../values/text.ts';

/** Headers an author may set. Cookies, CORS, transfer and security headers belong to the server, and no author may speak to the proxies before it. */
const ALLOWED_HEADERS = new Set(
  'cache-control content-disposition content-language content-type etag expires last-modified link location retry-after vary'.split(
    ' ',
  ),
);
/** Names of an author's own begin with this: any other `x-` name may mean something to a proxy, a framework or a browser. */
const OWN_PREFIX = 'x-app-';
const ALLOWED_NAMES = `${[...ALLOWED_HEADERS].join(', ')}, or a name that starts with ${OWN_PREFIX}`;
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
      description: `Header → text; allowed: ${ALLOWED_NAMES}`,
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
    const headers = headersOf(config.headers.resolve(context.variables, addressPart(config.headers.source)));
    const body = config.body.resolve(context.variables) ?? null;
    context.logOutput = { statusCode: Number(status) };
    return { statusCode: Number(status), headers, body };
  },
});

/** Whether an author may set this header; case does not matter. */
function isAllowedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return ALLOWED_HEADERS.has(lower) || (lower.startsWith(OWN_PREFIX) && /^[a-z0-9-]+$/.test(lower));
}

/** A media type with parameters. What is none would make the server fail after the run. */
const MEDIA_TYPE =
  /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}(?: ?; ?[\w-]{1,40}=(?:[\w!#$&^.+:'-]{1,100}|"[\w !#$&^.+:'/=,-]{0,100}"))*$/;

/**
 * What stands for a reference in a header. In an address, a value inside is one part of it and encoded as such; a value that
 * begins it, or is all of it, is an address itself, in which only what no address may hold is encoded.
 */
function addressPart(source: unknown): ResolveObserver {
  return {
    value: ({ at, raw }, value) => {
      if (String(at[0]).toLowerCase() !== 'location') return value;
      const text = isPlainObject(source) ? source[String(at[0])] : undefined;
      const begins = typeof text !== 'string' || text.trimStart().startsWith(raw);
      return begins ? value : encodeURIComponent(toText(value).toWellFormed());
    },
  };
}

/** An address as headers carry it: what is encoded already stays. */
function encodeAddress(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/gu, encodeURIComponent);
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
    const text = name.toLowerCase() === 'location' ? encodeAddress(toText(content)) : toText(content);
    if (name.toLowerCase() === 'content-type' && !MEDIA_TYPE.test(text)) {
      throw new TerminalError('response: the header "content-type" is no media type such as text/plain', {
        code: 'STEP_FAILED',
        details: { field: 'headers.content-type' },
      });
    }
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
  const wrongType = Object.entries(value)
    .filter(([name, text]) => name.toLowerCase() === 'content-type' && isWrongType(text))
    .map(([name, text]) => ({
      code: 'CONFIG_INVALID' as const,
      severity: 'error' as const,
      path: `headers.${name}`,
      message: 'response: the header "content-type" is no media type',
      got: text,
      expected: 'a media type such as text/plain; charset=utf-8',
    }));
  const forbidden = Object.keys(value)
    .filter((name) => !isAllowedHeader(name))
    .map((name) => ({
      code: 'CONFIG_INVALID' as const,
      severity: 'error' as const,
      path: `headers.${name}`,
      message: `response: the header "${name}" may not be set`,
      got: name,
      expected: `one of ${ALLOWED_NAMES}`,
      ...(/^x-/i.test(name) ? { suggestion: `Call it "${OWN_PREFIX}${name.slice(2).toLowerCase()}"` } : {}),
    }));
  return [...wrongType, ...forbidden];
}

/** A constant type that is none; one that a variable decides is looked at when the step runs. */
function isWrongType(text: unknown): boolean {
  return (
    typeof text === 'string' && !text.includes('{{') && parsePath(text) === null && !MEDIA_TYPE.test(text)
  );
}
