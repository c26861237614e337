/** @module Published APIs of an owner. */
import { OrchestrixError } from '@orchestrix/engine';
import type { Publication, PublishedApi, PublishedApiStore } from '@orchestrix/executions';
import type { QueryFilter } from 'mongoose';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import type { OwnerSlugRow } from '../schemas/owner-slug.ts';
import { LIVE, type PublishedApiRow } from '../schemas/published-api.ts';

/** The repository of published APIs. */
export function createPublishedApis({ PublishedApi, OwnerSlug }: Models): PublishedApiStore {
  const ofWorkflow = (ownerId: string, workflowId: string) => ({
    ownerId: requireOwner(ownerId),
    workflowId: requireText(workflowId, 'workflowId'),
  });
  const findByPath = (path: string): Promise<PublishedApiRow | null> =>
    PublishedApi.findOne({ path: requireText(path, 'path') }).lean<PublishedApiRow>();
  const ownerSlug = async (ownerId: string): Promise<string | null> =>
    (await OwnerSlug.findOne({ ownerId: requireOwner(ownerId) }).lean<OwnerSlugRow>())?._id ?? null;

  return {
    async publish(ownerId, publication, { rename = false } = {}) {
      const { path, workflowId, method = 'POST' } = publication;
      const own: QueryFilter<PublishedApiRow> = {
        path: requireText(path, 'path'),
        ownerId: requireOwner(ownerId),
      };
      const same = { workflowId: requireText(workflowId, 'workflowId'), method };
      if (!rename) own.$or = [same, { unpublishedAt: { $exists: true } }];
      const before = rename ? null : await PublishedApi.findOne({ ...own, ...LIVE }).lean<PublishedApiRow>();
      if (before && !isSame(before, publication)) throw nameTaken(before);
      const write = () =>
        PublishedApi.findOneAndUpdate(own, changeOf(publication), {
          upsert: true,
          returnDocument: 'after',
        }).lean<PublishedApiRow>();
      try {
        return toApi((await write())!);
      } catch (error) {
        if (!duplicateKeyOf(error)) throw error;
      }
      // The path exists: it stands for something else, or two requests published it at once.
      const existing = await findByPath(path);
      if (existing && existing.ownerId !== ownerId) throw pathTaken(path);
      if (existing && !rename && !isSame(existing, publication)) throw nameTaken(existing);
      return toApi((await write())!);
    },

    async isPathAvailable(ownerId, path) {
      requireOwner(ownerId);
      const existing = await findByPath(path);
      return existing === null || existing.ownerId === ownerId;
    },

    async unpublish(ownerId, workflowId, { path } = {}) {
      const one = path === undefined ? {} : { path: requireText(path, 'path') };
      const filter = { ...ofWorkflow(ownerId, workflowId), ...LIVE, ...one };
      return (await PublishedApi.updateMany(filter, { $set: { unpublishedAt: new Date() } })).modifiedCount;
    },

    async listByWorkflow(ownerId, workflowId) {
      const rows = await PublishedApi.find({ ...ofWorkflow(ownerId, workflowId), ...LIVE })
        .sort({ _id: 1 })
        .lean<PublishedApiRow[]>();
      return rows.map(toApi);
    },

    async setVersionForWorkflow(ownerId, workflowId, version) {
      const filter = { ...ofWorkflow(ownerId, workflowId), ...LIVE };
      return (await PublishedApi.updateMany(filter, { $set: { version } })).matchedCount;
    },

    async findByPathForAnyone(path) {
      const row = await findByPath(path);
      return row && row.unpublishedAt === undefined ? toApi(row) : null;
    },

    async listBySlugForAnyone(slug) {
      const filter = { ownerSlug: requireText(slug, 'ownerSlug'), ...LIVE };
      return (await PublishedApi.find(filter).lean<PublishedApiRow[]>()).map(toApi);
    },

    ownerSlug,

    async claimOwnerSlug(ownerId, slug) {
      const kept = await ownerSlug(ownerId);
      if (kept !== null) return kept;
      try {
        await OwnerSlug.create({ _id: requireText(slug, 'ownerSlug'), ownerId });
        return slug;
      } catch (error) {
        if (!duplicateKeyOf(error)) throw error;
        return ownerSlug(ownerId);
      }
    },
  };
}

function isSame(row: PublishedApiRow, { workflowId, method = 'POST', name }: Publication): boolean {
  return (
    row.workflowId === workflowId && row.method === method && wordsOf(row.name ?? name) === wordsOf(name)
  );
}

/** `Do It` and `do-it` are one name; `Größe` and `Gr e` are two, though one slug. */
const wordsOf = (name: string): string => (name.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).join(' ');

function changeOf({ workflowId, name, slug, method = 'POST', mode = 'sync', version, ...more }: Publication) {
  const { own, errors, record, cors } = more;
  const set = { workflowId, name, slug, method, mode, version };
  const optional = {
    route: own?.route,
    ownerSlug: own?.ownerSlug,
    errorStyle: errors === 'plain' ? errors : undefined,
    record: record === 'all' ? undefined : record,
    cors: cors && [...cors],
    unpublishedAt: undefined,
  };
  const isSet = ([, value]: [string, unknown]) => value !== undefined;
  const entries = Object.entries(optional);
  return {
    $set: { ...set, ...Object.fromEntries(entries.filter(isSet)) },
    $unset: Object.fromEntries(
      entries.filter((entry) => !isSet(entry)).map(([field]) => [field, 1 as const]),
    ),
  };
}

const pathTaken = (path: string): OrchestrixError =>
  new OrchestrixError(`The path "${path}" is already in use by another account: choose another name`, {
    code: 'PATH_TAKEN',
    status: 409,
  });

/** Callers would be answered by something else without a word. */
const nameTaken = ({
  path,
  route,
  ownerSlug,
  name,
  slug,
  method,
  workflowId,
}: PublishedApiRow): OrchestrixError =>
  new OrchestrixError(
    `${method} ${route === undefined ? path : `/api/${ownerSlug}${route}`} is the API "${name ?? slug}" of your workflow "${workflowId}" already: unpublish that first, or choose another ${route === undefined ? 'name' : 'path'}`,
    { code: 'PATH_TAKEN', status: 409, details: { workflowId, apiName: name ?? slug, method } },
  );

const toApi = (row: PublishedApiRow): PublishedApi => ({
  ownerId: row.ownerId,
  workflowId: row.workflowId,
  name: row.name ?? row.slug,
  slug: row.slug,
  path: row.path,
  method: row.method ?? 'POST',
  mode: row.mode ?? 'sync',
  version: row.version ?? null,
  own:
    row.route === undefined || row.ownerSlug === undefined
      ? null
      : { route: row.route, ownerSlug: row.ownerSlug },
  errors: row.errorStyle ?? 'full',
  record: row.record ?? 'all',
  cors: row.cors ?? null,
  createdAt: row.createdAt ?? null,
  updatedAt: row.updatedAt ?? null,
});
