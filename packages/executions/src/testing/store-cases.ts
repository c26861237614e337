/** @module What every pair of stores has to do, as cases that any test runner can run. */
import assert from 'node:assert/strict';
import type { ExecutionEvent } from '@orchestrix/engine';
import type { EndedExecution, ExecutionLogStore, ExecutionStore } from '../ports.ts';

/** Empty stores of whichever kind is tested. */
export interface StoresUnderTest {
  store: ExecutionStore;
  logStore: ExecutionLogStore;
}

/** One thing that stores have to do. */
export interface StoreCase {
  name: string;
  /** @throws AssertionError */
  run(stores: StoresUnderTest): Promise<void>;
}

/** @example for (const { name, run } of EXECUTION_STORE_CASES) test(name, () => run(myStores())); */
export const EXECUTION_STORE_CASES: readonly StoreCase[] = [
  {
    name: 'an execution is found by its owner alone, from its start to its end',
    run: async ({ store }) => {
      await store.create('ann', { executionId: 'e', trigger: 'run', workflowId: 'w', input: { a: 1 } });
      assert.equal(await store.status('ann', 'e'), 'running');
      assert.equal(await store.status('bob', 'e'), null);
      assert.equal(await store.get('bob', 'e'), null);
      assert.equal(await store.finish('bob', 'e', { status: 'failed' }), null);
      await store.finish('ann', 'e', { status: 'success', result: { ok: true } });
      const found = await store.get('ann', 'e');
      assert.equal(found?.status, 'success');
      assert.deepEqual(found?.input, { a: 1 });
      assert.deepEqual(found?.result, { ok: true });
      assert.ok(found?.finishedAt);
    },
  },
  {
    name: 'the first end counts, and an id is used once',
    run: async ({ store }) => {
      await store.create('ann', { executionId: 'e', trigger: 'run' });
      await store.finish('ann', 'e', { status: 'failed' });
      assert.equal(await store.finish('ann', 'e', { status: 'success' }), null);
      assert.equal(await store.status('ann', 'e'), 'failed');
      await assert.rejects(store.create('bob', { executionId: 'e', trigger: 'run' }), {
        code: 'EXECUTION_EXISTS',
      });
    },
  },
  {
    name: 'executions that have ended are stored at once, with what was sent and the result from their logs',
    run: async ({ store, logStore }) => {
      const sizes = await store.record([ended('a'), ended('b')]);
      assert.equal(sizes.length, 2);
      for (const size of sizes) assert.ok(size > 0);
      const found = await store.get('ann', 'a');
      assert.equal(found?.status, 'success');
      assert.deepEqual(found?.input, { name: 'Zed' });
      assert.equal((found as { result: { ok: boolean } }).result.ok, true);
      const log = await logStore.list('ann', 'b');
      assert.deepEqual(
        log.map(({ position }) => position),
        [1, 2],
      );
      assert.deepEqual(await logStore.list('bob', 'b'), []);
      // A write can be repeated.
      await store.record([ended('a', { status: 'failed' })]);
      assert.equal(await store.status('ann', 'a'), 'success');
    },
  },
  {
    name: 'lists are pages, newest first, by workflow and status',
    run: async ({ store }) => {
      for (const id of ['1', '2', '3'])
        await store.create('ann', { executionId: id, trigger: 'run', workflowId: id === '2' ? 'x' : 'w' });
      await store.create('bob', { executionId: '4', trigger: 'run' });
      await store.finish('ann', '3', { status: 'failed' });
      const ids = async (query: Parameters<ExecutionStore['list']>[1]) =>
        (await store.list('ann', query)).items.map(({ executionId }) => executionId);
      assert.deepEqual(await ids({}), ['3', '2', '1']);
      assert.deepEqual(await ids({ workflowId: 'w' }), ['3', '1']);
      assert.deepEqual(await ids({ status: 'failed' }), ['3']);
      const { items, nextCursor } = await store.list('ann', { limit: 2 });
      assert.deepEqual(
        items.map(({ executionId }) => executionId),
        ['3', '2'],
      );
      assert.deepEqual(await ids({ limit: 2, cursor: nextCursor }), ['1']);
    },
  },
  {
    name: 'a log takes each position once, and an interim end gives way to the true one',
    run: async ({ store, logStore }) => {
      await store.create('ann', { executionId: 'e', trigger: 'run' });
      const entry = (position: number, item: object) => ({ position, item: { position, ...item } });
      await logStore.append('ann', 'e', [entry(1, { type: 'a' }), entry(2, { type: 'end', interim: true })]);
      await logStore.append('ann', 'e', [entry(1, { type: 'other' }), entry(2, { type: 'true end' })]);
      assert.deepEqual(await logStore.list('ann', 'e'), [
        entry(1, { type: 'a' }),
        entry(2, { type: 'true end' }),
      ]);
      assert.deepEqual(await logStore.list('ann', 'e', { after: 1, limit: 5 }), [
        entry(2, { type: 'true end' }),
      ]);
    },
  },
];

function ended(executionId: string, given: Partial<EndedExecution> = {}): EndedExecution {
  const base = { executionId, at: 1_000 };
  const log: ExecutionEvent[] = [
    { type: 'execution_started', ...base, position: 1, totalSteps: 0, input: { name: 'Zed' } },
    {
      type: 'execution_completed',
      ...base,
      position: 2,
      totalSteps: 0,
      stepsExecuted: 0,
      durationMs: 1,
      output: {},
    },
  ];
  const times = { startedAt: new Date(1_000), finishedAt: new Date(1_001), durationMs: 1 };
  return { ownerId: 'ann', executionId, trigger: 'published', status: 'success', ...times, log, ...given };
}
