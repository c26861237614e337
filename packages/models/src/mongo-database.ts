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
import { physicalName } from './owner-namespace.ts';
import { requireStorable } from './storable.ts';
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
}

/**
 * The documents of one owner. Values are cast as a schema-less mongoose model with timestamps casts them, and the collection's
 * logical name stands in messages, never the physical one.
 *
 * Methods reject with a TerminalError (`COLLECTION_NAME_INVALID`, `CAST_FAILED`, `DUPLICATE_VALUE`, …) when the call is wrong,
 * with an OrchestrixError `DATABASE_FULL` when it has no room, `DATABASE_FAILED` when the database fails otherwise.
 */
export function createMongoDatabase(connection: Connection, options: MongoDatabaseOptions): Database {
  const { namespace, clock = () => new Date() } = options;

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

  const find = (name: string, query: FindQuery, signal?: AbortSignal): Promise<Document[]> =>
    run(name, signal, (collection) =>
      collection
        .find(castFilter(name, query.filter), { ...findOptions(query), ...(signal ? { signal } : {}) })
        .toArray(),
    );

  return {
    find: (name, query, { signal } = {}) => find(name, query, signal),

    async findOne(name, query, { signal } = {}) {
      const [first] = await find(name, { ...query, limit: 1 }, signal);
      return first ?? null;
    },

    insertOne: (name, document, { signal } = {}) =>
      run(name, signal, async (collection) => {
        requireStorable(document, 'The document');
        const stored = castNewDocument(name, document, clock());
        await collection.insertOne(stored);
        return stored;
      }),

    updateOne: (name, filter, update, { signal } = {}) =>
      run(name, signal, (collection) => {
        requireStorable(update, 'The update');
        const change = castUpdate(name, update, clock());
        return collection.findOneAndUpdate(castFilter(name, filter), change, { returnDocument: 'after' });
      }),

    updateMany: (name, filter, update, { signal } = {}) =>
      run(name, signal, async (collection) => {
        requireStorable(update, 'The update');
        const change = castUpdate(name, update, clock());
        const { acknowledged, matchedCount, modifiedCount } = await collection.updateMany(
          castFilter(name, filter),
          change,
        );
        return { acknowledged, matchedCount, modifiedCount };
      }),

    deleteOne: (name, filter, { signal } = {}) =>
      run(name, signal, (collection) => collection.findOneAndDelete(castFilter(name, filter))),

    deleteMany: (name, filter, { signal } = {}) =>
      run(name, signal, async (collection) => {
        const { acknowledged, deletedCount } = await collection.deleteMany(castFilter(name, filter));
        return { acknowledged, deletedCount };
      }),
  };
}

function findOptions({ sort, limit, skip, projection }: FindQuery): mongo.FindOptions {
  return {
    ...(sort === undefined ? {} : { sort }),
    ...(limit === undefined ? {} : { limit }),
    ...(skip === undefined ? {} : { skip }),
    ...(projection === undefined ? {} : { projection }),
  };
}

/** An error whose message can be shown to the owner: without physical names, addresses or the driver's insides. */
function readable(error: unknown, name: string, physical: string): OrchestrixError {
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
