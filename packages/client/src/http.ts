/** @module Requests to the server: addresses, the login, JSON, and errors in one form. */
import type { Answer, CallOptions, RequestOptions, Route } from './api-types.ts';
import {
  CLIENT_CODES,
  errorOfAnswer,
  errorOfArgument,
  errorOfNetwork,
  OrchestrixClientError,
} from './client-error.ts';

/** As much of `fetch` as the client uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

/** What {@link createHttp} is built from. */
export interface HttpParts {
  /** Where the server is; a path in it stands before every route. */
  baseUrl: string;
  fetch: FetchLike;
  /** The token to send, as it is when a request begins. */
  token(): string | undefined;
}

/** A request that is not checked against the server's types. */
export interface RawRequest extends CallOptions {
  method: string;
  /** Begins with `/`. */
  path: string;
  query?: Readonly<Record<string, unknown>> | undefined;
  /** Sent as JSON; nothing is sent for `undefined`. */
  body?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Whose request it is. Default: `account`. */
  as?: 'account' | 'nobody';
}

/** Sends requests to one server. */
export interface Http {
  /** The server's address without a slash at its end. */
  readonly baseUrl: string;
  /** Calls a route with the types the server declares for it. */
  request<R extends Route>(route: R, ...options: OptionsOf<R>): Promise<Answer<R>>;
  /** The answer as soon as its head is there, unless it is an error. */
  send(request: RawRequest): Promise<Response>;
}

/** Options may be left out where a route needs none. */
export type OptionsOf<R extends Route> =
  Record<never, never> extends RequestOptions<R>
    ? [options?: RequestOptions<R>]
    : [options: RequestOptions<R>];

/** @throws OrchestrixClientError `ARGUMENT_INVALID` for a `baseUrl` that is no http address */
export function createHttp({ baseUrl, fetch, token }: HttpParts): Http {
  const base = readBaseUrl(baseUrl);
  const { origin } = new URL(base);
  const send = async (request: RawRequest): Promise<Response> => {
    const { signal } = request;
    signal?.throwIfAborted();
    const login = request.as === 'nobody' ? undefined : token();
    let response: Response;
    try {
      response = await fetch(`${base}${request.path}${queryText(request.query)}`, {
        method: request.method,
        headers: {
          ...(request.body !== undefined && { 'content-type': 'application/json' }),
          ...(login !== undefined && { authorization: `Bearer ${login}` }),
          ...request.headers,
        },
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        ...(signal && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw errorOfNetwork(error, origin);
    }
    if (response.ok) return response;
    const body = await readBody(response, origin, signal);
    throw errorOfAnswer(response.status, body, response.headers.get('x-request-id'));
  };
  return {
    baseUrl: base,
    send,
    request: async (route, ...[options]) => {
      const { params, query, body, signal } = (options ?? {}) as LooseOptions;
      const [method = '', template = ''] = route.split(' ');
      const response = await send({ method, path: fillPath(template, params ?? {}), query, body, signal });
      const answer = await readBody(response, origin, signal);
      if (typeof answer === 'string') throw notJson(response);
      return answer as Answer<typeof route>;
    },
  };
}

interface LooseOptions extends CallOptions {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/**
 * The body of an answer: JSON when its type says so, else its text; `undefined` when it is empty.
 *
 * @throws OrchestrixClientError `NETWORK_ERROR`, `ANSWER_INVALID`
 */
export async function readBody(
  response: Response,
  origin: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw errorOfNetwork(error, origin);
  }
  if (text === '') return undefined;
  if (!/\bjson\b/i.test(response.headers.get('content-type') ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(response);
  }
}

function notJson({ status }: Response): OrchestrixClientError {
  return new OrchestrixClientError('The answer is not the JSON of an Orchestrix server: check baseUrl', {
    status,
    code: CLIENT_CODES.answer,
  });
}

function readBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw errorOfArgument('baseUrl must be an http or https address without a user name');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** An empty id, or one of dots, would make the path of another route. */
function fillPath(template: string, params: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? '');
    if (value === '' || value === '.' || value === '..') {
      throw errorOfArgument(`${name} must name something: "${value}" does not`);
    }
    return encodeURIComponent(value);
  });
}

function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null)
      .map((one): [string, string] => [name, typeof one === 'object' ? JSON.stringify(one) : String(one)]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}
