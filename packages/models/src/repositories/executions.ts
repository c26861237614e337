/** @module Executions of an owner: one row each, from start to end. */
import { type ExecutionEvent, OrchestrixError, resultFromEvents } from '@orchestrix/engine';
import {
  type EndedExecution,
  EXECUTION_STATUSES,
  type ExecutionStatus,
  type ExecutionStore,
  type ExecutionSummary,
  type StoredExecution,
} from '@orchestrix/executions';
import mongoose, { type QueryFilter } from 'mongoose';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import { bytesOf, packRecord, unpackRecord } from '../packed-record.ts';
import { readPage } from '../page.ts';
import type { ExecutionRow } from '../schemas/execution.ts';
import { fromStorable, toStorable } from '../storable.ts';

/** The repository of executions. */
export function createExecutions({ Execution }: Models): ExecutionStore {
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
      };
      const present = Object.entries(execution).filter(([, value]) => value !== undefined);
      // The first heartbeat is of the database's clock, as all later ones.
      const { upsertedCount } = await Execution.updateOne(
        { executionId: execution.executionId },
        { $setOnInsert: Object.fromEntries(present), $currentDate: { heartbeatAt: true } },
        { upsert: true },
      ).catch((error: unknown) => {
        throw duplicateKeyOf(error) ? executionExists() : error;
      });
      if (upsertedCount === 0) throw executionExists();
    },

    async record(executions) {
      const rows = executions.map(endedRow);
      for (const chunk of chunksOf(rows)) await insert(Execution, chunk);
      return rows.map(({ bytes }) => bytes);
    },

    async finish(ownerId, executionId, end) {
      const running = {
        ownerId: requireOwner(ownerId),
        executionId: requireText(executionId, 'executionId'),
        status: { $in: ['running', 'interrupted'] as ExecutionStatus[] },
      };
      const finishedAt = end.finishedAt ?? new Date();
      let { durationMs } = end;
      if (durationMs === undefined) {
        const row = await Execution.findOne(running, { startedAt: 1 }).lean<ExecutionRow>();
        if (!row) return null;
        durationMs = Math.max(0, finishedAt.getTime() - row.startedAt.getTime());
      }
      const ended = await Execution.findOneAndUpdate(
        running,
        {
          $set: {
            status: end.status,
            result: toStorable(end.result),
            error: toStorable(end.error),
            finishedAt,
            ...(end.bytes === undefined ? {} : { bytes: Math.round(end.bytes) }),
            durationMs,
          },
        },
        { returnDocument: 'after', projection: WITHOUT_DATA },
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

    async status(ownerId, executionId) {
      const row = await Execution.findOne(
        { ownerId: requireOwner(ownerId), executionId: requireText(executionId, 'executionId') },
        { status: 1 },
      ).lean<ExecutionRow>();
      return row?.status ?? null;
    },

    async list(ownerId, { workflowId, status, ...page } = {}) {
      const filter: QueryFilter<ExecutionRow> = { ownerId: requireOwner(ownerId) };
      if (workflowId !== undefined) filter.workflowId = requireText(workflowId, 'workflowId');
      if (status !== undefined) filter.status = requireStatus(status);
      return readPage(Execution, filter, page, toSummary, WITHOUT_DATA);
    },

    async heartbeat(instanceId, executionIds) {
      await Execution.updateMany(
        {
          executionId: { $in: executionIds },
          instanceId: requireText(instanceId, 'instanceId'),
          status: { $in: ['running', 'interrupted'] },
        },
        // Whoever beats lives: what was marked runs after all.
        {
          $currentDate: { heartbeatAt: true },
          $set: { status: 'running' },
          $unset: { error: 1, finishedAt: 1 },
        },
        { timestamps: false },
      );
    },

    async markInterrupted(instanceId, silentMs) {
      const silent: QueryFilter<ExecutionRow> = {
        status: 'running',
        instanceId: { $ne: requireText(instanceId, 'instanceId') },
        $expr: { $lt: ['$heartbeatAt', { $subtract: ['$$NOW', silentMs] }] },
      };
      const rows = await Execution.find(silent, { ownerId: 1, executionId: 1 })
        .limit(MAX_MARKED)
        .lean<ExecutionRow[]>();
      const marked: { ownerId: string; executionId: string }[] = [];
      for (const { _id, ownerId, executionId } of rows) {
        const { modifiedCount } = await Execution.updateOne(
          { _id, ...silent },
          {
            $set: { status: 'interrupted', error: INTERRUPTED },
            $currentDate: { finishedAt: true },
          },
        );
        if (modifiedCount === 1) marked.push({ ownerId, executionId });
      }
      return marked;
    },
  };
}

