/** @module A call of a published API: from what the caller sent to what the workflow behind the address answers. */
import type { OrchestrixError, WorkflowExecutionResult } from '@orchestrix/engine';
import { executionError } from '../errors.ts';
import type { ExecutionRequest } from '../execution-request.ts';
import { shownResult } from '../execution-result.ts';
import type { ExecutionService } from '../execution-service.ts';
import { isFields } from './fields.ts';
import { type PlainFailure, passingFailure, plainFailure, publicResult } from './plain-failure.ts';
import type { PublishedApi } from './published-api-store.ts';
import { addressOf, type FoundApi, type PublishedApiService } from './published-apis.ts';

/** What a call is answered from. */
export interface PublishedCallsParts {
  published: Pick<PublishedApiService, 'planOf'>;
  executions: Pick<ExecutionService, 'start' | 'hasRoom'>;
  /** Whether callers wait until the record of their call is stored. */
  recordFirst: boolean;
  /** Who may see the executions of an API's owner, and whose documents they work on. Default: the owner. */
  ownersOf?(ownerId: string): { record: string; data: string };
  /** Why executions on these documents cannot even begin, if so. Default: they can. */
  refusalOf?(dataOwnerId: string): Promise<ExecutionRequest['refusal']>;
  /** How long a caller waits at most, in milliseconds. */
  timeoutMs: number;
}

/** What a caller sent. */
export interface PublishedCall extends FoundApi {
  path: string;
  query: Record<string, unknown>;
  headers: Readonly<Record<string, unknown>>;
  body: { value: unknown; text: string };
  address: string;
  requestId: string;
}

/** What the caller gets: a JSON body (`undefined`: none) or a text. */
export interface CallResponse {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
  text?: string;
  /** Why the call failed; absent when the answer is the author's. */
  failure?: { code: string; reason: string };
}

/** Runs the version that is published, and answers as its `response` step says. */
export async function callPublishedApi(
  parts: PublishedCallsParts,
  call: PublishedCall,
): Promise<CallResponse> {
  const { api, headers, address, requestId } = call;
  const { version, plan } = await parts.published.planOf(api);
  await parts.executions.hasRoom();
  const isAsync = api.mode === 'async';
  const { record, data } = parts.ownersOf?.(api.ownerId) ?? { record: api.ownerId, data: api.ownerId };
  const refusal = await parts.refusalOf?.(data);
  const started = parts.executions.start({
    ownerId: record,
    dataOwnerId: data,
    plan,
    input: inputOf(call),
    headers,
    request: {
      method: api.method,
      path: call.path,
      query: call.query,
      params: call.params,
      body: call.body.value,
      rawBody: call.body.text,
    },
    caller: address,
    trigger: 'published',
    workflowId: api.workflowId,
    version,
    apiPath: addressOf(api),
    ...(refusal ? { refusal } : {}),
    isAsync,
    record: api.record,
    ...(isAsync ? {} : { timeoutMs: parts.timeoutMs }),
  });
  const { executionId } = started;
  const marked = { 'x-execution-id': executionId };
  if (isAsync) return { status: 202, headers: marked, body: { executionId } };
  const ended = await started.result;
  if (parts.recordFirst) await started.recorded;
  const answer = started.answer();
  if (ended.ok && answer)
    return authorsResponse({ ...marked, ...answer.headers }, answer.statusCode, answer.body);
  if (ended.ok) return { status: 200, headers: marked, body: wireResult(shownResult(ended)) };
  return failedResponse(api, ended, { executionId, requestId });
}

/** @throws OrchestrixError `METHOD_NOT_ALLOWED` naming those that are */
export function apiForMethod(found: readonly FoundApi[], method: string): FoundApi {
  const api = found.find((one) => one.api.method.toUpperCase() === method);
  if (api) return api;
  throw methodNotAllowed(methodsOf(found));
}

/** The methods of the APIs behind an address. */
export function methodsOf(found: readonly FoundApi[]): string[] {
  return [...new Set(found.map(({ api }) => api.method.toUpperCase()))];
}

function methodNotAllowed(methods: readonly string[]): OrchestrixError {
  return executionError('METHOD_NOT_ALLOWED', `This API is published for ${methods.join(', ')}.`, {
    allow: methods,
  });
}

/** The caller's values: those of the body, below them those behind `?`, and above them those that are part of the path. */
function inputOf({ params, query, body: { value } }: PublishedCall): Record<string, unknown> {
  if (value === undefined || value === null) return { ...query, ...params };
  // A list, a text or a number has no name of its own.
  if (!isFields(value)) return { ...query, body: value, ...params };
  if (Object.keys(query).length === 0 && Object.keys(params).length === 0) return value;
  const { input } = value;
  const isNested = Object.keys(value).length === 1 && isFields(input);
  return isNested ? { input: { ...query, ...input, ...params } } : { ...query, ...value, ...params };
}

function failedResponse(
  api: PublishedApi,
  ended: WorkflowExecutionResult,
  ids: { executionId: string; requestId: string },
): CallResponse {
  const isPlain = api.errors === 'plain';
  const failure = isPlain ? plainFailure(ended) : passingFailure(ended);
  const headers = headersOf(failure, ids.executionId);
  if (isPlain && failure) {
    const { status, code, error, details } = failure;
    return {
      status,
      headers,
      body: { error, code, ...(details === undefined ? {} : { details }), ...ids },
      failure: { code, reason: error },
    };
  }
  const body = wireResult(shownResult(publicResult(ended)));
  if (!failure) {
    const { errorCode: code = '', error: reason = '' } = ended;
    return { status: 422, headers, body, failure: { code, reason } };
  }
  const { status, code, error: reason } = failure;
  return { status, headers, body: { ...body, code, ...ids }, failure: { code, reason } };
}

function headersOf(failure: PlainFailure | null, executionId: string): Record<string, string> {
  return {
    'x-execution-id': executionId,
    ...(failure?.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }),
    ...(failure?.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
}

/** A body is JSON, unless the author said otherwise and gave a text. */
function authorsResponse(headers: Record<string, string>, status: number, body: unknown): CallResponse {
  if (status === 204 || status === 304 || status === 205) return { status, headers };
  const type = headers['content-type'];
  if (type === undefined || isJson(type)) return { status, headers, body: body ?? null };
  // By its type and not by what the body is: a list as text/html is a page as well.
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null);
  return { status, headers: { ...headers, ...FOREIGN_PAGE }, text };
}

function isJson(type: string): boolean {
  return /^(?:application|text)\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(type);
}

/** A page that a workflow's author wrote must not act as a page of this server: it gets an origin of its own. */
const FOREIGN_PAGE = { 'content-security-policy': 'sandbox allow-forms allow-popups allow-scripts' };

/** The result in the shape that callers of the earlier backend know. */
function wireResult(result: WorkflowExecutionResult) {
  const { errorCode: _code, response: _response, errorDetails, ...shape } = result;
  // A run that failed before its first step has no details to show.
  return errorDetails === undefined || shape.failedStep === -1 ? shape : { ...shape, errorDetails };
}
