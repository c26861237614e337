/** @module Finds out whether the database takes writes: one that has no room still answers pings and reads. */
import { OrchestrixError } from '@orchestrix/engine';
import type { Connection } from 'mongoose';
import { isDatabaseFull } from './database-full.ts';

/** The one collection of the probe, with one document. */
const COLLECTION = 'serverprobes';

interface Probe {
  _id: string;
  at: Date;
  filler: string;
}

/** One page of most storage engines, so that a probe that succeeds means room for a document. */
const FILLER = ' '.repeat(4096);

/**
 * Writes one small document, always the same.
 *
 * @throws OrchestrixError `DATABASE_FULL` (507) when there is no room, `DATABASE_FAILED` (503) for any other reason
 */
export async function probeWrite(connection: Connection, now: Date = new Date()): Promise<void> {
  try {
    if (!connection.db) throw new Error('the connection is closed');
    await connection.db
      .collection<Probe>(COLLECTION)
      .replaceOne({ _id: 'write' }, { at: now, filler: FILLER }, { upsert: true });
  } catch (error) {
    throw isDatabaseFull(error)
      ? databaseFull(error)
      : new OrchestrixError('The database does not take writes', {
          code: 'DATABASE_FAILED',
          status: 503,
          cause: error,
        });
  }
}

/** The error of a database that has no room. */
export function databaseFull(cause: unknown): OrchestrixError {
  return new OrchestrixError(
    'The database has no room left, so nothing was stored. Free space on its disk and try again.',
    { code: 'DATABASE_FULL', status: 507, cause },
  );
}
