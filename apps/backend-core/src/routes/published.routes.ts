/** @module The published APIs themselves: anybody's calls, answered by the workflow behind the path. */
import type { WorkflowExecutionResult } from '@orchestrix/engine';
import { z } from 'zod';
import { type ServerErrorCode, serverError, toErrorResponse } from '../errors.ts';
import {
  defineRoute,
  type HttpMethod,
  type Route,
  type RouteContext,
  type RouteResult,
} from '../http/route.ts';
import { dataOwnerOf, recordOwnerOf } from '../services/builder-owner.ts';
import { shownResult } from '../services/execution-result.ts';
import type { ExecutionService, Refusal } from '../services/executions.ts';
import { publicResult } from '../services/public-result.ts';
import { API_METHODS, type PublishedApiService } from '../services/published-apis.ts';
import { STARTED } from './schemas.ts';

/** What the routes are built from. */
export interface PublishedRoutesParts {
  published: PublishedApiService;
  executions: ExecutionService;
  /** Why runs of this owner cannot even begin, if so. */
  refusalOf(ownerId: string): Promise<Refusal | undefined>;
  /** Counts a call. @throws OrchestrixError `TOO_MANY_REQUESTS` */
  admitCall(path: string, address: string): void;
  /** How long a caller waits at most, in milliseconds. */
  timeoutMs: number;
}

/** `POST /workflow/run/:workflowId/:apiName`, and the other methods an API may be published with. */
export function publishedRoutes(parts: PublishedRoutesParts): Route[] {
  return API_METHODS.map((method) =>
    defineRoute({
      method: method.toLowerCase() as HttpMethod,
      path: '/workflow/run/:workflowId/:apiName',
      tag: 'Published APIs',
      summary: `Call a published API (${method})`,
      description:
        "The answer is that of the workflow's response step: its status, headers and body. Without one it is the result of the run, 200 or 422. " +
        'A run that takes too long is cancelled: 504 with its executionId in details. X-Execution-Id names the run.',
      auth: 'none',
      params: z.object({ workflowId: z.string(), apiName: z.string() }),
      query: z.record(z.string(), z.unknown()),
      ...(method === 'GET' ? {} : { body: CALL_BODY }),
      responses: {
        default: [
          ANYTHING,
          { description: 'A text, when the response step sets its content type', contentType: 'text/*' },
        ],
        202: [STARTED, ANYTHING],
        422: ANYTHING.describe('The result of a run that failed'),
      },
      handler: (context) => call(parts, method, context as unknown as CallContext),
    }),
  );
}

type CallContext = RouteContext<
  { workflowId: string; apiName: string },
  Input | undefined,
  Input | undefined
>;
type Input = Record<string, unknown>;

/** Not checked field by field: whatever a caller sends is the workflow's to judge. */
const CALL_BODY = z.unknown().optional().describe('The input, flat or under "input"');

const ANYTHING = z.unknown().describe('What the workflow answers');

async function call(parts: PublishedRoutesParts, method: string, context: CallContext): Promise<RouteResult> {
  const { params, headers } = context;
  const { api, version, plan } = await parts.published.resolve(params.workflowId, params.apiName);
  if (api.method.toUpperCase() !== method) {
    const error = serverError('METHOD_NOT_ALLOWED', {
      message: `This API is published for ${api.method.toUpperCase()}.`,
    });
    const { status, body } = toErrorResponse(error, { requestId: context.requestId, production: false });
    return { status, headers: { allow: api.method.toUpperCase() }, body };
  }
  parts.admitCall(api.path, context.address);
  const isAsync = api.mode === 'async';
  const refusal = await parts.refusalOf(dataOwnerOf(api.ownerId));
  const started = parts.executions.start({
    ownerId: recordOwnerOf(api.ownerId),
    dataOwnerId: dataOwnerOf(api.ownerId),
    plan,
    input: inputOf(context),
    headers,
    caller: context.address,
    trigger: 'published',
    workflowId: api.workflowId,
    version,
    apiPath: api.path,
    ...(refusal ? { refusal } : {}),
    ...(isAsync ? {} : { timeoutMs: parts.timeoutMs }),
  });
  const { executionId } = started;
  const marked = { 'x-execution-id': executionId };
  if (isAsync) return { status: 202, headers: marked, body: { executionId } };
  const ended = await started.result;
  const answer = started.answer();
  if (ended.ok && answer) {
    return answerResult({ ...marked, ...answer.headers }, answer.statusCode, answer.body);
  }
  const result = shownResult(ended);
  const code = CODED_ANSWERS.get(result.errorCode ?? '');
  if (code !== undefined) {
    // Not thrown: in production a thrown 5xx would not say which run it was.
    const error = serverError(code, { details: { executionId } });
    const { status, body } = toErrorResponse(error, { requestId: context.requestId, production: false });
    return { status, headers: marked, body: { ...body, executionId } };
  }
  if (result.errorCode !== undefined && LIMITS.has(result.errorCode)) {
    const { retryAfterMs } = (result.errorDetails ?? {}) as { retryAfterMs?: number };
    const headers: Record<string, string> = { ...marked };
    if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
    return { status: 429, headers, body: wireResult(result) };
  }
  return { status: result.ok ? 200 : 422, headers: marked, body: wireResult(publicResult(result)) };
}

/** The caller's values: those of the address, and over them those of the body, which may be nested under `input`. */
function inputOf({ query, body }: CallContext): Input {
  const names = Object.keys(query ?? {});
  if (names.length === 0) return body ?? {};
  const inner = body?.input;
  const isNested = body !== undefined && Object.keys(body).length === 1 && isFields(inner);
  return isNested ? { input: { ...query, ...inner } } : { ...query, ...body };
}

function isFields(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Ends of runs that are answered like errors of the server. */
const CODED_ANSWERS: ReadonlyMap<string, ServerErrorCode> = new Map([
  ['LIMIT_TIME', 'API_TIMEOUT'],
  ['DATABASE_FULL', 'DATABASE_FULL'],
]);

/** Failures that are a limit's: the caller may come back later. */
const LIMITS: ReadonlySet<string> = new Set([
  'TOO_MANY_ATTEMPTS',
  'TOO_MANY_REQUESTS',
  'TOO_MANY_EXECUTIONS',
  'LIMIT_RECIPIENTS',
]);

/** A body is JSON, unless the author said otherwise and gave a text. */
function answerResult(headers: Record<string, string>, status: number, body: unknown): RouteResult {
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
function wireResult(result: WorkflowExecutionResult): unknown {
  const { errorCode: _code, response: _response, errorDetails, ...shape } = result;
  // A run that failed before its first step has no details to show.
  return errorDetails === undefined || shape.failedStep === -1 ? shape : { ...shape, errorDetails };
}
