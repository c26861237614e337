/** @module A full disk is recognised in every wording, and in nothing that only reads like one. */
import { OrchestrixError } from '@orchestrix/engine';
import { mongo } from 'mongoose';
import { expect, it } from 'vitest';
import { isDatabaseFull } from './database-full.ts';

const serverError = (errmsg: string, code?: number) =>
  new mongo.MongoServerError({ errmsg, message: errmsg, ...(code !== undefined && { code }) });

it.each([
  serverError('Something in other words', 14031),
  serverError("Can't write: database or disk is full"),
  serverError('disk I/O error'),
  serverError('28: No space left on device'),
  serverError('you are over your space quota, using 513 MB of 512 MB', 8000),
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
  new OrchestrixError('outer', { code: 'X', cause: serverError('OutOfDiskSpace', 14031) }),
  Object.assign(new Error('BulkWriteError'), { writeErrors: [{ code: 14031, errmsg: 'full' }] }),
])('is recognised (case %#)', (error) => {
  expect(isDatabaseFull(error)).toBe(true);
});

it('is not seen in other errors, in texts of authors, or in what is no error', () => {
  const cyclic = new Error('a');
  cyclic.cause = cyclic;
  for (const other of [
    serverError('E11000 duplicate key', 11000),
    new mongo.MongoNetworkError('connection 3 to 10.0.0.1:1 closed'),
    new OrchestrixError('database or disk is full', { code: 'STEP_FAILED' }),
    cyclic,
    'database or disk is full',
    null,
    undefined,
  ])
    expect(isDatabaseFull(other)).toBe(false);
});
