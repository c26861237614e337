/** @module Workflows of an owner, with optimistic locking and the history of their versions. */
import { randomUUID } from 'node:crypto';
import { OrchestrixError } from '@orchestrix/engine';
import type { QueryFilter } from 'mongoose';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import { type Page, type PageQuery, readPage } from '../page.ts';
import { LIVE } from '../schemas/published-api.ts';
import type { WorkflowRow } from '../schemas/workflow.ts';
import { requireStorable } from '../storable.ts';
import {
  contentOf,
  type StoredWorkflow,
  sameContent,
  toStoredWorkflow,
  toSummary,
  type WorkflowContent,
  type WorkflowSummary,
} from './workflow-content.ts';
import { createWorkflowVersions, type WorkflowVersion } from './workflow-versions.ts';

/** Which change {@link Workflows.update} is made against. */
export interface UpdateOptions {
  /** The version the change was made from. Without it the newest version is changed, whatever it is. */
  version?: number | undefined;
}

/** The workflows of owners. Every method throws a TerminalError `OWNER_REQUIRED` without an owner. */
export interface Workflows {
  /** Newest first. `q` finds a part of the name or of the id, in any case of letters. */
  list(ownerId: string, query?: PageQuery & { q?: string | undefined }): Promise<Page<WorkflowSummary>>;
  get(ownerId: string, workflowId: string): Promise<StoredWorkflow | null>;
  /** @throws OrchestrixError `WORKFLOW_EXISTS` (409) */
  create(
    ownerId: string,
    workflow: WorkflowContent & { workflowId?: string | undefined },
  ): Promise<StoredWorkflow>;
  /**
   * Replaces the given parts and keeps the former version. `null` when there is no such workflow.
   *
   * @throws OrchestrixError `VERSION_CONFLICT` (409) with `{version}`, the current one, in `details`
   */
  update(
    ownerId: string,
    workflowId: string,
    changes: Partial<WorkflowContent>,
    options?: UpdateOptions,
  ): Promise<StoredWorkflow | null>;
  /** Creates the workflow, or replaces all of it; content that is the same already makes no new version. */
  save(ownerId: string, workflowId: string, content: WorkflowContent): Promise<StoredWorkflow>;
  /**
   * Removes the workflow together with its published APIs and its versions; its executions stay. The order is such that a
   * crash in between leaves a workflow that can be deleted again, never a published API without a workflow.
   */
  delete(ownerId: string, workflowId: string): Promise<boolean>;
  /** Newest first, the current version included. `null` when there is no such workflow. */
  listVersions(ownerId: string, workflowId: string): Promise<WorkflowVersion[] | null>;
  getVersion(ownerId: string, workflowId: string, version: number): Promise<WorkflowVersion | null>;
  /** Makes sure that the current version is kept for ever as it is now, and returns it: what publishing needs. */
  snapshot(ownerId: string, workflowId: string): Promise<WorkflowVersion | null>;
}

/** How often a change without a given version is tried against a workflow that others change at the same time. */
const MAX_ATTEMPTS = 20;

/** Options of {@link createWorkflows}. */
export interface WorkflowsOptions {
  /** Versions of one workflow that are kept; older ones that no published API runs are removed. Default: 0, all. */
  keepVersions?: number;
}

