/** @module Builds every service from its ports: the one place where packages meet. */
import type { Config } from './config.ts';
import { startDatabase } from './database.ts';
import type { Services } from './services/services.ts';

/**
 * Starts the database, connects to it and builds the services on it. The database starts while the packages that use it are being
 * loaded: both take a good part of the time until the server is ready.
 *
 * @throws Error when the database cannot be started or reached
 */
export async function compose(config: Config): Promise<Services> {
  const starting = startDatabase(config);
  // Whoever comes first: a database that fails must not be reported as an unhandled rejection meanwhile.
  starting.catch(() => undefined);
  const { buildServices } = await import('./build-services.ts');
  const database = await starting;
  try {
    return await buildServices(config, database);
  } catch (error) {
    await database.stop();
    throw error;
  }
}
