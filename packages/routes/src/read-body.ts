/** @module The body of a call of a published API, read by its media type. */
import { OrchestrixError } from '@orchestrix/engine';
import { routeError } from './errors.ts';
import { refuseLossyNumbers } from './json-numbers.ts';

/** A body that was read. */
export interface CallBody {
  /** Fields, a list, a text, a number, …; `undefined` for an empty body. */
  value: unknown;
  /** As it arrived. */
  text: string;
}

/**
 * Reads JSON, forms (`application/x-www-form-urlencoded`, `multipart/form-data`) and texts. A text that is JSON counts as JSON, because
 * many senders do not say what they send. A field of a form that comes several times is a list.
 *
 * @param type the `Content-Type` header
 * @throws OrchestrixError `MALFORMED_JSON`, `UNSUPPORTED_MEDIA_TYPE`, `FILES_NOT_SUPPORTED`, `NUMBER_NOT_KEPT`
 */
export async function readCallBody(bytes: Buffer, type: string | undefined): Promise<CallBody> {
  const [media = '', ...parameters] = (type ?? '').toLowerCase().split(';');
  const name = media.trim();
  if (bytes.length === 0) return { value: undefined, text: '' };
  if (name === 'multipart/form-data')
    return { value: await readMultipart(bytes, type!), text: toText(bytes) };
  const charset = /charset\s*=\s*"?([\w-]+)/.exec(parameters.join(';'))?.[1];
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/.test(charset))
    throw routeError('UNSUPPORTED_MEDIA_TYPE', undefined, { message: 'The body must be text in UTF-8.' });
  const text = toText(bytes);
  if (name === 'application/json' || name.endsWith('+json')) return { value: parseJson(text), text };
  if (name === 'application/x-www-form-urlencoded')
    return { value: fieldsOf(new URLSearchParams(text)), text };
  if (name === '' || name === 'text/plain') return { value: tryJson(text), text };
  if (name.startsWith('text/') || name === 'application/xml' || name.endsWith('+xml'))
    return { value: text, text };
  throw routeError('UNSUPPORTED_MEDIA_TYPE', undefined, {
    message: 'The body must be JSON, a form or a text in UTF-8, and the Content-Type header must say which.',
  });
}

/** The caller's values of name and value pairs. */
export function fieldsOf(pairs: Iterable<readonly [string, string]>): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    // The way in which some libraries write lists.
    const isList = name.endsWith('[]') && name.length > 2;
    const key = isList ? name.slice(0, -2) : name;
    const before = fields.get(key);
    if (before === undefined) fields.set(key, isList ? [value] : value);
    else if (Array.isArray(before)) before.push(value);
    else fields.set(key, [before, value]);
  }
  return Object.fromEntries(fields);
}

async function readMultipart(bytes: Buffer, type: string): Promise<Record<string, string | string[]>> {
  let form: Iterable<[string, string | Blob]>;
  try {
    const response = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } });
    form = (await response.formData()) as unknown as typeof form;
  } catch (cause) {
    throw routeError('REQUEST_INVALID', undefined, {
      message: 'The body is not a complete multipart form.',
      cause,
    });
  }
  const pairs: [string, string][] = [];
  for (const [name, value] of form) {
    if (typeof value !== 'string') throw fileRefused(name);
    pairs.push([name, value]);
  }
  return fieldsOf(pairs);
}

function fileRefused(name: string): OrchestrixError {
  return routeError('FILES_NOT_SUPPORTED', [
    { path: `body.${name}`, message: 'is a file, and files are not supported yet' },
  ]);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws OrchestrixError `UNSUPPORTED_MEDIA_TYPE` for what is no UTF-8 */
function toText(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw routeError('UNSUPPORTED_MEDIA_TYPE', undefined, {
      message: 'The body is no text in UTF-8.',
      cause,
    });
  }
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw routeError('MALFORMED_JSON', undefined, { cause });
  }
  refuseLossyNumbers(text);
  return value;
}

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof OrchestrixError && error.code === 'MALFORMED_JSON') return text;
    throw error;
  }
}
