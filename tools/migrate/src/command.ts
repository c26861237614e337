/** @module The command from its arguments to its exit code, apart from the process it runs in. */

import { type EnvironmentVariables, findEncryptionKey } from '@orchestrix/backend-core/config';
import type { mongo } from '@orchestrix/models';
import { connect, disconnect } from '@orchestrix/models';
import { type ConnectionCipher, createConnectionCipher } from '@orchestrix/owner-databases';
import { newRunId } from './backups.ts';
import { type CheckReport, checkDatabase } from './check.ts';
import { type FixResult, fixDatabase } from './fix.ts';
import type { PassOptions, Progress } from './inspect-rows.ts';
import { type MigrateOptions, readOptions, USAGE } from './options.ts';
import { printable } from './printable.ts';
import { describeCheck, describeFix, describePlan, describeRollback } from './report-text.ts';
import { rollBack } from './rollback.ts';

/** What the command needs of the world. */
export interface MigrateWorld {
  environment: EnvironmentVariables;
  now: Date;
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** The report. */
  write(text: string): void;
  /** Progress and mistakes, apart from the report. */
  tell(line: string): void;
}

/** 0: all fine, or safe to repair. 1: something needs a person. 2: it could not be read, or not to the end. */
export type ExitCode = 0 | 1 | 2;

/** Never throws; reports what goes wrong without credentials. */
export async function runMigrate(argv: readonly string[], world: MigrateWorld): Promise<ExitCode> {
  try {
    const options = readOptions(argv);
    if (options.action === 'help') {
      world.write(USAGE);
      return 0;
    }
    const key = findEncryptionKey(world.environment);
    const cipher = key === null ? null : createConnectionCipher(key);
    const uri = options.uri ?? world.environment.MONGODB_URI;
    if (!uri || uri === 'embedded')
      throw new Error('Where is the database? Give --uri mongodb://host/database, or set MONGODB_URI.');
    return await withDatabase(uri, (db) => act(db, options, cipher, world));
  } catch (error) {
    if (world.signal.aborted) world.tell('Stopped before the end. It is safe to run it again.');
    else world.tell(error instanceof Error ? withoutAddresses(error.message) : 'An unknown error');
    return 2;
  }
}

async function withDatabase<T>(uri: string, work: (db: mongo.Db) => Promise<T>): Promise<T> {
  const connection = await connect(uri, { serverSelectionTimeoutMS: 5_000, maxPoolSize: 4 });
  try {
    return await work(connection.db!);
  } finally {
    await disconnect(connection);
  }
}

async function act(
  db: mongo.Db,
  options: MigrateOptions,
  cipher: ConnectionCipher | null,
  world: MigrateWorld,
): Promise<ExitCode> {
  const pass: PassOptions = { signal: world.signal, onProgress: teller(world) };
  const show = (value: unknown, text: string): void =>
    world.write(options.output === 'json' ? JSON.stringify(value, null, 2) : text);

  if (options.action === 'rollback') {
    const rollback = await rollBack(db, options.runId!, { ...pass, cipher });
    show({ rollback }, describeRollback(rollback));
    return rollback.kept.length > 0 || rollback.restored === 0 ? 1 : 0;
  }

  const report = await checkDatabase(db, { ...pass, cipher, now: world.now });
  if (report.collections.length === 0)
    throw new Error(
      `The database "${printable(report.database)}" is empty. Does the connection string name the right one, as in mongodb://host/name?`,
    );
  const code = exitCodeOf(report);
  if (options.action === 'check') {
    show({ report }, describeCheck(report));
    return code;
  }
  if (options.action === 'plan') {
    show({ report, plan: planOf(report) }, `${describeCheck(report)}\n\n${describePlan(report)}`);
    return code;
  }
  const fix = await repair(db, report, { ...pass, cipher }, world);
  show({ report, fix }, `${describeCheck(report).replace(UNWRITTEN, BEFORE)}\n\n${describeFix(fix)}`);
  return fix.skipped > 0 ? 1 : code;
}

const UNWRITTEN = 'Nothing was written.';
const BEFORE = 'This is what was found before the repair.';

async function repair(
  db: mongo.Db,
  report: CheckReport,
  options: PassOptions & { cipher: ConnectionCipher | null },
  { now, tell }: MigrateWorld,
): Promise<FixResult> {
  const runId = newRunId(now);
  if (report.findings.every(({ severity }) => severity !== 'safe'))
    return { runId, changed: {}, rows: 0, skipped: 0 };
  // Before the first change: after an interruption the name is needed to take the changes back.
  tell(`Repairing as ${runId}`);
  return fixDatabase(db, { ...options, now, runId });
}

const exitCodeOf = ({ verdict }: CheckReport): ExitCode => (verdict === 'person' ? 1 : 0);

const planOf = ({ findings }: CheckReport): Record<string, number> =>
  Object.fromEntries(
    findings.filter(({ severity }) => severity === 'safe').map(({ code, count }) => [code, count]),
  );

/** At most one line a second, or a long run would drown in its own progress. */
function teller({ tell }: MigrateWorld): (progress: Progress) => void {
  let last = 0;
  return ({ collection, done, total }) => {
    const now = performance.now();
    if (done < total && now - last < 1_000) return;
    last = now;
    tell(`${collection}: ${done} of ${Math.max(done, total)}`);
  };
}

/** Messages of the driver may repeat what they were given. */
const withoutAddresses = (message: string): string =>
  message.replace(/(mongodb(?:\+srv)?:\/\/)\S*/gi, '$1…').replace(/\/\/[^\s/@]*@/g, '//…@');
