import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';
import { memoryDatabase } from '../testing/index.ts';

const run = async (config: Record<string, unknown>, input: Record<string, unknown> = {}) => {
  const database = memoryDatabase({
    users: [
      { n: 1, team: 'a' },
      { n: 2, team: 'a' },
      { n: 3, team: 'b' },
    ],
  });
  const result = await runSteps(
    { type: 'dbDelete', collection: 'users', ...config },
    { input, ports: { database } },
  );
  return { result, left: database.documents('users').map(({ n }) => n) };
};

describe('one or many', () => {
  test('one: its fields and the count', async () => {
    const { result, left } = await run({ filter: { team: 'input.t' } }, { t: 'a' });
    expect(left).toEqual([2, 3]);
    expect(result.output).toMatchObject({
      deleted: { n: 1, team: 'a', acknowledged: true, deletedCount: 1 },
    });
    expect(result.steps[0]).toMatchObject({
      input: { collection: 'users', filter: { team: 'a' } },
      output: { success: true, deletedCount: 1, outputVariable: 'deleted' },
    });
  });

  test('none matches', async () => {
    expect((await run({ filter: { n: 9 } })).result.output).toMatchObject({
      deleted: { acknowledged: true, deletedCount: 0 },
    });
  });

  test('deleteMany: the counts', async () => {
    const { result, left } = await run({ filter: { team: 'a' }, deleteType: 'deleteMany' });
    expect(left).toEqual([3]);
    expect(result.output).toMatchObject({ deleted: { acknowledged: true, deletedCount: 2 } });
  });

  test.each(['many', 'all', 'DELETEMANY', ''])('deleteType %j means one', async (deleteType) => {
    expect((await run({ filter: { team: 'a' }, deleteType })).left).toEqual([2, 3]);
  });
});

test.each([[{}], [undefined], [null], [''], ['{{ input.empty }}']])(
  'an empty filter deletes nothing: %j',
  async (filter) => {
    const { result, left } = await run({ filter, deleteType: 'deleteMany' }, { empty: {} });
    expect(result).toMatchObject({ ok: false, error: 'dbDelete: filter is empty after resolution' });
    expect(left).toEqual([1, 2, 3]);
  },
);

test('a filter with a missing value deletes nothing', async () => {
  const { result, left } = await run({ filter: { team: 'a', n: 'input.ghost' }, deleteType: 'deleteMany' });
  expect(result).toMatchObject({ ok: false, errorCode: 'REFERENCE_WITHOUT_VALUE' });
  expect(left).toEqual([1, 2, 3]);
});

test('a draft without a filter is a finding', () => {
  expect(findings({ type: 'dbDelete', collection: 'users' })).toEqual([
    'warning CONFIG_INCOMPLETE steps.0.filter',
  ]);
});
