/** @module How much of the database an owner uses, and making room. */
import type { Usage } from '@orchestrix/limits';
import { type Connection, mongo } from 'mongoose';
import type { Models } from './models.ts';
import { listOwnerCollections, ownerNamespace } from './owner-namespace.ts';

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
