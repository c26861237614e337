/** @module What the command is asked to do. */
import { parseArgs } from 'node:util';
import { isRunId } from './backups.ts';

/** What to do with which database. */
export interface MigrateOptions {
  action: 'help' | 'check' | 'plan' | 'fix' | 'rollback';
  /** Absent: `MONGODB_URI` of the configuration. */
  uri?: string;
  /** Of a rollback. */
  runId?: string;
  output: 'text' | 'json';
}

/** How the command is used. */
export const USAGE = `Reads a database of the earlier backend and says what runs as it is and what needs a person.

  bun run migrate:check -- --uri mongodb://host/database     check; nothing is written
  bun run migrate:check -- --uri … --fix                     also show what a repair would change
  bun run migrate:check -- --uri … --fix --confirm           repair what is safe; former values are kept
  bun run migrate:check -- --uri … --rollback <run>          take a repair back

  --uri    where the database is; without it, MONGODB_URI of the environment (there a password is not seen by others)
  --json   one JSON document instead of text
  --help   this text

ENCRYPTION_KEY of the server's configuration, when it is set, tells whether stored connection strings can be decrypted.
Ends with 0 when all is fine or safe, 1 when something needs a person, 2 when the database could not be read.`;

/** @throws Error with a message for the operator */
export function readOptions(argv: readonly string[]): MigrateOptions {
  // `bun run migrate:check -- --uri …` may leave the dashes in.
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  const { values } = parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false });
  const { uri, rollback } = values;
  const output = values.json ? 'json' : 'text';
  if (values.help) return { action: 'help', output };
  if (values.confirm && !values.fix) throw new Error('--confirm belongs to --fix');
  if (rollback !== undefined && values.fix) throw new Error('--fix and --rollback exclude each other');
  if (rollback !== undefined && !isRunId(rollback))
    throw new Error(
      '--rollback needs the name of a run, as the repair has told it, such as fix-20261120T101500-0a1b2c3d',
    );
  const where = uri === undefined ? {} : { uri };
  if (rollback !== undefined) return { action: 'rollback', runId: rollback, output, ...where };
  return { action: values.fix ? (values.confirm ? 'fix' : 'plan') : 'check', output, ...where };
}

const OPTIONS = {
  uri: { type: 'string' },
  json: { type: 'boolean' },
  fix: { type: 'boolean' },
  confirm: { type: 'boolean' },
  rollback: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