/** The repository of workflows. */
export function createWorkflows(
  { Workflow, PublishedApi, WorkflowVersion }: Models,
  { keepVersions = 0 }: WorkflowsOptions = {},
): Workflows {
  const versions = createWorkflowVersions(WorkflowVersion);

  // Old data may hold one id twice; the row changed last is the workflow then.
  const findRow = (ownerId: string, workflowId: string): Promise<WorkflowRow | null> =>
    Workflow.findOne({
      ownerId: requireOwner(ownerId),
      workflowId: requireText(workflowId, 'workflowId'),
    })
      .sort({ version: -1, updatedAt: -1 })
      .lean<WorkflowRow>();

  /** `null`: somebody else was faster. The former version is kept first, so that a crash in between loses nothing. */
  async function replaceRow(
    row: WorkflowRow,
    changes: Partial<WorkflowContent>,
  ): Promise<StoredWorkflow | null> {
    const former = toStoredWorkflow(row);
    await versions.keep(former);
    const changed = await Workflow.findOneAndUpdate(
      // A row of the earlier backend has no version; `null` matches that.
      { _id: row._id, ownerId: row.ownerId, version: row.version ?? null } as QueryFilter<WorkflowRow>,
      { $set: { ...changes, version: former.version + 1 } },
      { returnDocument: 'after' },
    ).lean<WorkflowRow>();
    if (!changed) return null;
    if (keepVersions > 0) await prune(row);
    return toStoredWorkflow(changed);
  }

  async function prune({ ownerId, workflowId }: WorkflowRow): Promise<void> {
    const published = await PublishedApi.find({ ownerId, workflowId, ...LIVE }, { version: 1 }).lean<
      { version?: number }[]
    >();
    const named = published.flatMap(({ version }) => (typeof version === 'number' ? [version] : []));
    // The current version is not among the former ones.
    await versions.prune(ownerId, workflowId, keepVersions - 1, named);
  }

  async function create(
    ownerId: string,
    workflow: WorkflowContent & { workflowId?: string | undefined },
  ): Promise<StoredWorkflow> {
    requireOwner(ownerId);
    const workflowId = requireText(workflow.workflowId ?? randomUUID(), 'workflowId');
    const content = contentOf(workflow);
    requireStorable(content, 'The workflow');
    if (await findRow(ownerId, workflowId)) throw workflowExists(workflowId);
    // Versions of a deleted workflow of the same id may be left by a crash; their numbers are not used again.
    const version = (await versions.highest(ownerId, workflowId)) + 1;
    try {
      const row = await Workflow.create({ ...content, ownerId, workflowId, version } as WorkflowRow);
      return toStoredWorkflow(row.toObject());
    } catch (error) {
      throw duplicateKeyOf(error) ? workflowExists(workflowId) : error;
    }
  }

  return {
    create,

    list(ownerId, { q, ...page } = {}) {
      const filter: QueryFilter<WorkflowRow> = { ownerId: requireOwner(ownerId) };
      const text = typeof q === 'string' ? q.trim() : '';
      const pattern = { $regex: text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), $options: 'i' };
      if (text !== '') filter.$or = [{ name: pattern }, { workflowId: pattern }];
      return readPage(Workflow, filter, page, toSummary);
    },

    async get(ownerId, workflowId) {
      const row = await findRow(ownerId, workflowId);
      return row && toStoredWorkflow(row);
    },

    async update(ownerId, workflowId, changes, { version } = {}) {
      const parts = contentOf(changes);
      requireStorable(parts, 'The workflow');
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const row = await findRow(ownerId, workflowId);
        if (!row) return null;
        const current = row.version ?? 1;
        if (version !== undefined && version !== current) throw versionConflict(workflowId, current);
        const changed = await replaceRow(row, parts);
        if (changed) return changed;
      }
      throw versionConflict(workflowId, null);
    },

    async save(ownerId, workflowId, content) {
      // All of the definition is replaced: edges or variables that are not given are gone.
      const parts = { edges: [], inputVariables: [], ...contentOf(content) };
      requireStorable(parts, 'The workflow');
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const row = await findRow(ownerId, workflowId);
        const saved = row
          ? sameContent(row, parts)
            ? toStoredWorkflow(row)
            : await replaceRow(row, parts)
          : await create(ownerId, { ...parts, workflowId } as WorkflowContent).catch(nullWhenExists);
        if (saved) return saved;
      }
      throw versionConflict(workflowId, null);
    },

    async delete(ownerId, workflowId) {
      const filter = { ownerId: requireOwner(ownerId), workflowId: requireText(workflowId, 'workflowId') };
      // Their paths stay the owner's: nobody else may answer where these APIs did.
      await PublishedApi.updateMany({ ...filter, ...LIVE }, { $set: { unpublishedAt: new Date() } });
      await versions.deleteAll(ownerId, workflowId);
      const { deletedCount } = await Workflow.deleteMany(filter);
      return deletedCount > 0;
    },

    async listVersions(ownerId, workflowId) {
      const row = await findRow(ownerId, workflowId);
      if (!row) return null;
      const current = toStoredWorkflow(row);
      const former = await versions.list(ownerId, workflowId, { below: current.version });
      return [versions.ofCurrent(current), ...former];
    },

    async getVersion(ownerId, workflowId, version) {
      const kept = await versions.get(requireOwner(ownerId), requireText(workflowId, 'workflowId'), version);
      if (kept) return kept;
      const row = await findRow(ownerId, workflowId);
      return row && (row.version ?? 1) === version ? versions.ofCurrent(toStoredWorkflow(row)) : null;
    },

    async snapshot(ownerId, workflowId) {
      const row = await findRow(ownerId, workflowId);
      return row && versions.keep(toStoredWorkflow(row));
    },
  };
}

const workflowExists = (workflowId: string): OrchestrixError =>
  new OrchestrixError(`A workflow "${workflowId}" exists already`, { code: 'WORKFLOW_EXISTS', status: 409 });

const versionConflict = (workflowId: string, version: number | null): OrchestrixError =>
  new OrchestrixError(
    version === null
      ? `The workflow "${workflowId}" is being changed by others: try again`
      : `The workflow "${workflowId}" was changed meanwhile: its version is ${version} now. Load it and apply the change to that`,
    { code: 'VERSION_CONFLICT', status: 409, details: version === null ? null : { version } },
  );

function nullWhenExists(error: unknown): null {
  if (error instanceof OrchestrixError && error.code === 'WORKFLOW_EXISTS') return null;
  throw error;
}
