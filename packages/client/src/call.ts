/** @module Calls of published APIs. */
import type { CallOptions } from './api-types.ts';
import { errorOfArgument } from './client-error.ts';
import { type Http, readBody } from './http.ts';

/** How a published API is to be called. */
export interface CallApiOptions extends CallOptions {
  /** The method it is published with. Default: `POST`. With `GET` the input is sent as query parameters. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** More headers, such as the `Authorization` that the workflow asks for. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What a published API answered. */
export interface ApiAnswer<Body = unknown> {
  status: number;
  headers: Headers;
  /** The workflow's own answer, or the result of its run where it has no `response` step. */
  body: Body;
  /** The run behind it. Browsers see it only where the server's CORS settings show the header `X-Execution-Id`. */
  executionId: string | undefined;
}

/**
 * Calls a published API. The account's token is not sent: the workflow may be somebody else's.
 *
 * @param apiPath such as `/workflow/run/<workflowId>/<name>` or `/api/<owner>/customers/7`
 * @throws OrchestrixClientError for a status of 400 and more, the body in `details`
 */
export type CallApi = <Body = unknown>(
  apiPath: string,
  input?: Readonly<Record<string, unknown>>,
  options?: CallApiOptions,
) => Promise<ApiAnswer<Body>>;

/** Builds {@link CallApi}. */
export function createCall(http: Http): CallApi {
  return async <Body>(
    apiPath: string,
    input: Readonly<Record<string, unknown>> = {},
    { method = 'POST', headers, signal }: CallApiOptions = {},
  ) => {
    const isApi = /^\/(?:workflow\/run\/[^/?#\\]+|api(?:\/[^/?#\\]+)+)\/[^/?#\\]+$/.test(apiPath);
    if (!isApi || /\/\.{1,2}(?=\/|$)/.test(apiPath)) {
      throw errorOfArgument(
        'apiPath must be the path of a published API: /workflow/run/<workflowId>/<name> or /api/<owner>/<path>',
      );
    }
    const payload = method === 'GET' ? { query: input } : { body: input };
    const response = await http.send({ method, path: apiPath, headers, signal, as: 'nobody', ...payload });
    const body = (await readBody(response, new URL(http.baseUrl).origin, signal)) as Body;
    const { status } = response;
    const executionId = response.headers.get('x-execution-id') ?? undefined;
    return { status, headers: response.headers, body, executionId };
  };
}
