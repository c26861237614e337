/** @module A fresh database for a test file: on `TEST_MONGODB_URI` when that is set, else on an embedded server. */
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import { connect, createModels, disconnect, ensureIndexes, type Models } from '@orchestrix/models';

/** Opens a database that no other test file uses, with all indexes. */
export async function openTestDatabase(): Promise<{ models: Models; close(): Promise<void> }> {
  const given = process.env.TEST_MONGODB_URI;
  const server = given ? { uri: given, stop: async () => undefined } : await startEmbeddedMongo();
  const uri = new URL(server.uri);
  uri.pathname = `/test_${process.pid}_${crypto.randomUUID().slice(0, 8)}`;
  const connection = await connect(uri.toString());
  const models = createModels(connection);
  await ensureIndexes(models);
  return {
    models,
    async close() {
      await connection.dropDatabase();
      await disconnect(connection);
      await server.stop();
    },
  };
}
