/** @module The documents of an owner's collections for a REST interface: the same ones that workflow steps see. */
import { type Document, OrchestrixError, TerminalError } from '@orchestrix/engine';
import type { Connection } from 'mongoose';
import { castFilter } from './casting.ts';
import { mergeSorted, type Sort } from './document-order.ts';
import { duplicateKeyOf } from './duplicate-key.ts';
import { objectIdOf, requireOwner, requireText } from './identity.ts';
import { createLegacyData } from './legacy-data.ts';
import { createMongoDatabase, DEFAULT_QUERY_MS, readable } from './mongo-database.ts';
import { dropOwnerCollection, ownerNamespace, physicalName } from './owner-namespace.ts';
import { decodeCursor, encodeCursor, invalidCursor, type Page, pageLimit } from './page.ts';
import { requireStorable } from './storable.ts';
import { documentSize } from './usage.ts';

/** Which documents, in which order. */
export interface DataQuery {
  /** A MongoDB filter that the caller has built and checked. Default: all. */
  filter?: Document | undefined;
  /** Default: newest first. Another order is paged by position, so documents written meanwhile can shift a page. */
  sort?: Sort | undefined;
  cursor?: string | null | undefined;
  /** 1 to 100. Default: 20. */
  limit?: number | undefined;
}

/**
 * One owner's documents. Old rows of `dynamicdatas` are found, changed and deleted like all others, in their old place.
 *
 * Methods reject with `COLLECTION_NAME_INVALID` (400), `DATA_NOT_STORABLE` (400), `DUPLICATE_VALUE` (409), `CAST_FAILED` (422).
 */
export interface CollectionData {
  insert(name: string, document: Document): Promise<Document>;
  /** `null` also for a text that is no id. */
  get(name: string, id: string): Promise<Document | null>;
  /** @throws OrchestrixError `INVALID_CURSOR` */
  list(name: string, query?: DataQuery): Promise<Page<Document>>;
  /** Whether the collection holds any document. */
  hasData(name: string): Promise<boolean>;
  /** Sets the given fields; the others stay. */
  update(name: string, id: string, changes: Document): Promise<Document | null>;
  /** Replaces all fields but `_id` and `createdAt`. */
  replace(name: string, id: string, document: Document): Promise<Document | null>;
  /** Whether there was such a document. */
  delete(name: string, id: string): Promise<boolean>;
  /**
   * Lets exactly these fields be unique, wherever a document has them.
   *
   * @throws OrchestrixError `UNIQUE_VIOLATED` (409) when stored documents share a value; `{field}` in `details`
   */
  ensureUnique(name: string, fields: readonly string[]): Promise<void>;
  /** Deletes the collection with all its documents, old rows included. */
  drop(name: string): Promise<void>;
}

/** Options of {@link createCollectionData}. */
export interface CollectionDataOptions {
  /** Time of `createdAt` and `updatedAt`. Default: now. */
  clock?: () => Date;
  /** How long one query may take on the server, in milliseconds. Default: 10,000; 0 for no limit. */
  maxTimeMs?: number;
  /** Asked before a write whether the owner may store so much more. Rejects when not. */
  admitWrite?: (bytes: number, documents: number) => Promise<void>;
}

const NEWEST_FIRST: Sort = { _id: -1 };
const UNIQUE_PREFIX = 'unique_';

