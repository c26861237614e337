/** @module Former values of what a repair changes: written before the change, one document a changed row. */
import type { Document } from '@orchestrix/engine';
import type { mongo } from '@orchestrix/models';
import type { IndexDescription } from './inspect-collections.ts';

/** Where backups lie, in the database that is repaired. */
export const BACKUPS = 'migration_backups';

/** What a field was and became. */
export interface BackedUpChange {
  field: string;
  /** Whether the row had the field. */
  existed: boolean;
  /** What it held; a secret is `sealed` instead. */
  before?: string | null;
  /** The former value under the ENCRYPTION_KEY. */
  sealed?: string;
  after: string | number;
}

/** A changed row, or a dropped index. */
export type Backup = { _id: string; runId: string; collection: string; writtenAt: Date } & (
  | { kind: 'row'; documentId: unknown; changes: BackedUpChange[] }
  | { kind: 'index'; index: IndexDescription }
);

/** A repair that can be rolled back. */
export interface BackupRun {
  runId: string;
  startedAt: Date;
  /** Changed rows and dropped indexes that are not rolled back. */
  changes: number;
}

/** The backups of one run, oldest change first by id. */
export function backupsOf(db: mongo.Db): mongo.Collection<Backup & Document> {
  return db.collection<Backup & Document>(BACKUPS);
}

/** The id of a run's change; ids of one run lie side by side in the index that every collection has. */
export const backupId = (runId: string, number: number): string =>
  `${runId}/${String(number).padStart(9, '0')}`;

/** Selects one run. */
export const ofRun = (runId: string): { _id: { $gt: string; $lt: string } } => ({
  _id: { $gt: `${runId}/`, $lt: `${runId}0` },
});

/** A new run's name, which sorts by time. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:]/g, '').slice(0, 15);
  return `fix-${time}-${crypto.randomUUID().slice(0, 8)}`;
}

/** Whether a text could be the name of a run. */
export const isRunId = (text: string): boolean => /^fix-[\w-]{1,60}$/.test(text);

/** All runs that have something to roll back, oldest first. */
export async function listRuns(db: mongo.Db): Promise<BackupRun[]> {
  const groups = await db
    .collection(BACKUPS)
    .aggregate<{ _id: string; startedAt: Date; changes: number }>([
      { $group: { _id: '$runId', startedAt: { $min: '$writtenAt' }, changes: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ])
    .toArray();
  return groups.map(({ _id, startedAt, changes }) => ({ runId: _id, startedAt, changes }));
}
