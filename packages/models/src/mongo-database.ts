/** @module The engine's Database port on a mongoose connection. */
import {
  type Database,
  type Document,
  type FindQuery,
  OrchestrixError,
  TerminalError,
} from '@orchestrix/engine';
import { type Connection, mongo } from 'mongoose';
import { abortable } from './abort.ts';
import { castFilter, castNewDocument, castUpdate } from './casting.ts';
import { isDatabaseAway } from './database-away.ts';
import { isDatabaseFull } from './database-full.ts';
import { duplicateKeyOf } from './duplicate-key.ts';
import { addHeldForm, pullEitherId } from './either-id.ts';
import { physicalName } from './owner-namespace.ts';
import { requireStorable } from './storable.ts';
import { documentSize } from './usage.ts';
import { databaseFull } from './write-probe.ts';

/** Options of {@link createMongoDatabase}. */
export interface MongoDatabaseOptions {
  /**
   * The prefix of the physical collections, made by `ownerNamespace(ownerId)`: the owner's documents live apart from everybody
   * else's and from the server's own collections. `null`: the whole database is the owner's.
   */
  namespace: string | null;
  /** Time of `createdAt` and `updatedAt`. Default: now. */
  clock?: () => Date;
  /** How long one operation may take on the server, in milliseconds (`maxTimeMS`). Default: 10,000; 0 for no limit. */
  maxTimeMs?: number;
  /** Asked before a write whether the owner may store so much more. Rejects when not. */
  admitWrite?: (bytes: number, documents: number) => Promise<void>;
}

/** What operations may take where nothing else is said, in milliseconds. */
export const DEFAULT_QUERY_MS = 10_000;

/**
 * The documents of one owner. Values are cast as a schema-less mongoose model with timestamps casts them, and the collection's
 * logical name stands in messages, never the physical one.
 *
 * Methods reject with a TerminalError (`COLLECTION_NAME_INVALID`, `CAST_FAILED`, `DUPLICATE_VALUE`, …) when the call is wrong,
 * with an OrchestrixError `DATABASE_FULL` when it has no room, `DATABASE_FAILED` when the database fails otherwise.
 */
export function createMongoDatabase(connection: Connection, options: MongoDatabaseOptions): Database {
  const { namespace, clock = () => new Date(), maxTimeMs = DEFAULT_QUERY_MS, admitWrite } = options;
  const limits = maxTimeMs > 0 ? { maxTimeMS: maxTimeMs } : {};

  const collectionOf = (name: string): mongo.Collection<Document> => {
    const physical = physicalName(connection.name, namespace, name);
    if (!connection.db)
      throw new OrchestrixError('The database is not connected', { code: 'DATABASE_FAILED', status: 503 });
    return connection.db.collection<Document>(physical);
  };

  /** Every operation: the collection is named rightly, the signal is heard, errors are readable. */
  async function run<T>(
    name: string,
    signal: AbortSignal | undefined,
    work: (collection: mongo.Collection<Document>) => Promise<T>,
  ): Promise<T> {
    const collection = collectionOf(name);
    try {
      return await abortable(signal, () => work(collection));
    } catch (error) {
      signal?.throwIfAborted();
      throw readable(error, name, collection.collectionName);
    }
  }

  /** Indexes that keep fields unique, made when a step first asks for them. */
  const kept = new Set<string>();
  async function ensureUnique(
    name: string,
    collection: mongo.Collection<Document>,
    fields: readonly string[],
  ): Promise<void> {
    for (const field of fields) {
      const key = `${collection.collectionName} ${field}`;
      if (kept.has(key)) continue;
      try {
        await collection.createIndex(
          { [field]: 1 },
          { name: `own_unique_${field}`, unique: true, sparse: true },
        );
      } catch (error) {
        if (!duplicateKeyOf(error)) throw error;
        throw new TerminalError(
          `"${field}" cannot be kept unique: documents in "${name}" share a value already`,
          {
            code: 'UNIQUE_VIOLATED',
            status: 409,
            details: { field },
          },
        );
      }
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.add(key);
    }
  }

  /** What an update changes, and how, with ids in the form in which they are stored. */
  async function readChange(
    name: string,
    collection: mongo.Collection<Document>,
    filter: Document,
    update: Document,
  ) {
    const selected = castFilter(name, filter);
    const change = pullEitherId(castUpdate(name, update, clock()));
    const isHeld = async (field: string, value: unknown) =>
      (await collection.findOne(
        { $and: [selected, { [field]: value }] },
        { projection: { _id: 1 }, ...limits },
      )) !== null;
    return { selected, change: await addHeldForm(change, isHeld) };
  }

  const find = (name: string, query: FindQuery, signal?: AbortSignal): Promise<Document[]> =>
    run(name, signal, (collection) =>
      collection
        .find(castFilter(name, query.filter), {
          ...findOptions(query),
          ...limits,
          ...(signal ? { signal } : {}),
        })
        .toArray(),
    );

  return {
    find: (name, query, { signal } = {}) => find(name, query, signal),

    async findOne(name, query, { signal } = {}) {
      const [first] = await find(name, { ...query, limit: 1 }, signal);
      return first ?? null;
    },

    insertOne: (name, document, { signal, unique = [] } = {}) =>
      run(name, signal, async (collection) => {
        requireStorable(document, 'The document');
        const stored = castNewDocument(name, document, clock());
        if (unique.length > 0) {
          await ensureUnique(name, collection, unique);
          // What has no value shares none.
          for (const field of unique) if (isNothing(stored[field])) delete stored[field];
        }
        await admitWrite?.(documentSize(stored), 1);
        await collection.insertOne(stored);
        return stored;
      }),

    updateOne: (name, filter, update, { signal } = {}) =>
      run(name, signal, async (collection) => {
        requireStorable(update, 'The update');
        const { selected, change } = await readChange(name, collection, filter, update);
        await admitWrite?.(documentSize(change), 0);
        return collection.findOneAndUpdate(selected, change, {
          returnDocument: 'after',
          ...limits,
        });
      }),

    updateMany: (name, filter, update, { signal } = {}) =>
      run(name, signal, async (collection) => {
        requireStorable(update, 'The update');
        const { selected, change } = await readChange(name, collection, filter, update);
        await admitWrite?.(documentSize(change), 0);
        const { acknowledged, matchedCount, modifiedCount } = await collection.updateMany(
          selected,
          change,
          limits,
        );
        return { acknowledged, matchedCount, modifiedCount };
      }),

    deleteOne: (name, filter, { signal } = {}) =>
      run(name, signal, (collection) => collection.findOneAndDelete(castFilter(name, filter), limits)),

    deleteMany: (name, filter, { signal } = {}) =>
      run(name, signal, async (collection) => {
        const { acknowledged, deletedCount } = await collection.deleteMany(castFilter(name, filter), limits);
        return { acknowledged, deletedCount };
      }),
  };
}

