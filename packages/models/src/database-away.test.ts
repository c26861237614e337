/** @module A database that is away is recognised however the driver says it. */
import { OrchestrixError } from '@orchestrix/engine';
import mongoose, { mongo } from 'mongoose';
import { expect, it } from 'vitest';
import { isDatabaseAway } from './database-away.ts';

const serverError = (code: number) => new mongo.MongoServerError({ errmsg: 'x', message: 'x', code });

it.each([
  new mongo.MongoNetworkError('connection 1 closed'),
  new mongo.MongoNetworkTimeoutError('timed out'),
  new mongo.MongoClientClosedError(),
  new mongo.MongoTopologyClosedError(),
  ...[91, 189, 10107, 11600, 11602, 13435, 13436].map(serverError),
  Object.assign(new mongo.MongoRuntimeError('outer', { cause: new mongo.MongoNetworkError('inner') })),
  new mongoose.MongooseError(
    'Cannot call `users.findOne()` before initial connection is complete if `bufferCommands = false`.',
  ),
])('is recognised (case %#)', (error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it('is not seen in refusals, in errors of others, or in what is no error', () => {
  for (const other of [
    serverError(11000),
    serverError(14031),
    new mongo.MongoInvalidArgumentError('x'),
    new OrchestrixError('connection closed', { code: 'STEP_FAILED' }),
    Object.assign(new Error('x'), { code: 91 }),
    'MongoNetworkError',
    null,
  ])
    expect(isDatabaseAway(other)).toBe(false);
});
