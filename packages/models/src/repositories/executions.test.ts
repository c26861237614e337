/** @module Executions and their logs. */
import { type ExecutionEvent, resultFromEvents } from '@orchestrix/engine';
import { EXECUTION_STORE_CASES } from '@orchestrix/executions/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createRepositories, type Repositories } from '../repositories.ts';

let database: TestDatabase;
let executions: Repositories['executions'];
let logs: Repositories['executionLogs'];
beforeAll(async () => {
  database = await openTestDatabase();
  ({ executions, executionLogs: logs } = createRepositories(database.models, { logTtlDays: 2 }));
});
afterAll(() => database.close());

describe('the stores of executions', () => {
  it.each(EXECUTION_STORE_CASES)('$name', async ({ run }) => {
    const empty = await openTestDatabase();
    try {
      const { executions: store, executionLogs: logStore } = createRepositories(empty.models);
      await run({ store, logStore });
    } finally {
      await empty.close();
    }
  });
});

describe('executions', () => {
  it('are stored when they start and when they end, and the first end counts', async () => {
    const startedAt = new Date('2026-11-20T10:00:00Z');
    await executions.create('o', {
      executionId: 'e1',
      workflowId: 'w',
      version: 3,
      trigger: 'published',
      apiPath: '/p',
      input: { 'a.b': { $gt: 1 }, __proto: 1 },
      startedAt,
    });
    expect(await executions.get('o', 'e1')).toMatchObject({
      status: 'running',
      input: { 'a.b': { $gt: 1 } },
      finishedAt: null,
      result: null,
    });
    const finishedAt = new Date(startedAt.getTime() + 250);
    const end = {
      status: 'success' as const,
      result: { ok: true, output: { list: [null, {}] } },
      finishedAt,
    };
    expect(await executions.finish('other', 'e1', end)).toBeNull();
    expect(await executions.finish('o', 'e1', end)).toMatchObject({
      status: end.status,
      durationMs: 250,
      version: 3,
    });
    expect(await executions.get('o', 'e1')).toMatchObject(end);
    expect(await executions.finish('o', 'e1', { status: 'cancelled' })).toBeNull();
    expect(await executions.get('o', 'e1')).toMatchObject({
      status: 'success',
      apiPath: '/p',
      result: end.result,
    });
    expect(await executions.get('other', 'e1')).toBeNull();
  });

  it('cannot be stored twice under one id', async () => {
    await executions.create('o', { executionId: 'twice', trigger: 'run' });
    await expect(executions.create('p', { executionId: 'twice', trigger: 'run' })).rejects.toMatchObject({
      code: 'EXECUTION_EXISTS',
      status: 409,
    });
  });

  it('are listed newest first, by workflow and state, without their data', async () => {
    for (const [n, workflowId] of ['a', 'b', 'a', 'a'].entries()) {
      await executions.create('lister', {
        executionId: `l${n}`,
        workflowId,
        trigger: 'manual',
        input: 'big',
      });
      if (n !== 2)
        await executions.finish('lister', `l${n}`, { status: n === 0 ? 'failed' : 'success', error: 'x' });
    }
    const ids = async (query: Parameters<typeof executions.list>[1]) =>
      (await executions.list('lister', query)).items.map(({ executionId }) => executionId);
    expect(await ids({})).toEqual(['l3', 'l2', 'l1', 'l0']);
    expect(await ids({ workflowId: 'a' })).toEqual(['l3', 'l2', 'l0']);
    expect(await ids({ workflowId: 'a', status: 'success' })).toEqual(['l3']);
    const page = await executions.list('lister', { limit: 3 });
    expect(page.items[0]).not.toHaveProperty('input');
    expect(await ids({ limit: 3, cursor: page.nextCursor })).toEqual(['l0']);
    await expect(executions.list('lister', { status: { $ne: 1 } as never })).rejects.toMatchObject({
      code: 'STATUS_UNKNOWN',
    });
  });

  it('of a process that is gone are ended, those of one that lives are not', async () => {
    await executions.markInterrupted('nobody', 0); // of the tests above
    // The clocks of processes do not count: one is an hour ahead, one an hour behind.
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000);
    await executions.create('o', { executionId: 'dead', trigger: 'run', instanceId: 'p1', startedAt: at(1) });
    await executions.create('o', {
      executionId: 'alive',
      trigger: 'run',
      instanceId: 'p2',
      startedAt: at(-1),
    });
    await executions.create('o', { executionId: 'own', trigger: 'run', instanceId: 'p3', startedAt: at(-1) });
    expect(await executions.markInterrupted('p3', 300)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await executions.heartbeat('p2', ['alive']);
    await executions.heartbeat('p2', ['dead']);
    expect(await executions.markInterrupted('p3', 300)).toEqual([{ ownerId: 'o', executionId: 'dead' }]);
    expect(await executions.markInterrupted('p3', 300)).toEqual([]);
    expect(await executions.get('o', 'dead')).toMatchObject({
      status: 'interrupted',
      error: expect.stringContaining('How it ended is not known'),
      finishedAt: expect.any(Date),
    });
    for (const executionId of ['alive', 'own'])
      expect(await executions.get('o', executionId)).toMatchObject({ status: 'running', error: null });
    // A process that was taken for dead runs on: its next heartbeat, or the true end, takes the mark back.
    await executions.heartbeat('p1', ['dead']);
    expect(await executions.get('o', 'dead')).toMatchObject({ status: 'running', finishedAt: null });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await executions.markInterrupted('p3', 300)).toHaveLength(2);
    await executions.finish('o', 'dead', { status: 'success', result: { ok: true } });
    expect(await executions.get('o', 'dead')).toMatchObject({ status: 'success', result: { ok: true } });
  });

  it('that ended soon are stored by one write, log and all, and come back as they were', async () => {
    const base = {
      ownerId: 'packed',
      trigger: 'published' as const,
      durationMs: 1.5,
      status: 'success' as const,
    };
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.array(fc.jsonValue(), { maxLength: 20 }), async (input, values) => {
        const executionId = `packed-${run++}`;
        const times = { startedAt: new Date(), finishedAt: new Date() };
        const log = logWith(executionId, input, values);
        const execution = { ...base, ...times, executionId, log };
        const [bytes] = await executions.record([execution]);
        // Another process writing it again changes nothing.
        await executions.record([
          { ...execution, log: [] },
          { ...execution, executionId: `${executionId}b` },
        ]);
        const json = JSON.parse(JSON.stringify(log)) as typeof log;
        expect(await executions.get('packed', executionId)).toMatchObject({
          ...base,
          input: JSON.parse(JSON.stringify(input)),
          result: JSON.parse(JSON.stringify(resultFromEvents(log))),
        });
        expect(await executions.get('other', executionId)).toBeNull();
        expect(await logs.list('packed', executionId)).toEqual(
          json.map((item, index) => ({ position: index + 1, item })),
        );
        expect(
          (await logs.list('packed', executionId, { after: 2, limit: 3 })).map(({ item }) => item),
        ).toEqual(json.slice(2, 5));
        expect(await logs.lastPosition('packed', executionId)).toBe(log.length);
        expect(bytes).toBeGreaterThan(0);
      }),
    );
    const page = await executions.list('packed', { limit: 2 });
    expect(page.items[0]).toMatchObject({ ...base, error: null });
  });
});

