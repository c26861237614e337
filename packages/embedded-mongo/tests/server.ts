/** @module A server and a client for one test file. */
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedMongo, type EmbeddedMongoOptions, startEmbeddedMongo } from '../src/index.ts';

/** What the tests of a file share; usable from the first test on. */
export interface Shared {
  server: EmbeddedMongo;
  client: MongoClient;
  db: Db;
}

/** Starts a server before the file's tests and stops it after them. */
export function useServer(
  options: EmbeddedMongoOptions = {},
  clientOptions: MongoClientOptions = {},
): Shared {
  const shared = {} as Shared;
  beforeAll(async () => {
    shared.server = await startEmbeddedMongo(options);
    shared.client = await new MongoClient(shared.server.uri, clientOptions).connect();
    shared.db = shared.client.db('test');
  });
  afterAll(async () => {
    await shared.client.close();
    await shared.server.stop();
  });
  return shared;
}

/** What a promise is rejected with. @throws Error when it is fulfilled */
export async function refusalOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('nothing was refused');
}
