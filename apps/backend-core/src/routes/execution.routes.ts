/** @module Routes that run workflows and show their executions. */

import { OrchestrixError } from '@orchestrix/engine';
import type { ExecutionSummary, StoredExecution } from '@orchestrix/models';
import { defineRoute, type Route, type RouteResult } from '@orchestrix/routes';
import { z } from 'zod';
import { serverSentEvents } from '../http/server-sent-events.ts';
import type { ExecutionLogs } from '../services/execution-log/execution-log.ts';
import { shownResult } from '../services/execution-result.ts';
import type { ExecutionService, StartedExecution } from '../services/executions.ts';
import type { PlanCache } from '../services/plans.ts';
import { compileDefinition } from '../services/plans.ts';
import type { WorkflowService } from '../services/workflows.ts';
import { DATE, ID, NEXT_CURSOR, PAGE_QUERY, RESULT, STARTED } from './schemas.ts';

/** What the routes are built from. */
export interface ExecutionRoutesParts {
  workflows: WorkflowService;
  executions: ExecutionService;
  logs: ExecutionLogs;
  plans: PlanCache;
  /** The owner of calls without a login; absent while anonymous access is off. */
  anonymousOwner?: string;
}

/** Running workflows, and everything under `/executions`. */
export function executionRoutes(parts: ExecutionRoutesParts): Route[] {
  const { workflows, executions, logs, plans } = parts;
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
        status: z.enum(['running', 'success', 'failed', 'cancelled']).optional(),
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
      path: '/executions/:executionId/logs',
      tag: 'Executions',
      summary: 'Read the log of an execution, or follow it live',
      description:
        'With "Accept: text/event-stream" the log is replayed and then followed to its end; "Last-Event-ID" or ?after continues behind an entry. An unknown id has an empty log.',
      auth: 'optional',
      params: z.object({ executionId: ID }),
      query: z.object({
        after: z.coerce.number().int().min(0).optional().describe('Position of the last entry you have'),
      }),
      responses: {
        200: [
          z.array(LOG_ITEM),
          { description: 'Events with an entry each', contentType: 'text/event-stream' },
        ],
      },
      handler: async ({ user, params: { executionId }, query, headers, signal }): Promise<RouteResult> => {
        const ownerId = user?.userId ?? parts.anonymousOwner;
        if (ownerId === undefined)
          throw new OrchestrixError('Log in first.', { code: 'UNAUTHENTICATED', status: 401 });
        if (!/text\/event-stream/i.test(headers.accept ?? '')) {
          const items = await logs.list(ownerId, executionId);
          return { status: 200, body: items.filter(({ position }) => position > (query.after ?? 0)) };
        }
        const after = Number.parseInt(String(headers['last-event-id'] ?? ''), 10) || query.after || 0;
        return {
          status: 200,
          headers: {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            'x-accel-buffering': 'no',
          },
          stream: serverSentEvents(logs.follow(ownerId, executionId, { after, signal }), (item) => ({
            id: item.position,
            event: 'log',
            data: item,
          })),
        };
      },
    }),
  ];
}

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
    status: z.enum(['running', 'success', 'failed', 'cancelled']),
    trigger: z.enum(['manual', 'run', 'published']),
    apiPath: z.string().nullable(),
    error: z.string().nullable(),
    startedAt: DATE,
    finishedAt: DATE.nullable(),
    durationMs: z.number().nullable(),
  })
  .meta({ id: 'ExecutionSummary' });

const EXECUTION = SUMMARY.extend({ input: z.unknown(), result: z.unknown() }).meta({ id: 'Execution' });

const LOG_ITEM = z
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
  .meta({ id: 'LogItem' });

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
