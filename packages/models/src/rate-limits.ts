/** @module Limits on how often something happens, counted in the database so that all server processes share them. */
import type { CallCounts, RateLimit, RateLimiter } from '@orchestrix/limits';
import type { Connection } from 'mongoose';
import { RateLimiterMemory, RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';

/** Longest text that is kept as a key; longer ones are cut, so that a caller cannot fill the database with them. */
const MAX_KEY = 400;

/**
 * A limit in the collection `ratelimits`. While the database cannot be reached, this process counts for itself.
 *
 * @returns a limiter that lets everything through when `points` is 0
 */
export function createRateLimiter(
  connection: Connection,
  { name, points, windowMs }: RateLimit,
): RateLimiter {
  if (points <= 0) return UNLIMITED;
  const options = { keyPrefix: name, points, duration: windowMs / 1000 };
  let limiter: RateLimiterMongo | undefined;
  const get = () => {
    limiter ??= new RateLimiterMongo({
      ...options,
      storeClient: { collection: (collection: string) => liveCollection(connection, collection) },
      tableName: 'ratelimits',
      // `ensureIndexes` builds them.
      disableIndexesCreation: true,
      insuranceLimiter: new RateLimiterMemory(options),
    });
    return limiter;
  };
  return {
    async consume(key, count = 1) {
      try {
        await get().consume(short(key), count);
        return null;
      } catch (thrown) {
        if (thrown instanceof RateLimiterRes) return Math.max(1, thrown.msBeforeNext);
        throw thrown;
      }
    },
    async check(key) {
      const found = await get().get(short(key));
      return found !== null && found.consumedPoints >= points ? Math.max(1, found.msBeforeNext) : null;
    },
    used: async (key) => (await get().get(short(key)))?.consumedPoints ?? 0,
    async refund(key, count = 1) {
      await get().reward(short(key), count);
    },
  };
}

const UNLIMITED: RateLimiter = {
  consume: async () => null,
  check: async () => null,
  used: async () => 0,
  refund: async () => {},
};

function short(key: string): string {
  return key.slice(0, MAX_KEY);
}

/** The collection of a connection that may be opened anew meanwhile: looked up at every call. */
function liveCollection(connection: Connection, name: string) {
  const collection = () => {
    if (!connection.db) throw new Error('The database is not connected');
    return connection.db.collection(name);
  };
  const call =
    (method: 'findOneAndUpdate' | 'findOne' | 'deleteOne') =>
    async (...given: unknown[]): Promise<unknown> =>
      (collection()[method] as (...all: unknown[]) => Promise<unknown>)(...given);
  return {
    findOneAndUpdate: call('findOneAndUpdate'),
    findOne: call('findOne'),
    deleteOne: call('deleteOne'),
  };
}

/** Counts in `ratelimits`, one row a key; written in one go, after the calls. */
export function createCallCounts(connection: Connection): CallCounts {
  return {
    async add(counts, expiresAt) {
      const rows = connection.db!.collection<{ key: string; points: number }>('ratelimits');
      await rows.bulkWrite(
        [...counts].map(([key, points]) => ({
          updateOne: {
            filter: { key },
            update: { $inc: { points }, $setOnInsert: { expire: expiresAt } },
            upsert: true,
          },
        })),
        { ordered: false },
      );
      const found = await rows.find({ key: { $in: [...counts.keys()] } }).toArray();
      return new Map(found.map(({ key, points }) => [key, points]));
    },
  };
}
