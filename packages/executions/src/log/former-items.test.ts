/** @module Logs that a former version stored as rows of the log panel are read as events, and shown as the rows they were. */
import { expect, test } from 'vitest';
import { readStoredEvent } from './former-items.ts';

const step = { executionId: 'x', stepId: 's1', stepIndex: 0, stepType: 'dbFind', stepName: 'dbFind_0' };
const FORMER = [
  {
    ...step,
    id: '1-step_start',
    position: 1,
    seq: 1,
    type: 'step_start',
    status: 'started',
    phase: 'step_started',
    title: 'Step 1 of 1 started',
    message: 'Querying "users" collection',
    timestamp: 1_000,
    totalSteps: 1,
  },
  {
    ...step,
    id: '2-data',
    position: 2,
    status: 'running',
    phase: 'data',
    title: 'Query filters resolved',
    message: 'Resolved',
    timestamp: 1_001,
    data: { name: 'Ann' },
  },
  {
    ...step,
    id: '3-step_error',
    position: 3,
    seq: 2,
    type: 'step_error',
    status: 'error',
    phase: 'error',
    title: 'Step 1 failed',
    message: 'Db Find encountered an error',
    timestamp: 1_002,
    durationMs: 3,
    input: { collection: 'users' },
    metadata: { reason: 'gone' },
    error: 'Error: no luck',
    totalSteps: 1,
  },
  {
    id: 'execution-failed',
    executionId: 'x',
    position: 4,
    seq: 3,
    type: 'workflow_complete',
    status: 'error',
    phase: 'execution_failed',
    title: 'Workflow execution failed',
    message: 'Execution stopped at step 1 of 1',
    timestamp: 1_003,
    durationMs: 4,
    totalDuration: 4,
    totalSteps: 1,
    failedStep: 0,
    error: 'Error: no luck',
    data: { ok: false, stepsExecuted: 1, totalDurationMs: 3.6, failedStep: 0, failedStepName: 'dbFind_0' },
  },
] as const;

test('rows of a former version become events', () => {
  expect(FORMER.map(readStoredEvent)).toMatchObject([
    { type: 'step_started', position: 1, at: 1_000, path: 's1', stepIndex: 0, stepType: 'dbFind' },
    { type: 'note', position: 2, phase: 'data', data: { name: 'Ann' } },
    { type: 'step_failed', position: 3, error: 'no luck', errorDetails: { reason: 'gone' }, durationMs: 3 },
    {
      type: 'execution_failed',
      position: 4,
      error: 'no luck',
      failedStep: 0,
      stepsExecuted: 1,
      totalSteps: 1,
    },
  ]);
});

test('an event stays what it is', () => {
  const event = { type: 'execution_started', executionId: 'x', position: 1, at: 1, totalSteps: 2 } as const;
  expect(readStoredEvent(event)).toBe(event);
});
