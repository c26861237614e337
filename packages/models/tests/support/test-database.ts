/** @module A fresh database for a test file: on `TEST_MONGODB_URI` when that is set, else on an embedded server. */
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import type { Connection } from 'mongoose';
import { connect, disconnect } from '../../src/connect.ts';
import { ensureIndexes } from '../../src/indexes.ts';
import { createModels, type Models } from '../../src/models.ts';

/** An open database of its own. */
export interface TestDatabase {
  uri: string;
  connection: Connection;
  models: Models;
  /** Drops the database and closes everything. */
  close(): Promise<void>;
}

/** Opens a database that no other test file uses, with all indexes. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = await startServer();
  const uri = withDatabase(server.uri, `test_${process.pid}_${crypto.randomUUID().slice(0, 8)}`);
  const connection = await connect(uri);
  const models = createModels(connection);
  await ensureIndexes(models);
  return {
    uri,
    connection,
    models,
    async close() {
      await connection.dropDatabase();
      await disconnect(connection);
      await server.stop();
    },
  };
}

async function startServer(): Promise<{ uri: string; stop(): Promise<void> }> {
  const given = process.env.TEST_MONGODB_URI;
  if (given) return { uri: given, stop: async () => undefined };
  return startEmbeddedMongo();
}

function withDatabase(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.toString();
}
