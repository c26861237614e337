/** @module How much of the database an owner uses, and making room. */
import { type Connection, mongo } from 'mongoose';
import type { Models } from './models.ts';
import { listOwnerCollections, ownerNamespace } from './owner-namespace.ts';

/** What an owner's documents take. */
export interface DocumentUsage {
  documents: number;
  bytes: number;
}

/** What is kept of an owner's executions and workflows. */
export interface RecordUsage {
  executions: number;
  /** Of their records and logs, as far as they were counted when they were stored. */
  executionBytes: number;
  workflows: number;
  versions: number;
}

/** Measures owners, and removes what is over. */
export interface Usage {
  documents(ownerId: string): Promise<DocumentUsage>;
  records(ownerId: string): Promise<RecordUsage>;
  /** How many executions are kept. */
  executions(ownerId: string): Promise<number>;
  /**
   * Removes the oldest ended executions with their logs, so that at most `keep` stay.
   *
   * @returns how many were removed
   */
  trimExecutions(ownerId: string, keep: number): Promise<number>;
}

/** How many executions one step of trimming removes. */
const BATCH = 500;

/** Usage of the server's own database. */
export function createUsage(connection: Connection, models: Models): Usage {
  const { Execution, ExecutionLog, Workflow, WorkflowVersion } = models;
  return {
    async documents(ownerId) {
      const namespace = ownerNamespace(ownerId);
      let documents = 0;
      let bytes = 0;
      for (const name of await listOwnerCollections(connection, ownerId)) {
        const found = await connection.db!.command({ collStats: `${namespace}${name}` });
        documents += Number(found.count ?? 0);
        bytes += Number(found.size ?? 0);
      }
      return { documents, bytes };
    },
    async records(ownerId) {
      const [executions, [sum], workflows, versions] = await Promise.all([
        Execution.countDocuments({ ownerId }),
        Execution.aggregate<{ bytes: number }>([
          { $match: { ownerId } },
          { $group: { _id: null, bytes: { $sum: '$bytes' } } },
        ]),
        Workflow.countDocuments({ ownerId }),
        WorkflowVersion.countDocuments({ ownerId }),
      ]);
      return { executions, executionBytes: sum?.bytes ?? 0, workflows, versions };
    },
    executions: (ownerId) => Execution.countDocuments({ ownerId }),
    async trimExecutions(ownerId, keep) {
      const over = (await Execution.countDocuments({ ownerId })) - keep;
      let removed = 0;
      while (removed < over) {
        const rows = await Execution.find({ ownerId, status: { $ne: 'running' } }, { executionId: 1 })
          .sort({ _id: 1 })
          .limit(Math.min(BATCH, over - removed))
          .lean<{ _id: mongo.ObjectId; executionId: string }[]>();
        if (rows.length === 0) break;
        await ExecutionLog.deleteMany({ executionId: { $in: rows.map(({ executionId }) => executionId) } });
        await Execution.deleteMany({ _id: { $in: rows.map(({ _id }) => _id) } });
        removed += rows.length;
      }
      return removed;
    },
  };
}

/** Bytes that a document takes, near enough for a quota. */
export function documentSize(document: object): number {
  try {
    return mongo.BSON.calculateObjectSize(document);
  } catch {
    // What cannot be measured cannot be stored, which the database says better.
    return 0;
  }
}