/** @throws TerminalError `OWNER_REQUIRED` */
export function createCollectionData(
  connection: Connection,
  ownerId: string,
  { clock = () => new Date(), maxTimeMs = DEFAULT_QUERY_MS, admitWrite }: CollectionDataOptions = {},
): CollectionData {
  const namespace = ownerNamespace(requireOwner(ownerId));
  const database = createMongoDatabase(connection, {
    namespace,
    clock,
    maxTimeMs,
    ...(admitWrite ? { admitWrite } : {}),
  });
  const legacy = createLegacyData(connection, ownerId, maxTimeMs);
  const collection = (name: string) =>
    connection.db!.collection(physicalName(connection.name, namespace, name));

  const get = async (name: string, id: string): Promise<Document | null> => {
    const _id = objectIdOf(requireText(id, 'id'));
    if (!_id) return null;
    return (await database.findOne(name, { filter: { _id } })) ?? (await legacy.get(name, _id));
  };

  return {
    get,

    async insert(name, document) {
      requireStorable(document, 'The document', { keys: 'fields' });
      return database.insertOne(name, document);
    },

    async list(name, { filter = {}, sort, cursor, limit } = {}) {
      const size = pageLimit(limit);
      const skip = sort && cursor ? decodeSkip(cursor) : 0;
      const behind = !sort && cursor ? { _id: { $lt: decodeCursor(cursor) } } : {};
      const where = castFilter(name, Object.keys(behind).length > 0 ? { $and: [filter, behind] } : filter);
      // The id decides among equals, or pages would overlap.
      const order: Sort = sort ? { ...sort, ...('_id' in sort ? {} : NEWEST_FIRST) } : NEWEST_FIRST;
      const most = skip + size + 1;
      const found = await asFilterProblem(name, async () => {
        const old = await legacy.find(name, where, order, most);
        if (old.length === 0)
          return database.find(name, { filter: where, sort: order, skip, limit: size + 1 });
        const own = await database.find(name, { filter: where, sort: order, limit: most });
        return mergeSorted(own, old, order).slice(skip);
      });
      const items = found.slice(0, size);
      const last = items.at(-1);
      if (found.length <= size || !last) return { items, nextCursor: null };
      return { items, nextCursor: sort ? encodeSkip(skip + size) : encodeCursor(last._id as never) };
    },

    async hasData(name) {
      const own = await database.findOne(name, { filter: {}, projection: { _id: 1 } });
      return own !== null || (await legacy.count(name, {}, 1)) > 0;
    },

    async update(name, id, changes) {
      requireStorable(changes, 'The document', { keys: 'fields' });
      const _id = objectIdOf(requireText(id, 'id'));
      if (!_id) return null;
      const fields = withoutOwnFields(changes);
      const own = await database.updateOne(name, { _id }, { $set: fields });
      return own ?? legacy.update(name, _id, fields, clock());
    },

    async replace(name, id, document) {
      requireStorable(document, 'The document', { keys: 'fields' });
      const _id = objectIdOf(requireText(id, 'id'));
      if (!_id) return null;
      const now = clock();
      const fields = withoutOwnFields(document);
      const former = await database.findOne(name, { filter: { _id } });
      if (!former) return legacy.replace(name, _id, fields, now);
      const { createdAt = now, __v = 0 } = former;
      const next = { ...fields, createdAt, updatedAt: now, __v };
      await admitWrite?.(Math.max(0, documentSize(next) - documentSize(former)), 0);
      try {
        return await collection(name).findOneAndReplace({ _id }, next, { returnDocument: 'after' });
      } catch (error) {
        throw duplicateValue(error, name);
      }
    },

    async delete(name, id) {
      const _id = objectIdOf(requireText(id, 'id'));
      if (!_id) return false;
      return (await database.deleteOne(name, { _id })) !== null || legacy.delete(name, _id);
    },

    async ensureUnique(name, fields) {
      const existing = await collection(name).indexes().catch(noCollectionYet);
      const wanted = new Set(fields.map((field) => `${UNIQUE_PREFIX}${field}`));
      for (const { name: index } of existing)
        if (index?.startsWith(UNIQUE_PREFIX) && !wanted.has(index)) await collection(name).dropIndex(index);
      for (const field of fields) {
        const options = { name: `${UNIQUE_PREFIX}${field}`, unique: true, sparse: true };
        if (existing.some((index) => index.name === options.name)) continue;
        await collection(name)
          .createIndex({ [field]: 1 }, options)
          .catch((error: unknown) => {
            throw duplicateKeyOf(error) ? uniqueViolated(name, field) : error;
          });
      }
    },

    async drop(name) {
      await dropOwnerCollection(connection, ownerId, name);
      await legacy.deleteAll(name);
    },
  };
}

/** What the database refuses about a query of a caller is wrong in its filter: operands, types, patterns. */
async function asFilterProblem<T>(name: string, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (thrown) {
    const error = readable(thrown, name, name);
    if (error.code !== 'DATABASE_REFUSED') throw error;
    throw new TerminalError(`The filter cannot be used: ${error.message}`, {
      code: 'FILTER_INVALID',
      status: 422,
    });
  }
}

/** The fields that are kept by the database and never taken from a caller. */
function withoutOwnFields({ _id: _a, createdAt: _b, updatedAt: _c, __v: _d, ...fields }: Document): Document {
  return fields;
}

const encodeSkip = (skip: number): string => Buffer.from(`skip:${skip}`).toString('base64url');

function decodeSkip(cursor: string): number {
  const skip = /^skip:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  if (skip === undefined) throw invalidCursor();
  return Number(skip);
}

function duplicateValue(error: unknown, name: string): unknown {
  const duplicate = duplicateKeyOf(error);
  if (!duplicate) return error;
  const fields = duplicate.fields.join(', ');
  return new OrchestrixError(`A document with the same ${fields} exists already in "${name}"`, {
    code: 'DUPLICATE_VALUE',
    status: 409,
    details: { fields: duplicate.fields },
  });
}

const uniqueViolated = (name: string, field: string): OrchestrixError =>
  new OrchestrixError(`"${field}" cannot be unique: documents in "${name}" share a value`, {
    code: 'UNIQUE_VIOLATED',
    status: 409,
    details: { field },
  });

function noCollectionYet(error: unknown): { name?: string }[] {
  if (error instanceof Error && 'code' in error && error.code === 26) return [];
  throw error;
}
