/** @module Viewers of an interrupted execution see one end, also before that end is stored. */
import type { ExecutionEvent } from '@orchestrix/engine';
import { expect, test } from 'vitest';
import { followStored } from './follow-stored.ts';
import { interruptedEvent } from './interrupted.ts';

const STARTED: ExecutionEvent = {
  type: 'execution_started',
  executionId: 'e',
  position: 1,
  at: 1,
  totalSteps: 1,
};

test.each([
  ['not stored yet', [STARTED]],
  ['stored', [STARTED, interruptedEvent('e', 2)]],
])('an end that is %s', async (_, stored) => {
  const store = {
    append: async () => undefined,
    list: async (_owner: string, _id: string, { after = 0 }: { after?: number | undefined } = {}) =>
      stored.filter(({ position }) => position > after).map((item) => ({ position: item.position, item })),
  };
  const parts = { store, statusOf: async () => 'interrupted', ownerId: 'ann', executionId: 'e' };
  const events = (await Array.fromAsync(followStored(parts, {}))).flat();
  expect(events).toMatchObject([
    STARTED,
    { type: 'execution_failed', position: 2, errorCode: 'INTERRUPTED', interim: true },
  ]);
  expect(events).toHaveLength(2);
});
