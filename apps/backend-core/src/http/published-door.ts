/** @module Where calls of published APIs come in: before everything that only the server's own routes need. */

import {
  apiForMethod,
  type CallResponse,
  callPublishedApi,
  type FoundApi,
  methodsOf,
  type PublishedApiService,
  type PublishedCallsParts,
} from '@orchestrix/executions';
import { readCallBody } from '@orchestrix/routes';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { serverError } from '../errors.ts';
import { rawBody } from '../middleware/body.ts';

/** What {@link publishedDoor} is built from. */
export interface PublishedDoorParts extends PublishedCallsParts {
  published: Pick<PublishedApiService, 'find' | 'planOf'>;
  /** Counts a call. @throws OrchestrixError `TOO_MANY_REQUESTS` */
  admitCall(path: string, address: string): void;
  /** CORS of APIs that say nothing about it. */
  crossOrigin: RequestHandler;
  bodyTimeoutMs: number;
}

/** Answers calls below `/workflow/run/<workflowId>/<name>` and `/api/<owner>/…`; passes everything else on. */
export function publishedDoor(parts: PublishedDoorParts): RequestHandler {
  const readBody = rawBody(parts.bodyTimeoutMs);
  return (request, response, next) => {
    const address = addressParts(request.path);
    if (address === null) return next();
    serve(parts, readBody, address, request, response).catch(next);
  };
}

async function serve(
  parts: PublishedDoorParts,
  readBody: RequestHandler,
  address: readonly string[],
  request: Request,
  response: Response,
): Promise<void> {
  const found = await findOrAnswer(parts, address, request, response);
  if (found === null) return;
  if (request.method === 'OPTIONS') {
    response.setHeader('Allow', [...methodsOf(found), 'OPTIONS'].join(', '));
    return void response.status(204).end();
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const { api, params } = selectApi(found, method, response);
  const caller = ipKeyGenerator(request.ip ?? '');
  parts.admitCall(api.path, caller);
  const hasBody = method !== 'GET';
  if (hasBody) await run(readBody, request, response);
  const bytes: unknown = hasBody ? request.body : undefined;
  const result = await callPublishedApi(parts, {
    api,
    params,
    path: request.path,
    query: request.query,
    headers: request.headers,
    body: await readCallBody(bytes instanceof Buffer ? bytes : EMPTY, request.headers['content-type']),
    address: caller,
    requestId: request.requestId,
  });
  if (result.failure) noteFailure(request, result);
  send(response, result);
}

/** The record of the execution says more. */
function noteFailure(request: Request, { status, failure, headers }: CallResponse): void {
  request.refusal = failure!;
  if (status < 500) return;
  const executionId = headers['x-execution-id'];
  request.log.error(`${request.method} ${request.path} failed`, { ...failure, executionId });
}

const EMPTY = Buffer.alloc(0);

/** The APIs of an address, with the headers that let pages of other origins read the response; `null` when a preflight was answered. */
async function findOrAnswer(
  parts: PublishedDoorParts,
  address: readonly string[],
  request: Request,
  response: Response,
): Promise<FoundApi[] | null> {
  let found: FoundApi[];
  try {
    found = await parts.published.find(address);
  } catch (error) {
    // Pages of the configured origins may read also why.
    await run(parts.crossOrigin, request, response);
    throw error;
  }
  const asked = request.headers['access-control-request-method'];
  const isPreflight = request.method === 'OPTIONS' && asked !== undefined;
  const method = isPreflight ? asked.toUpperCase() : request.method;
  const cors = found.find(({ api }) => api.method.toUpperCase() === method)?.api.cors ?? null;
  if (cors === null) {
    let passed = false;
    parts.crossOrigin(request, response, () => {
      passed = true;
    });
    return passed ? found : null;
  }
  allowOrigins(cors, request, response);
  if (!isPreflight) return found;
  response.setHeader('Access-Control-Allow-Methods', methodsOf(found).join(', '));
  const wanted = request.headers['access-control-request-headers'];
  if (wanted !== undefined) response.setHeader('Access-Control-Allow-Headers', wanted);
  response.setHeader('Access-Control-Max-Age', '600');
  response.status(204).end();
  return null;
}

/** Without credentials: a caller's token stands in a header that its page sets, and cookies mean nothing here. */
function allowOrigins(cors: readonly string[], request: Request, response: Response): void {
  const { origin } = request.headers;
  const isAny = cors.includes('*');
  if (!isAny) response.vary('Origin');
  if (!isAny && (origin === undefined || !cors.includes(origin))) return;
  response.setHeader('Access-Control-Allow-Origin', isAny ? '*' : origin!);
  response.setHeader('Access-Control-Expose-Headers', 'X-Request-Id, X-Execution-Id, Retry-After, Location');
}

function selectApi(found: readonly FoundApi[], method: string, response: Response): FoundApi {
  try {
    return apiForMethod(found, method);
  } catch (error) {
    response.setHeader('Allow', methodsOf(found).join(', '));
    throw error;
  }
}

function send(response: Response, { status, headers, body, text }: CallResponse): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (text !== undefined) response.send(text);
  else if (body === undefined) response.end();
  else response.json(body);
}

/** Runs one middleware to its end. */
function run(middleware: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    middleware(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

/**
 * The decoded parts of an address that published APIs have; `null` for others.
 *
 * @throws OrchestrixError `MALFORMED_URL`
 */
function addressParts(path: string): string[] | null {
  const isNamed = path.startsWith('/workflow/run/');
  if (!isNamed && !path.startsWith('/api/')) return null;
  const parts = path.slice(1).split('/');
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  if (isNamed ? parts.length !== 4 : parts.length < 3) return null;
  return parts.map(decode);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw serverError('MALFORMED_URL', { cause });
  }
}
