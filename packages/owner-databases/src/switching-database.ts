/** @module The engine's Database port for an owner who may connect, change and disconnect a database at any time. */
import type { Database } from '@orchestrix/engine';

/** Runs `work` on the database that is the owner's at this moment. */
export type UseDatabase = <T>(
  signal: AbortSignal | undefined,
  work: (database: Database) => Promise<T>,
) => Promise<T>;

/** A port that chooses its database at every operation, and not before the first. */
export function createSwitchingDatabase(use: UseDatabase): Database {
  return {
    find: (collection, query, options) =>
      use(options?.signal, (database) => database.find(collection, query, options)),
    findOne: (collection, query, options) =>
      use(options?.signal, (database) => database.findOne(collection, query, options)),
    insertOne: (collection, document, options) =>
      use(options?.signal, (database) => database.insertOne(collection, document, options)),
    updateOne: (collection, filter, update, options) =>
      use(options?.signal, (database) => database.updateOne(collection, filter, update, options)),
    updateMany: (collection, filter, update, options) =>
      use(options?.signal, (database) => database.updateMany(collection, filter, update, options)),
    deleteOne: (collection, filter, options) =>
      use(options?.signal, (database) => database.deleteOne(collection, filter, options)),
    deleteMany: (collection, filter, options) =>
      use(options?.signal, (database) => database.deleteMany(collection, filter, options)),
  };
}
