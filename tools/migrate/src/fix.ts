/** @module Repairs what is safe to repair: former values first, then the change, a batch at a time. */
import type { Document } from '@orchestrix/engine';
import type { mongo } from '@orchestrix/models';
import type { ConnectionCipher } from '@orchestrix/owner-databases';
import { type BackedUpChange, type Backup, backupId, backupsOf } from './backups.ts';
import { takeCensus } from './census.ts';
import { findOldDefinitionIndex } from './inspect-collections.ts';
import { inspectRows, type PassOptions } from './inspect-rows.ts';
import type { FieldChange } from './inspection.ts';
import { createInspectors } from './inspectors.ts';
import type { IssueCode } from './issues.ts';

/** Options of {@link fixDatabase}. */
export interface FixOptions extends PassOptions {
  cipher: ConnectionCipher | null;
  now: Date;
  /** Under which the former values are kept. */
  runId: string;
}

/** What a repair did. */
export interface FixResult {
  runId: string;
  /** Changes by code; a row can have several. */
  changed: Partial<Record<IssueCode, number>>;
  /** Rows and indexes that were changed. */
  rows: number;
  /** Rows that were changed at the same time by another process, or that a unique index keeps as they are. */
  skipped: number;
}

/**
 * Changes every row that has something to repair. Safe to interrupt: what is changed is backed up, and another run does the rest. A value
 * that is not what it was when it was read is left alone.
 *
 * @throws whatever the database throws; what was changed before that can be rolled back
 */
export async function fixDatabase(db: mongo.Db, options: FixOptions): Promise<FixResult> {
  const { cipher, now, runId, signal } = options;
  const result: FixResult = { runId, changed: {}, rows: 0, skipped: 0 };
  const count = (code: IssueCode) => {
    result.changed[code] = (result.changed[code] ?? 0) + 1;
  };
  let written = 0;
  const nextId = () => backupId(runId, ++written);
  const flush = async (collection: string, batch: readonly RowChange[]) => {
    if (batch.length === 0) return;
    const done = await applyBatch(db, collection, batch, { runId, nextId, cipher });
    for (const { changes } of done) for (const { code } of changes) count(code);
    result.rows += done.length;
    result.skipped += batch.length - done.length;
  };

  const census = await takeCensus(db, signal);
  let batch: RowChange[] = [];
  let collection = '';
  for await (const next of inspectRows(db, createInspectors({ census, cipher, now }), options)) {
    if (next.collection !== collection || batch.length >= BATCH) {
      await flush(collection, batch);
      [batch, collection] = [[], next.collection];
    }
    const { changes } = next.inspection;
    if (changes.length > 0) batch.push({ _id: next.row._id, changes });
  }
  await flush(collection, batch);
  if (await dropOldIndex(db, { runId, nextId })) {
    count('DEFINITION_INDEX_OLD');
    result.rows++;
  }
  return result;
}

const BATCH = 500;

interface RowChange {
  _id: unknown;
  changes: readonly FieldChange[];
}

interface BackupParts {
  runId: string;
  nextId(): string;
}

/** @returns the rows that were changed */
async function applyBatch(
  db: mongo.Db,
  collection: string,
  batch: readonly RowChange[],
  { runId, nextId, cipher }: BackupParts & { cipher: ConnectionCipher | null },
): Promise<readonly RowChange[]> {
  const backups = batch.map(
    ({ _id, changes }): Backup => ({
      _id: nextId(),
      runId,
      kind: 'row',
      collection,
      documentId: _id,
      changes: changes.map((change) => backedUp(change, cipher)),
      writtenAt: new Date(),
    }),
  );
  await backupsOf(db).insertMany(backups, ACKNOWLEDGED);
  const updates = batch.map(({ _id, changes }) => ({
    updateOne: {
      filter: { _id, ...asRead(changes) } as mongo.Filter<Document>,
      update: { $set: Object.fromEntries(changes.map(({ field, after }) => [field, after])) },
    },
  }));
  const matched = await db
    .collection<Document>(collection)
    .bulkWrite(updates, { ordered: false, ...ACKNOWLEDGED })
    .then(({ matchedCount }) => matchedCount, matchedDespiteDuplicates);
  if (matched === batch.length) return batch;

  const { done, undone } = await tellApart(db, collection, batch);
  const stale = backups.filter((_, index) => undone.has(batch[index]!)).map(({ _id }) => _id);
  await backupsOf(db).deleteMany({ _id: { $in: stale } } as never);
  return done;
}

/** A change that was acknowledged must not be lost while its backup survives, nor the other way round. */
const ACKNOWLEDGED = { writeConcern: { w: 'majority' } } as const;

/** Another account took the address meanwhile: that row stays as it is. Everything else is a failure. */
function matchedDespiteDuplicates(error: unknown): number {
  if (!isBulkWriteError(error)) throw error;
  const errors = [error.writeErrors].flat();
  if (errors.length === 0 || errors.some(({ code }) => code !== 11_000)) throw error;
  return -1;
}

function isBulkWriteError(error: unknown): error is mongo.MongoBulkWriteError {
  return error instanceof Error && error.name === 'MongoBulkWriteError';
}

async function tellApart(
  db: mongo.Db,
  collection: string,
  batch: readonly RowChange[],
): Promise<{ done: RowChange[]; undone: Set<RowChange> }> {
  const ids = batch.map(({ _id }) => _id);
  const rows = await db
    .collection<Document>(collection)
    .find({ _id: { $in: ids } } as mongo.Filter<Document>)
    .toArray();
  const byId = new Map(rows.map((row) => [String(row._id), row]));
  const isDone = ({ _id, changes }: RowChange) =>
    changes.every(({ field, after }) => byId.get(String(_id))?.[field] === after);
  return { done: batch.filter(isDone), undone: new Set(batch.filter((change) => !isDone(change))) };
}

/** The condition that every field still is what it was when it was read. */
function asRead(changes: readonly FieldChange[]): Document {
  return Object.fromEntries(
    changes.map(({ field, before }) => [
      field,
      before === undefined ? { $exists: false } : before === null ? { $type: 'null' } : { $eq: before },
    ]),
  );
}

function backedUp(
  { field, before, after, secrecy }: FieldChange,
  cipher: ConnectionCipher | null,
): BackedUpChange {
  if (before === undefined) return { field, existed: false, after };
  if (secrecy === 'public' || before === null) return { field, existed: true, before, after };
  if (!cipher) throw new Error('A secret can only be backed up under a key');
  return { field, existed: true, sealed: cipher.encrypt(before), after };
}

async function dropOldIndex(db: mongo.Db, { runId, nextId }: BackupParts): Promise<boolean> {
  const index = await findOldDefinitionIndex(db);
  if (!index?.name) return false;
  const collection = 'collectiondefinitions';
  const backup: Backup = { _id: nextId(), runId, kind: 'index', collection, index, writtenAt: new Date() };
  await backupsOf(db).insertOne(backup as never, ACKNOWLEDGED);
  await db.collection(collection).dropIndex(index.name);
  return true;
}
