import bcrypt from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';
import type { Document, Passwords } from '../index.ts';
import { memoryDatabase } from '../testing/index.ts';

const passwords: Passwords = {
  hash: (plain) => bcrypt.hash(plain, 4),
  verify: (plain, hash) => bcrypt.compare(plain, hash),
};
const update = { type: 'dbUpdate', collection: 'users', filter: { team: 'a' } };
const run = async (config: Record<string, unknown>, input: Record<string, unknown> = {}) => {
  const database = memoryDatabase({
    users: [
      { n: 1, team: 'a' },
      { n: 2, team: 'a' },
      { n: 3, team: 'b' },
    ],
  });
  const changes: Document[] = [];
  const { updateOne, updateMany } = database;
  database.updateOne = (name, filter, change, options) => {
    changes.push(change);
    return updateOne(name, filter, change, options);
  };
  database.updateMany = (name, filter, change, options) => {
    changes.push(change);
    return updateMany(name, filter, change, options);
  };
  const result = await runSteps({ ...update, ...config }, { input, ports: { database, passwords } });
  return { result, change: changes[0], users: database.documents('users') };
};

describe('one or many', () => {
  test('one: the document afterwards', async () => {
    const { result, users } = await run({ data: { name: 'input.name' } }, { name: 'Anna' });
    expect(users.map(({ name }) => name)).toEqual(['Anna', undefined, undefined]);
    expect(result.output).toMatchObject({ updated: { n: 1, name: 'Anna' } });
    expect(result.steps[0]).toMatchObject({
      input: { collection: 'users', filter: { team: 'a' }, fields: ['name'] },
      output: { success: true, documentFound: true, outputVariable: 'updated' },
    });
  });

  test('none matches: null, and none is created', async () => {
    const { result, users } = await run({ filter: { team: 'x' }, data: { a: 1 } });
    expect(result).toMatchObject({ ok: true, output: { updated: null } });
    expect(users).toHaveLength(3);
  });

  test('updateMany: the counts', async () => {
    const { result, users } = await run({ updateType: 'updateMany', data: { x: 1 } });
    expect(users.map(({ x }) => x)).toEqual([1, 1, undefined]);
    expect(result.output).toMatchObject({
      updated: { acknowledged: true, matchedCount: 2, modifiedCount: 2 },
    });
  });

  test.each(['many', 'all', 'UPDATEMANY', ''])('updateType %j means one', async (updateType) => {
    expect((await run({ updateType, data: { x: 1 } })).users.map(({ x }) => x)).toEqual([
      1,
      undefined,
      undefined,
    ]);
  });
});

describe('the change', () => {
  test.each<[unknown, Document]>([
    [{ a: 1, b: 'input.b' }, { $set: { a: 1, b: 'B' } }],
    [{ $inc: { n: 1 } }, { $inc: { n: 1 } }],
    [{ $set: { a: 1 }, b: 2 }, { $set: { a: 1, b: 2 } }],
    [{ $set: { a: 'input.ghost' }, b: 2 }, { $set: { b: 2 } }],
    ['{{ input.patch }}', { $set: { c: 3 } }],
  ])('%j', async (data, expected) => {
    expect((await run({ data }, { b: 'B', patch: { c: 3 } })).change).toEqual(expected);
  });

  test.each([
    [{}],
    [undefined],
    [{ a: 'input.ghost' }],
    [{ $set: {} }],
    [{ $set: { a: 'input.ghost' } }],
    ['{{ input.ghost }}'],
    [[{ $set: { a: 1 } }]],
    [{ data: {} }],
  ])('%j is empty', async (data) => {
    expect((await run({ data })).result).toMatchObject({
      ok: false,
      error: 'dbUpdate: update document is empty after resolution',
    });
  });

  test('with an operator from the caller is refused', async () => {
    for (const data of ['{{ input.x }}', { a: 'input.x' }, { $push: { list: 'input.x' } }]) {
      const { result, change } = await run({ data }, { x: { $unset: { role: 1 } } });
      expect(result).toMatchObject({ ok: false, errorCode: 'OPERATOR_NOT_ALLOWED' });
      expect(change).toBeUndefined();
    }
  });

  test('with an own __proto__ key sets no prototype', async () => {
    const { change } = await run(
      { data: '{{ input.x }}' },
      { x: JSON.parse('{"__proto__":{"admin":true},"a":1}') as unknown },
    );
    expect((change!.$set as Document).admin).toBeUndefined();
    expect(change?.$set).toMatchObject({ a: 1 });
  });

  test('hashes a password, under $set too', async () => {
    for (const data of [{ password: 'input.password' }, { $set: { password: 'input.password' } }]) {
      const { users, result } = await run({ data }, { password: 'hunter22' });
      expect(await bcrypt.compare('hunter22', String(users[0]?.password))).toBe(true);
      expect(JSON.stringify(result)).not.toContain('hunter22');
    }
  });

  test('may use stored operators of the allow-list only', () => {
    expect(
      findings({ ...update, data: { $push: { a: { $each: [1], $slice: 3 } }, $inc: { b: 1 } } }),
    ).toEqual([]);
    expect(findings({ ...update, data: { $where: 1 } })).toEqual([
      'error OPERATOR_NOT_ALLOWED steps.0.data.$where',
    ]);
  });
});

describe('an empty filter', () => {
  test.each([[{}], [undefined], ['{{ input.empty }}']])('is refused: %j', async (filter) => {
    const { result, change } = await run({ filter, data: { a: 1 } }, { empty: {} });
    expect(result).toMatchObject({ ok: false, error: 'dbUpdate: filter is empty after resolution' });
    expect(change).toBeUndefined();
  });

  test('is a finding', () => {
    expect(findings({ ...update, filter: {}, data: {} })).toEqual([
      'warning CONFIG_INCOMPLETE steps.0.data',
      'warning CONFIG_INCOMPLETE steps.0.filter',
    ]);
  });
});
