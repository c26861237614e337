/** @module Routes that run workflows and show their executions. */

import {
  type Channel,
  type ExecutionEvent,
  eachItem,
  OrchestrixError,
  readChannel,
} from '@orchestrix/engine';
import {
  compileDefinition,
  type ExecutionService,
  type ExecutionSummary,
  type PlanCache,
  type StartedExecution,
  type StoredExecution,
  shownResult,
} from '@orchestrix/executions';
import {
  defineRoute,
  eventStream,
  type Route,
  type RouteContext,
  type RouteResult,
  wantsEvents,
} from '@orchestrix/routes';
import { z } from 'zod';
import type { WorkflowService } from '../services/workflows.ts';
import { LogRows } from '../web-client/log-rows.ts';
import { EXECUTION_EVENT } from './execution-event-schema.ts';
import { DATE, ID, NEXT_CURSOR, PAGE_QUERY, RESULT, STARTED } from './schemas.ts';

/** What the routes are built from. */
export interface ExecutionRoutesParts {
  workflows: WorkflowService;
  executions: ExecutionService;
  logs: Channel<ExecutionEvent>;
  plans: PlanCache;
  /** The owner of calls without a login; absent while anonymous access is off. */
  anonymousOwner?: string;
}

/** Running workflows, and everything under `/executions`. */
export function executionRoutes(parts: ExecutionRoutesParts): Route[] {
  const { workflows, executions, plans } = parts;
  return [
    defineRoute({
      method: 'post',
      path: '/workflows/run',
      tag: 'Executions',
      summary: 'Run steps without storing them',
      description:
        'The answer is 200 also when the run failed: look at ok. A step that cannot run fails when it is reached.',
      auth: 'required',
      query: ASYNC,
      body: RUN.extend({
        steps: z.array(z.unknown()).max(10_000),
        edges: z.array(z.unknown()).max(50_000).optional(),
      }),
      responses: { 200: FINISHED, 202: STARTED },
      handler: ({ user, body: { steps, edges, input, headers }, headers: sent, query }) =>
        answerOf(
          executions.start({
            ownerId: user.userId,
            plan: compileDefinition({ steps, edges }),
            input,
            headers: headers ?? sent,
            trigger: 'run',
            isAsync: query.async,
          }),
          query.async,
        ),
    }),
    defineRoute({
      method: 'post',
      path: '/workflows/:workflowId/execute',
      tag: 'Executions',
      summary: 'Run a stored workflow as it is now',
      description: 'The answer is 200 also when the run failed: look at ok.',
      auth: 'required',
      params: z.object({ workflowId: ID }),
      query: ASYNC,
      body: RUN.optional(),
      responses: { 200: FINISHED, 202: STARTED },
      handler: async ({ user, params: { workflowId }, body, headers: sent, query }) => {
        const workflow = await workflows.get(user.userId, workflowId);
        const started = executions.start({
          ownerId: user.userId,
          plan: plans.get(workflow),
          input: body?.input,
          headers: body?.headers ?? sent,
          trigger: 'manual',
          workflowId,
          version: workflow.version,
          isAsync: query.async,
        });
        return answerOf(started, query.async);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/executions',
      tag: 'Executions',
      summary: 'List your executions, newest first',
      auth: 'required',
      query: z.object({
        ...PAGE_QUERY,
        workflowId: ID.optional(),
        status: z.enum(['running', 'success', 'failed', 'cancelled', 'interrupted']).optional(),
      }),
      responses: { 200: z.object({ executions: z.array(SUMMARY), nextCursor: NEXT_CURSOR }) },
      handler: async ({ user, query }) => {
        const { items, nextCursor } = await executions.list(user.userId, query);
        return { status: 200, body: { executions: items.map(summary), nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/executions/:executionId',
      tag: 'Executions',
      summary: 'Read an execution',
      auth: 'required',
      params: z.object({ executionId: ID }),
      responses: { 200: z.object({ execution: EXECUTION }) },
      handler: async ({ user, params: { executionId } }) => ({
        status: 200,
        body: { execution: whole(await executions.get(user.userId, executionId)) },
      }),
    }),
    defineRoute({
      method: 'post',
      path: '/executions/:executionId/cancel',
      tag: 'Executions',
      summary: 'Cancel a running execution',
      auth: 'required',
      params: z.object({ executionId: ID }),
      responses: { 200: z.object({ execution: EXECUTION }) },
      handler: async ({ user, params: { executionId } }) => ({
        status: 200,
        body: { execution: whole(await executions.cancel(user.userId, executionId)) },
      }),
    }),
    defineRoute({
      method: 'get',
      path: '/executions/:executionId/events',
      tag: 'Executions',
      summary: 'Read the events of an execution, or follow them live',
      description:
        'With "Accept: text/event-stream" the events so far are replayed, and then followed to the end; "Last-Event-ID" or ?after continues behind an event. An unknown id has no events.',
      auth: 'optional',
      params: z.object({ executionId: ID }),
      query: AFTER,
      responses: {
        200: [
          z.array(EXECUTION_EVENT),
          { description: 'An event named "execution" for each', contentType: 'text/event-stream' },
        ],
      },
      handler: (context) => followRoute(parts, context, 'execution', () => (event) => event),
    }),
    defineRoute({
      method: 'get',
      path: '/executions/:executionId/logs',
      tag: 'Executions',
      summary: 'Read the log of an execution as people read it, or follow it live',
      description:
        'The rows of the log panel, made from the events. With "Accept: text/event-stream" the log is replayed and then followed to its end; "Last-Event-ID" or ?after continues behind a row. An unknown id has an empty log.',
      auth: 'optional',
      params: z.object({ executionId: ID }),
      query: AFTER,
      responses: {
        200: [z.array(LOG_ROW), { description: 'Events with a row each', contentType: 'text/event-stream' }],
      },
      handler: (context) =>
        followRoute(parts, context, 'log', () => {
          const rows = new LogRows();
          return (event) => rows.show(event);
        }),
    }),
  ];
}

/** A log as JSON, or as server-sent events that go on to its end. */
async function followRoute<Shown extends { position: number }>(
  { logs, anonymousOwner }: ExecutionRoutesParts,
  { user, params, query, headers, signal }: FollowContext,
  name: string,
  createView: () => (event: ExecutionEvent) => Shown | undefined,
): Promise<RouteResult> {
  const owners = [user?.userId, anonymousOwner].filter((owner) => owner !== undefined);
  if (owners.length === 0)
    throw new OrchestrixError('Log in first.', { code: 'UNAUTHENTICATED', status: 401 });
  const view = createView();
  const after = Number.parseInt(String(headers['last-event-id'] ?? ''), 10) || query.after || 0;
  const show = (event: ExecutionEvent): Shown[] => {
    const shown = view(event);
    return shown && shown.position > after ? [shown] : [];
  };
  if (!wantsEvents({ headers })) {
    const events = await readChannel(logs, { owners }, params.executionId);
    return { status: 200, body: events.flatMap(show) };
  }
  const events = eachItem(logs.follow({ owners }, params.executionId, { signal }));
  return eventStream(shownEvents(events, show), (shown) => ({
    id: shown.position,
    event: name,
    data: shown,
  }));
}

async function* shownEvents<Shown>(
  events: AsyncIterable<ExecutionEvent>,
  show: (event: ExecutionEvent) => Shown[],
): AsyncGenerator<Shown, void> {
  for await (const event of events) yield* show(event);
}

interface FollowContext extends Pick<RouteContext, 'headers' | 'signal'> {
  user?: { userId: string } | undefined;
  params: { executionId: string };
  query: { after?: number | undefined };
}

const AFTER = z.object({
  after: z.coerce.number().int().min(0).optional().describe('Position of the last one that you have'),
});

const ASYNC = z.object({
  async: z
    .enum(['true', 'false', '1', '0'])
    .optional()
    .transform((text) => text === 'true' || text === '1')
    .describe('true: answer 202 at once'),
});

const RUN = z.object({
  input: z.record(z.string(), z.unknown()).optional().describe("The caller's values"),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Headers the workflow shall see instead of those of this request'),
});

const FINISHED = RESULT.extend({ executionId: z.string() }).meta({ id: 'ExecutionResult' });

const SUMMARY = z
  .object({
    executionId: z.string(),
    workflowId: z.string().nullable(),
    version: z.number().nullable(),
    status: z.enum(['running', 'success', 'failed', 'cancelled', 'interrupted']),
    trigger: z.enum(['manual', 'run', 'published']),
    apiPath: z.string().nullable(),
    error: z.string().nullable(),
    startedAt: DATE,
    finishedAt: DATE.nullable(),
    durationMs: z.number().nullable(),
  })
  .meta({ id: 'ExecutionSummary' });

const EXECUTION = SUMMARY.extend({ input: z.unknown(), result: z.unknown() }).meta({ id: 'Execution' });

const LOG_ROW = z
  .looseObject({
    id: z.string(),
    executionId: z.string(),
    position: z.number(),
    status: z.string(),
    phase: z.string(),
    title: z.string(),
    message: z.string(),
    timestamp: z.number().describe('Milliseconds since 1970'),
  })
  .meta({ id: 'LogRow' });

async function answerOf(started: StartedExecution, async: boolean): Promise<RouteResult> {
  const { executionId } = started;
  if (async) return { status: 202, body: { executionId } };
  const result = shownResult(await started.result);
  // The record is there when the answer is: who reads it next must find how it ended.
  await started.recorded;
  return { status: 200, body: { ...result, executionId } };
}

function summary({ ownerId: _owner, error, ...execution }: ExecutionSummary) {
  return { ...execution, error: error === null || error === undefined ? null : String(error) };
}

function whole({ input, result, ...execution }: StoredExecution) {
  return { ...summary(execution), input, result };
}
