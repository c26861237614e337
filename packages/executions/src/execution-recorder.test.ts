/** @module Records of short executions reach the store together, whatever one of them holds. */
import { expect, it } from 'vitest';
import { ExecutionRecorder } from './execution-recorder.ts';
import type { EndedExecution, Logger } from './ports.ts';

const AWAY = new Error('The database cannot be reached');
const execution = (executionId: string) => ({ executionId, ownerId: 'o' }) as EndedExecution;

function recorder(record: (executions: readonly EndedExecution[]) => Promise<number[]>) {
  const errors: string[] = [];
  const faults = { isAway: (error: unknown) => error === AWAY, isFull: () => false };
  const logger = { error: (message: string) => errors.push(message) } as unknown as Logger;
  return { errors, recorder: new ExecutionRecorder({ record, faults, logger }) };
}

it('drops a record that the store refuses, and stores the others of its batch', async () => {
  const stored = new Set<string>();
  const { recorder: queue, errors } = recorder(async (executions) => {
    if (executions.some(({ executionId }) => executionId === 'bad')) throw new TypeError('no JSON');
    for (const { executionId } of executions) stored.add(executionId);
    return executions.map(() => 1);
  });
  const ids = ['a', 'bad', 'b', 'c'];
  await Promise.all(ids.map((id) => queue.add(execution(id))));
  await queue.add(execution('later'));
  expect([...stored].sort()).toEqual(['a', 'b', 'c', 'later']);
  expect(errors).toEqual(['The record of an execution cannot be stored and is dropped']);
});

it('keeps nobody waiting while the database is away, and stores everything afterwards', async () => {
  const stored = new Set<string>();
  let isAway = true;
  const { recorder: queue } = recorder(async (executions) => {
    if (isAway) throw AWAY;
    for (const { executionId } of executions) stored.add(executionId);
    return executions.map(() => 1);
  });
  await Promise.all(['a', 'b'].map((id) => queue.add(execution(id))));
  await queue.add(execution('c'));
  expect(stored.size).toBe(0);
  expect(queue.hasRoom()).toBeUndefined();
  isAway = false;
  await expect.poll(() => [...stored].sort()).toEqual(['a', 'b', 'c']);
});