/** What the record of an execution says whose process is gone. */
const INTERRUPTED =
  'The server that ran this execution was not heard of any more. How it ended is not known: look whether its effects are there.';

/** Executions that are marked at a time. */
const MAX_MARKED = 1_000;

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

const WITHOUT_DATA = { input: 0, result: 0, packed: 0 } as const;

/** Fields that the row has besides its own: those of the driver's documents. */
function endedRow({ log, error, ...execution }: EndedExecution) {
  const packed = packRecord({ log });
  return {
    _id: new mongoose.Types.ObjectId(),
    executionId: requireText(execution.executionId, 'executionId'),
    ownerId: requireOwner(execution.ownerId),
    workflowId: execution.workflowId,
    version: execution.version,
    status: execution.status,
    trigger: execution.trigger,
    apiPath: execution.apiPath,
    error: error === undefined || error === null ? undefined : toStorable(error),
    startedAt: execution.startedAt,
    finishedAt: execution.finishedAt,
    durationMs: execution.durationMs,
    instanceId: execution.instanceId,
    expiresAt: execution.expiresAt,
    packed,
    bytes: packed.length + ROW_BYTES,
    createdAt: execution.startedAt,
    updatedAt: execution.finishedAt,
  };
}

/**
 * By a command of its own: rows are complete and typed here, and the driver's bulk write would measure and encode each of them twice. A row
 * that is there already is left out.
 */
async function insert({ collection, db }: Models['Execution'], rows: readonly object[]): Promise<void> {
  // Between two connections the driver's own write waits, or says that the database is away.
  if (!db.db) {
    await collection.insertMany(rows as never[], { ordered: false }).catch(ignoreDuplicates);
    return;
  }
  const reply = await db.db.command(
    { insert: collection.collectionName, documents: rows, ordered: false },
    { ignoreUndefined: true },
  );
  const errors = (reply.writeErrors ?? []) as { code: number; errmsg: string }[];
  const refused = errors.find(({ code }) => code !== DUPLICATE_KEY);
  if (refused) throw Object.assign(new Error(refused.errmsg), { code: refused.code });
}

const DUPLICATE_KEY = 11_000;

/** A message to the database ends at 48 MB. */
const CHUNK_BYTES = 8 * 1024 * 1024;

function* chunksOf<Row extends { bytes: number }>(rows: readonly Row[]): Generator<Row[]> {
  let chunk: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (chunk.length > 0 && bytes + row.bytes > CHUNK_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += row.bytes;
  }
  if (chunk.length > 0) yield chunk;
}

/** What the fields of a row take besides its data, with its places in indexes. */
const ROW_BYTES = 600;

/** A bulk error says about every refused row why; only "is there already" is none. */
export function ignoreDuplicates(error: unknown): void {
  if (!(error instanceof Error) || !('writeErrors' in error)) throw error;
  const errors = [error.writeErrors].flat() as { code?: number }[];
  if (errors.length === 0 || errors.some(({ code }) => code !== 11000)) throw error;
}

function toExecution(row: ExecutionRow): StoredExecution {
  if (row.packed) {
    const record = unpackRecord(bytesOf(row.packed));
    if (record.result !== undefined) return { ...toSummary(row), input: record.input, result: record.result };
    const log = record.log as readonly ExecutionEvent[];
    const first = log[0];
    const input = first?.type === 'execution_started' ? first.input : undefined;
    return { ...toSummary(row), input: input ?? null, result: resultFromEvents(log) };
  }
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
