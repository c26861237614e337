/** @module Entry point of `bun run migrate:check`. */
import { readEnvironment } from '@orchestrix/backend-core/config';
import { runMigrate } from './command.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

process.exitCode = await runMigrate(process.argv.slice(2), {
  environment: readEnvironment(),
  now: new Date(),
  signal: stop.signal,
  write: (text) => void process.stdout.write(`${text}\n`),
  tell: (line) => void process.stderr.write(`${line}\n`),
});
