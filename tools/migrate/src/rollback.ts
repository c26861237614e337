/** @module Takes a repair back: every changed field gets its former value, unless it was changed again. */
import type { Document } from '@orchestrix/engine';
import type { mongo } from '@orchestrix/models';
import type { ConnectionCipher } from '@orchestrix/owner-databases';
import { BACKUPS, type BackedUpChange, type Backup, backupsOf, ofRun } from './backups.ts';
import type { PassOptions } from './inspect-rows.ts';

/** Options of {@link rollBack}. */
export interface RollbackOptions extends PassOptions {
  /** Opens former values that are secret. */
  cipher: ConnectionCipher | null;
}

/** A change that was left as it is. */
export interface KeptChange {
  collection: string;
  document: string;
  field: string;
  reason:
    | 'changed since'
    | 'document is gone'
    | 'needs the ENCRYPTION_KEY of the repair'
    | 'documents share a name by now';
}

/** What was taken back. */
export interface RollbackResult {
  runId: string;
  /** Rows and indexes that are what they were; their backups are deleted. */
  restored: number;
  kept: KeptChange[];
}

/** Safe to interrupt and to repeat: a backup is deleted only once its row is what it was. */
export async function rollBack(
  db: mongo.Db,
  runId: string,
  { cipher, signal, onProgress }: RollbackOptions,
): Promise<RollbackResult> {
  const result: RollbackResult = { runId, restored: 0, kept: [] };
  const backups = backupsOf(db);
  const total = onProgress ? await backups.countDocuments(ofRun(runId) as never) : 0;
  let seen = 0;
  const restore = async (batch: readonly Backup[]) => {
    const kept = await restoreBatch(db, batch, cipher);
    const unfinished = new Set(kept.map(({ backup }) => backup._id));
    const finished = batch.map(({ _id }) => _id).filter((id) => !unfinished.has(id));
    await backups.deleteMany({ _id: { $in: finished } } as never);
    result.restored += finished.length;
    result.kept.push(...kept.map(({ change }) => change));
    seen += batch.length;
    onProgress?.({ collection: BACKUPS, done: seen, total });
  };

  // The last change first: the order in which they were made, backwards.
  let batch: Backup[] = [];
  for await (const backup of backups.find(ofRun(runId) as never).sort({ _id: -1 })) {
    signal?.throwIfAborted();
    const last = batch.at(-1);
    if (
      last &&
      (batch.length >= BATCH || last.collection !== backup.collection || last.kind !== backup.kind)
    ) {
      await restore(batch);
      batch = [];
    }
    batch.push(backup as Backup);
  }
  if (batch.length > 0) await restore(batch);
  if (result.restored > 0 && (await backups.findOne({})) === null) await backups.drop();
  return result;
}

const BATCH = 500;

interface Kept {
  backup: Backup;
  change: KeptChange;
}

async function restoreBatch(
  db: mongo.Db,
  batch: readonly Backup[],
  cipher: ConnectionCipher | null,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  const rows = batch.filter((backup) => backup.kind === 'row');
  for (const backup of batch) if (backup.kind === 'index') kept.push(...(await restoreIndex(db, backup)));
  const [first] = rows;
  if (!first) return kept;

  const collection = db.collection<Document>(first.collection);
  const ids = rows.map(({ documentId }) => documentId);
  const stored = await collection.find({ _id: { $in: ids } } as mongo.Filter<Document>).toArray();
  const byId = new Map(stored.map((row) => [String(row._id), row]));
  const updates: mongo.AnyBulkWriteOperation<Document>[] = [];
  for (const backup of rows) {
    const row = byId.get(String(backup.documentId));
    for (const change of backup.changes) {
      const plan = planOf(change, row, cipher);
      if (plan.kind === 'keep') kept.push({ backup, change: describe(backup, change.field, plan.reason) });
      if (plan.kind !== 'update') continue;
      const filter = {
        _id: backup.documentId,
        [change.field]: { $eq: change.after },
      } as mongo.Filter<Document>;
      updates.push({ updateOne: { filter, update: plan.update } });
    }
  }
  if (updates.length === 0) return kept;
  const { matchedCount } = await collection.bulkWrite(updates, {
    ordered: false,
    writeConcern: { w: 'majority' },
  });
  // Rows were written between reading and writing: the backups stay, and the next rollback reads them again.
  if (matchedCount < updates.length)
    throw new Error(
      'Rows were changed while they were rolled back. Stop whatever writes, and roll back again.',
    );
  return kept;
}

type Plan =
  | { kind: 'nothing' }
  | { kind: 'update'; update: Document }
  | { kind: 'keep'; reason: KeptChange['reason'] };

function planOf(change: BackedUpChange, row: Document | undefined, cipher: ConnectionCipher | null): Plan {
  if (!row) return { kind: 'keep', reason: 'document is gone' };
  const { field, existed, after, sealed } = change;
  const isAfter = row[field] === after;
  // The repair was interrupted before this row, or the change was taken back already.
  if (!existed && !Object.hasOwn(row, field)) return { kind: 'nothing' };
  if (existed && !isAfter && sealed === undefined && row[field] === change.before) return { kind: 'nothing' };
  if (!existed) return isAfter ? { kind: 'update', update: { $unset: { [field]: '' } } } : CHANGED;
  const before = sealed === undefined ? (change.before ?? null) : opened(sealed, cipher);
  if (before === undefined) return { kind: 'keep', reason: 'needs the ENCRYPTION_KEY of the repair' };
  if (row[field] === before) return { kind: 'nothing' };
  return isAfter ? { kind: 'update', update: { $set: { [field]: before } } } : CHANGED;
}

const CHANGED: Plan = { kind: 'keep', reason: 'changed since' };

function opened(sealed: string, cipher: ConnectionCipher | null): string | undefined {
  try {
    return cipher?.decrypt(sealed);
  } catch {
    return undefined;
  }
}

async function restoreIndex(db: mongo.Db, backup: Backup & { kind: 'index' }): Promise<Kept[]> {
  const { key, v: _version, ns: _namespace, ...options } = backup.index as Document;
  try {
    await db.collection(backup.collection).createIndex(key as mongo.IndexSpecification, options);
    return [];
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
    const field = Object.keys(key as Document).join(', ');
    return [{ backup, change: describe(backup, field, 'documents share a name by now') }];
  }
}

function describe(backup: Backup, field: string, reason: KeptChange['reason']): KeptChange {
  const document = backup.kind === 'row' ? String(backup.documentId) : 'index';
  return { collection: backup.collection, document, field, reason };
}
