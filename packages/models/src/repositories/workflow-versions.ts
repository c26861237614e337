/** @module The history of workflows: every version as it was, written once. */
import type { Model } from 'mongoose';
import { duplicateKeyOf } from '../duplicate-key.ts';
import type { WorkflowVersionRow } from '../schemas/workflow.ts';
import { readContent, type StoredWorkflow } from './workflow-content.ts';

/** A workflow as it was at one version. */
export interface WorkflowVersion extends Omit<StoredWorkflow, 'createdAt' | 'updatedAt'> {
  /** When this version was first kept; for the current one, when the workflow was changed last. */
  createdAt: Date | null;
}

/** The history, for the repository of workflows only: arguments are checked there. */
export interface WorkflowVersions {
  /** Writes a version unless it is there already, and returns what is there. */
  keep(workflow: StoredWorkflow): Promise<WorkflowVersion>;
  get(ownerId: string, workflowId: string, version: number): Promise<WorkflowVersion | null>;
  /** Newest first. */
  list(ownerId: string, workflowId: string, range: { below: number }): Promise<WorkflowVersion[]>;
  /** The highest number kept; 0 when there is none. */
  highest(ownerId: string, workflowId: string): Promise<number>;
  deleteAll(ownerId: string, workflowId: string): Promise<void>;
  /** Removes all but the newest `keep` versions and those named. */
  prune(ownerId: string, workflowId: string, keep: number, named: readonly number[]): Promise<void>;
  /** The view of a version that is not kept yet. */
  ofCurrent(workflow: StoredWorkflow): WorkflowVersion;
}

/** The history on its model. */
export function createWorkflowVersions(model: Model<WorkflowVersionRow>): WorkflowVersions {
  const find = (ownerId: string, workflowId: string, version: number): Promise<WorkflowVersionRow | null> =>
    model.findOne({ ownerId, workflowId, version: { $eq: version } }).lean<WorkflowVersionRow>();

  return {
    async keep(workflow) {
      const { ownerId, workflowId, version } = workflow;
      const kept = await find(ownerId, workflowId, version);
      if (kept) return toVersion(kept);
      const { createdAt: _created, updatedAt: _updated, name, description, ...rest } = workflow;
      const texts = { ...(name === null ? {} : { name }), ...(description === null ? {} : { description }) };
      try {
        const row = await model.create({ ...rest, ...texts } as WorkflowVersionRow);
        return toVersion(row.toObject());
      } catch (error) {
        // Somebody kept the same version at the same time; the content of a version is one and the same for everybody.
        const other = duplicateKeyOf(error) && (await find(ownerId, workflowId, version));
        if (other) return toVersion(other);
        throw error;
      }
    },

    async get(ownerId, workflowId, version) {
      const row = Number.isSafeInteger(version) ? await find(ownerId, workflowId, version) : null;
      return row && toVersion(row);
    },

    async list(ownerId, workflowId, { below }) {
      const rows = await model
        .find({ ownerId, workflowId, version: { $lt: below } })
        .sort({ version: -1 })
        .lean<WorkflowVersionRow[]>();
      return rows.map(toVersion);
    },

    async highest(ownerId, workflowId) {
      const row = await model
        .findOne({ ownerId, workflowId }, { version: 1 })
        .sort({ version: -1 })
        .lean<WorkflowVersionRow>();
      return row?.version ?? 0;
    },

    async deleteAll(ownerId, workflowId) {
      await model.deleteMany({ ownerId, workflowId });
    },

    async prune(ownerId, workflowId, keep, named) {
      const oldest = await model
        .findOne({ ownerId, workflowId }, { version: 1 })
        .sort({ version: -1 })
        .skip(Math.max(1, keep) - 1)
        .lean<WorkflowVersionRow>();
      if (!oldest) return;
      await model.deleteMany({ ownerId, workflowId, version: { $lt: oldest.version, $nin: [...named] } });
    },

    ofCurrent: ({ createdAt: _, updatedAt, ...rest }) => ({ ...rest, createdAt: updatedAt }),
  };
}

const toVersion = (row: WorkflowVersionRow): WorkflowVersion => ({
  workflowId: row.workflowId,
  ownerId: row.ownerId,
  version: row.version,
  ...readContent(row),
  createdAt: row.createdAt ?? null,
});
