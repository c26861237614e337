/** @module The log of every execution: append-only, without gaps, oldest first. */
import mongoose from 'mongoose';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import type { ExecutionLogRow } from '../schemas/execution.ts';
import { fromStorable, toStorable } from '../storable.ts';

/** One event of a log. */
export interface LogEntry {
  /** Its place in the log; the writer counts without a gap. */
  position: number;
  /** JSON; secrets in it are masked by the caller. */
  item: unknown;
}

/** The logs of owners' executions. */
export interface ExecutionLogs {
  /** Adds events in one write. An event whose position is there already is left out, so a write can be repeated. */
  append(ownerId: string, executionId: string, entries: readonly LogEntry[]): Promise<void>;
  /** Events behind `after` (all when absent), ascending; at most `limit` (10,000 when absent). */
  list(
    ownerId: string,
    executionId: string,
    range?: { after?: number | undefined; limit?: number | undefined },
  ): Promise<LogEntry[]>;
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
  { ExecutionLog }: Models,
  { ttlDays = 30 }: ExecutionLogsOptions = {},
): ExecutionLogs {
  const ofExecution = (ownerId: string, executionId: string) => ({
    ownerId: requireOwner(ownerId),
    executionId: requireText(executionId, 'executionId'),
  });

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
      await ExecutionLog.collection.insertMany(rows, { ordered: false }).catch(ignoreDuplicates);
    },

    async list(ownerId, executionId, { after, limit = MAX_ENTRIES } = {}) {
      const behind = after === undefined ? {} : { position: { $gt: Number(after) } };
      const rows = await ExecutionLog.find({ ...ofExecution(ownerId, executionId), ...behind })
        .sort({ position: 1 })
        .limit(Math.max(1, Math.min(MAX_ENTRIES, limit)))
        .lean<ExecutionLogRow[]>();
      return rows.map((row) => ({ position: row.position, item: fromStorable(row.item) }));
    },

    async lastPosition(ownerId, executionId) {
      const row = await ExecutionLog.findOne(ofExecution(ownerId, executionId), { position: 1 })
        .sort({ position: -1 })
        .lean<ExecutionLogRow>();
      return row?.position ?? null;
    },
  };
}

/** A bulk error says about every refused row why; only "is there already" is none. */
function ignoreDuplicates(error: unknown): void {
  if (!(error instanceof Error) || !('writeErrors' in error)) throw error;
  const errors = [error.writeErrors].flat() as { code?: number }[];
  if (errors.length === 0 || errors.some(({ code }) => code !== 11000)) throw error;
}