/** Indexes that are remembered; the collection of one may be dropped meanwhile, so not for long. */
const MAX_KEPT = 1_000;

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function findOptions({ sort, limit, skip, projection }: FindQuery): mongo.FindOptions {
  return {
    ...(sort === undefined ? {} : { sort }),
    ...(limit === undefined ? {} : { limit }),
    ...(skip === undefined ? {} : { skip }),
    ...(projection === undefined ? {} : { projection }),
  };
}

/** Code of MongoDB's answer to an operation that took longer than its `maxTimeMS`. */
const MAX_TIME_EXPIRED = 50;

/** An error whose message can be shown to the owner: without physical names, addresses or the driver's insides. */
export function readable(error: unknown, name: string, physical: string): OrchestrixError {
  if (error instanceof OrchestrixError) return error;
  if (isDatabaseFull(error)) return databaseFull(error);
  const duplicate = duplicateKeyOf(error);
  if (duplicate)
    return new TerminalError(
      `A document with the same ${duplicate.fields.join(', ')} exists already in "${name}"`,
      {
        code: 'DUPLICATE_VALUE',
        status: 409,
        details: { fields: duplicate.fields },
      },
    );
  if (error instanceof mongo.MongoServerError && error.code === MAX_TIME_EXPIRED)
    return new OrchestrixError(
      `The query on "${name}" took too long and was stopped. Ask for fewer documents, or filter by fields that have an index.`,
      { code: 'QUERY_TIMEOUT', status: 503, cause: error },
    );
  const message = error instanceof Error ? error.message.replaceAll(physical, name) : String(error);
  // An answer of the server is about the call and stays the same; anything else (network, time) may pass.
  const passing =
    isDatabaseAway(error) ||
    (error instanceof mongo.MongoError && error.hasErrorLabel('RetryableWriteError'));
  if (error instanceof mongo.MongoServerError && !passing)
    return new TerminalError(message, { code: 'DATABASE_REFUSED', status: 422, cause: error });
  if (error instanceof Error && /^(BSON|Mongo(InvalidArgument|API))/.test(error.name))
    return new TerminalError(message, { code: 'DATABASE_REFUSED', status: 422 });
  // The driver's text names hosts and ports, and reaches callers of published APIs; it stays in the cause, for the server's log.
  return new OrchestrixError('The database could not do this at the moment. Try again in a few seconds.', {
    code: 'DATABASE_FAILED',
    status: 503,
    cause: error,
  });
}