describe('logs', () => {
  it('give back every item in order, however they were written', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.nat(8), async (items, cut) => {
        const executionId = `log${++run}`;
        const entries = items.map((item, position) => ({ position, item }));
        await logs.append('o', executionId, entries.slice(cut));
        await logs.append('o', executionId, entries);
        expect(await logs.list('o', executionId)).toEqual(entries);
        expect(await logs.lastPosition('o', executionId)).toBe(items.length === 0 ? null : items.length - 1);
        expect(await logs.list('o', executionId, { after: 0, limit: 2 })).toEqual(entries.slice(1, 3));
        expect(await logs.list('stranger', executionId)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('expire after the days that were asked for', async () => {
    await logs.append('o', 'ttl', [{ position: 0, item: {} }]);
    const row = await database.models.ExecutionLog.findOne({ executionId: 'ttl' }).lean();
    expect(row!.expiresAt!.getTime() - row!.createdAt!.getTime()).toBe(2 * 86_400_000);
    const indexes = await database.models.ExecutionLog.collection.indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
  });
});

/** The log of an execution with a step for each value. */
function logWith(executionId: string, input: unknown, values: readonly unknown[]): ExecutionEvent[] {
  const at = (position: number) => ({ executionId, position, at: position });
  const totalSteps = values.length;
  const steps = values.map(
    (value, stepIndex): ExecutionEvent => ({
      type: 'step_completed',
      ...at(stepIndex + 2),
      path: `step${stepIndex}`,
      stepIndex,
      stepType: 'input',
      stepName: 'x',
      attempt: 1,
      input: {},
      output: { value },
      durationMs: 1,
    }),
  );
  return [
    { type: 'execution_started', ...at(1), totalSteps, input },
    ...steps,
    {
      type: 'execution_completed',
      ...at(totalSteps + 2),
      totalSteps,
      stepsExecuted: totalSteps,
      durationMs: 2,
      output: {},
    },
  ];
}
