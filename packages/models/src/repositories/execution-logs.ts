/** @module The log of every execution: append-only, without gaps, oldest first. */
import type { ExecutionLogStore } from '@orchestrix/executions';
import mongoose from 'mongoose';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import { bytesOf, unpackRecord } from '../packed-record.ts';
import type { ExecutionLogRow, ExecutionRow } from '../schemas/execution.ts';
import { fromStorable, toStorable } from '../storable.ts';
import { ignoreDuplicates } from './executions.ts';

/** The logs of owners' executions. */
export interface ExecutionLogs extends ExecutionLogStore {
  /** The highest position; `null` for an empty log. */
  lastPosition(ownerId: string, executionId: string): Promise<number | null>;
}

/** Options of {@link createExecutionLogs}. */
export interface ExecutionLogsOptions {
  /** Days after which the database removes an event. Default: 30. */
  ttlDays?: number;
}

const MAX_ENTRIES = 10_000;

/** The repository of execution logs. */
export function createExecutionLogs(
  { Execution, ExecutionLog }: Models,
  { ttlDays = 30 }: ExecutionLogsOptions = {},
): ExecutionLogs {
  const ofExecution = (ownerId: string, executionId: string) => ({
    ownerId: requireOwner(ownerId),
    executionId: requireText(executionId, 'executionId'),
  });

  /** The log of an execution that was stored as a whole. */
  async function packedLog(ownerId: string, executionId: string): Promise<readonly unknown[] | null> {
    const row = await Execution.findOne(ofExecution(ownerId, executionId), {
      packed: 1,
    }).lean<ExecutionRow>();
    return row?.packed ? unpackRecord(bytesOf(row.packed)).log : null;
  }

  return {
    async append(ownerId, executionId, entries) {
      const key = ofExecution(ownerId, executionId);
      if (entries.length === 0) return;
      const createdAt = new Date();
      const expiresAt = new Date(createdAt.getTime() + ttlDays * 86_400_000);
      const rows = entries.map(({ position, item }) => ({
        _id: new mongoose.Types.ObjectId(),
        ...key,
        position,
        item: toStorable(item),
        createdAt,
        expiresAt,
      }));
      // The driver's collection: rows are complete and typed here, and a run's log is the busiest write of the server.
      const insert = async () => {
        await ExecutionLog.collection.insertMany(rows, { ordered: false });
      };
      try {
        await insert();
      } catch (error) {
        ignoreDuplicates(error);
        // Another process may have written an end in this one's place; what this one says is what happened.
        const interim = { executionId: key.executionId, 'item.interim': true };
        if ((await ExecutionLog.deleteMany(interim)).deletedCount > 0) await insert().catch(ignoreDuplicates);
      }
    },

    async list(ownerId, executionId, { after, limit = MAX_ENTRIES } = {}) {
      const whole = await packedLog(ownerId, executionId);
      if (whole) {
        const from = Math.max(0, Number(after ?? 0));
        return whole
          .slice(from, from + Math.max(1, limit))
          .map((item, index) => ({ position: from + index + 1, item }));
      }
      const behind = after === undefined ? {} : { position: { $gt: Number(after) } };
      const rows = await ExecutionLog.find({ ...ofExecution(ownerId, executionId), ...behind })
        .sort({ position: 1 })
        .limit(Math.max(1, Math.min(MAX_ENTRIES, limit)))
        .lean<ExecutionLogRow[]>();
      return rows.map((row) => ({ position: row.position, item: fromStorable(row.item) }));
    },

    async lastPosition(ownerId, executionId) {
      const whole = await packedLog(ownerId, executionId);
      if (whole) return whole.length === 0 ? null : whole.length;
      const row = await ExecutionLog.findOne(ofExecution(ownerId, executionId), { position: 1 })
        .sort({ position: -1 })
        .lean<ExecutionLogRow>();
      return row?.position ?? null;
    },
  };
}
