/** @module Executions of an owner: one row each, from start to end. */
import { OrchestrixError } from '@orchestrix/engine';
import type { QueryFilter } from 'mongoose';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import { type Page, type PageQuery, readPage } from '../page.ts';
import {
  EXECUTION_STATUSES,
  type ExecutionRow,
  type ExecutionStatus,
  type ExecutionTrigger,
} from '../schemas/execution.ts';
import { fromStorable, toStorable } from '../storable.ts';

/** What is known of an execution when it starts. */
export interface ExecutionStart {
  executionId: string;
  trigger: ExecutionTrigger;
  workflowId?: string | undefined;
  version?: number | undefined;
  apiPath?: string | undefined;
  /** JSON; secrets in it are masked by the caller. */
  input?: unknown;
  /** The server process that runs it; see {@link Executions.markInterrupted}. */
  instanceId?: string | undefined;
  /** Default: now. */
  startedAt?: Date | undefined;
  /** When the database may remove the record. Default: never. */
  expiresAt?: Date | undefined;
}

/** How an execution ended. */
export interface ExecutionEnd {
  status: Exclude<ExecutionStatus, 'running'>;
  /** JSON; secrets in it are masked by the caller. */
  result?: unknown;
  error?: unknown;
  /** Default: now. */
  finishedAt?: Date | undefined;
  /** In milliseconds. Default: from start to `finishedAt`. */
  durationMs?: number;
  /** What the record and the log take, about. */
  bytes?: number;
}

/** An execution as stored. */
export interface StoredExecution {
  executionId: string;
  ownerId: string;
  workflowId: string | null;
  version: number | null;
  status: ExecutionStatus;
  trigger: ExecutionTrigger;
  apiPath: string | null;
  input: unknown;
  result: unknown;
  error: unknown;
  startedAt: Date;
  finishedAt: Date | null;
  durationMs: number | null;
}

/** An execution in a list: without its data. */
export type ExecutionSummary = Omit<StoredExecution, 'input' | 'result'>;

/** What a list of executions takes. */
export interface ExecutionQuery extends PageQuery {
  workflowId?: string | undefined;
  status?: ExecutionStatus | undefined;
}

/** The executions of owners. Nothing here reads an execution without its owner. */
export interface Executions {
  /** @throws OrchestrixError `EXECUTION_EXISTS` (409) */
  create(ownerId: string, start: ExecutionStart): Promise<StoredExecution>;
  /** The first end counts: `null` when there is no such execution, or it has ended already. */
  finish(ownerId: string, executionId: string, end: ExecutionEnd): Promise<ExecutionSummary | null>;
  get(ownerId: string, executionId: string): Promise<StoredExecution | null>;
  /** Newest first. @throws OrchestrixError `STATUS_UNKNOWN` (400) */
  list(ownerId: string, query?: ExecutionQuery): Promise<Page<ExecutionSummary>>;
  /** Says for all running executions of a server process that the process is alive. To be called regularly. */
  heartbeat(instanceId: string, now?: Date): Promise<void>;
  /**
   * Ends executions, of all owners, whose process has not been heard of since `before`: they fail with a message that says so.
   *
   * @returns how many
   */
  markInterrupted(before: Date): Promise<number>;
}

/** The repository of executions. */
export function createExecutions({ Execution }: Models): Executions {
  return {
    async create(ownerId, start) {
      const startedAt = start.startedAt ?? new Date();
      const execution = {
        ownerId: requireOwner(ownerId),
        executionId: requireText(start.executionId, 'executionId'),
        workflowId: start.workflowId,
        version: start.version,
        trigger: start.trigger,
        apiPath: start.apiPath,
        input: start.input === undefined ? undefined : toStorable(start.input),
        instanceId: start.instanceId,
        expiresAt: start.expiresAt,
        status: 'running',
        startedAt,
        heartbeatAt: startedAt,
      };
      try {
        return toExecution((await Execution.create(execution as ExecutionRow)).toObject());
      } catch (error) {
        throw duplicateKeyOf(error) ? executionExists() : error;
      }
    },

    async finish(ownerId, executionId, end) {
      const running = {
        ownerId: requireOwner(ownerId),
        executionId: requireText(executionId, 'executionId'),
        status: 'running' as const,
      };
      const row = await Execution.findOne(running, { startedAt: 1 }).lean<ExecutionRow>();
      if (!row) return null;
      const finishedAt = end.finishedAt ?? new Date();
      const ended = await Execution.findOneAndUpdate(
        running,
        {
          $set: {
            status: end.status,
            result: toStorable(end.result),
            error: toStorable(end.error),
            finishedAt,
            ...(end.bytes === undefined ? {} : { bytes: Math.round(end.bytes) }),
            durationMs: end.durationMs ?? Math.max(0, finishedAt.getTime() - row.startedAt.getTime()),
          },
        },
        { returnDocument: 'after', projection: { input: 0, result: 0 } },
      ).lean<ExecutionRow>();
      return ended && toSummary(ended);
    },

    async get(ownerId, executionId) {
      const row = await Execution.findOne({
        ownerId: requireOwner(ownerId),
        executionId: requireText(executionId, 'executionId'),
      }).lean<ExecutionRow>();
      return row && toExecution(row);
    },

    async list(ownerId, { workflowId, status, ...page } = {}) {
      const filter: QueryFilter<ExecutionRow> = { ownerId: requireOwner(ownerId) };
      if (workflowId !== undefined) filter.workflowId = requireText(workflowId, 'workflowId');
      if (status !== undefined) filter.status = requireStatus(status);
      return readPage(Execution, filter, page, toSummary, { input: 0, result: 0 });
    },

    async heartbeat(instanceId, now = new Date()) {
      await Execution.updateMany(
        { status: 'running', instanceId: requireText(instanceId, 'instanceId') },
        { $set: { heartbeatAt: now } },
        { timestamps: false },
      );
    },

    async markInterrupted(before) {
      const { modifiedCount } = await Execution.updateMany(
        { status: 'running', heartbeatAt: { $lt: before } },
        {
          $set: {
            status: 'failed',
            error: 'The server stopped while this execution was running',
            finishedAt: new Date(),
          },
        },
      );
      return modifiedCount;
    },
  };
}

const executionExists = (): OrchestrixError =>
  new OrchestrixError('An execution of this id exists already', { code: 'EXECUTION_EXISTS', status: 409 });

function requireStatus(status: unknown): ExecutionStatus {
  const known = EXECUTION_STATUSES.find((name) => name === status);
  if (known) return known;
  throw new OrchestrixError(`status must be one of ${EXECUTION_STATUSES.join(', ')}`, {
    code: 'STATUS_UNKNOWN',
    status: 400,
  });
}

function toExecution(row: ExecutionRow): StoredExecution {
  return {
    ...toSummary(row),
    input: fromStorable(row.input) ?? null,
    result: fromStorable(row.result) ?? null,
  };
}

const toSummary = (row: ExecutionRow): ExecutionSummary => ({
  executionId: row.executionId,
  ownerId: row.ownerId,
  workflowId: row.workflowId ?? null,
  version: row.version ?? null,
  status: row.status,
  trigger: row.trigger,
  apiPath: row.apiPath ?? null,
  error: fromStorable(row.error) ?? null,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt ?? null,
  durationMs: row.durationMs ?? null,
});
