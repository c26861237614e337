/** @module Entry point: read the configuration, compose, listen, and end in order. */
import { compose } from './compose.ts';
import { ConfigError, loadConfig, readEnvironment } from './config.ts';

try {
  const config = loadConfig(readEnvironment());
  // The database starts while the rest is still being loaded.
  const [services, { run }] = await Promise.all([compose(config), import('./run.ts')]);
  await run(config, services);
} catch (error) {
  if (error instanceof ConfigError) console.error(error.message);
  else console.error('The server could not start:', error instanceof Error ? error.message : error);
  process.exit(1);
}
