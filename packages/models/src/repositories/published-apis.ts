/** @module Published APIs of an owner. */
import { OrchestrixError } from '@orchestrix/engine';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import type { PublishedApiRow } from '../schemas/published-api.ts';

/** What is published. */
export interface Publication {
  workflowId: string;
  /** The name its owner gave it. */
  name: string;
  /** `slugOf(name)`. */
  slug: string;
  /** `/workflow/run/<workflowId>/<slug>` */
  path: string;
  /** Default: `POST`. */
  method?: string | undefined;
  /** The version that calls run. */
  version: number;
  /** `async`: callers get the execution's id at once and do not wait. Default: `sync`. */
  mode?: 'sync' | 'async' | undefined;
}

/** A published API. */
export interface PublishedApi extends Omit<Publication, 'version' | 'method' | 'mode'> {
  ownerId: string;
  method: string;
  mode: 'sync' | 'async';
  /** `null` for rows of the earlier backend: a call runs the workflow as it stands. */
  version: number | null;
  createdAt: Date | null;
  updatedAt: Date | null;
}

/** The published APIs of owners. */
export interface PublishedApis {
  /**
   * Publishes under a path, or changes what the owner's own path runs.
   *
   * @throws OrchestrixError `PATH_TAKEN` (409) when the path belongs to somebody else; nothing is written then
   */
  publish(ownerId: string, publication: Publication): Promise<PublishedApi>;
  /** Whether a path could be published by this owner: it is free, or the owner's own. */
  isPathAvailable(ownerId: string, path: string): Promise<boolean>;
  /** Takes all paths of a workflow back, or one. The number of paths that are gone. */
  unpublish(ownerId: string, workflowId: string, only?: { path?: string | undefined }): Promise<number>;
  /** Oldest first. */
  listByWorkflow(ownerId: string, workflowId: string): Promise<PublishedApi[]>;
  /** Lets all paths of a workflow run one version. The number of paths. */
  setVersionForWorkflow(ownerId: string, workflowId: string, version: number): Promise<number>;
  /** The one lookup without an owner: whoever knows the path of a published API may call it. */
  findByPathForAnyone(path: string): Promise<PublishedApi | null>;
}

/** The repository of published APIs. */
export function createPublishedApis({ PublishedApi }: Models): PublishedApis {
  const ofWorkflow = (ownerId: string, workflowId: string) => ({
    ownerId: requireOwner(ownerId),
    workflowId: requireText(workflowId, 'workflowId'),
  });
  const findByPath = (path: string): Promise<PublishedApiRow | null> =>
    PublishedApi.findOne({ path: requireText(path, 'path') }).lean<PublishedApiRow>();

  return {
    async publish(ownerId, { workflowId, name, slug, path, method = 'POST', mode = 'sync', version }) {
      const own = { path: requireText(path, 'path'), ownerId: requireOwner(ownerId) };
      const change = {
        $set: { workflowId: requireText(workflowId, 'workflowId'), name, slug, method, mode, version },
      };
      const write = () =>
        PublishedApi.findOneAndUpdate(own, change, {
          upsert: true,
          returnDocument: 'after',
        }).lean<PublishedApiRow>();
      try {
        return toApi((await write())!);
      } catch (error) {
        if (!duplicateKeyOf(error)) throw error;
      }
      // The path exists: another owner's, or the owner's own, published by two requests at once.
      const existing = await findByPath(path);
      if (existing && existing.ownerId !== ownerId) throw pathTaken(path);
      return toApi((await write())!);
    },

    async isPathAvailable(ownerId, path) {
      requireOwner(ownerId);
      const existing = await findByPath(path);
      return existing === null || existing.ownerId === ownerId;
    },

    async unpublish(ownerId, workflowId, { path } = {}) {
      const one = path === undefined ? {} : { path: requireText(path, 'path') };
      return (await PublishedApi.deleteMany({ ...ofWorkflow(ownerId, workflowId), ...one })).deletedCount;
    },

    async listByWorkflow(ownerId, workflowId) {
      const rows = await PublishedApi.find(ofWorkflow(ownerId, workflowId))
        .sort({ _id: 1 })
        .lean<PublishedApiRow[]>();
      return rows.map(toApi);
    },

    async setVersionForWorkflow(ownerId, workflowId, version) {
      const filter = ofWorkflow(ownerId, workflowId);
      return (await PublishedApi.updateMany(filter, { $set: { version } })).matchedCount;
    },

    async findByPathForAnyone(path) {
      const row = await findByPath(path);
      return row && toApi(row);
    },
  };
}

const pathTaken = (path: string): OrchestrixError =>
  new OrchestrixError(`The path "${path}" belongs to somebody else: choose another name`, {
    code: 'PATH_TAKEN',
    status: 409,
  });

const toApi = (row: PublishedApiRow): PublishedApi => ({
  ownerId: row.ownerId,
  workflowId: row.workflowId,
  name: row.name ?? row.slug,
  slug: row.slug,
  path: row.path,
  method: row.method ?? 'POST',
  mode: row.mode ?? 'sync',
  version: row.version ?? null,
  createdAt: row.createdAt ?? null,
  updatedAt: row.updatedAt ?? null,
});
