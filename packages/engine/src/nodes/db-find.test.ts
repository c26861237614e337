import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';
import type { FindQuery } from '../index.ts';
import { memoryDatabase } from '../testing/index.ts';

const seed = () => ({
  users: [
    { n: 1, name: 'Ann', password: 'x' },
    { n: 2, name: 'Bob' },
    { n: 3, name: 'Cid' },
  ],
});
const find = { type: 'dbFind', collection: 'users' };
const run = async (config: Record<string, unknown>, input: Record<string, unknown> = {}) => {
  const queries: FindQuery[] = [];
  const database = memoryDatabase(seed());
  const { findOne, find: findMany } = database;
  database.find = (name, query, options) => {
    queries.push(query);
    return findMany(name, query, options);
  };
  database.findOne = (name, query, options) => {
    queries.push(query);
    return findOne(name, query, options);
  };
  const result = await runSteps({ ...find, ...config }, { input, ports: { database } });
  return { result, query: queries[0], found: (result.output as { found?: unknown } | undefined)?.found };
};

describe('one or many', () => {
  test.each(['many', 'findMany', 'find', 'all'])('findType %s gives a list', async (findType) => {
    const { found, result } = await run({ findType });
    expect(found).toHaveLength(3);
    expect(result.steps[0]).toMatchObject({
      input: { collection: 'users', findType, filters: {} },
      output: { found: true, resultCount: 3, outputVariable: 'found' },
    });
  });

  test.each([['one'], ['findOne'], [''], [null], [undefined], ['MANY']])(
    'findType %j gives one',
    async (findType) => {
      expect((await run({ findType })).found).toMatchObject({ n: 1 });
    },
  );

  test('nothing found is null or an empty list and no error', async () => {
    expect((await run({ filter: { n: 9 } })).found).toBeNull();
    const { found, result } = await run({ filter: { n: 9 }, findType: 'many' });
    expect(found).toEqual([]);
    expect(result.steps[0]?.output).toMatchObject({ found: false, resultCount: 0 });
  });
});

describe('the filter', () => {
  test('keeps types and stored operators', async () => {
    const { query } = await run(
      { filter: { n: { $gte: '{{ input.n }}' }, $or: [{ name: 'input.a' }, { name: 'Bob' }] } },
      { n: 2, a: 'Ann' },
    );
    expect(query?.filter).toEqual({ n: { $gte: 2 }, $or: [{ name: 'Ann' }, { name: 'Bob' }] });
  });

  test.each<[string, unknown, string, string]>([
    ['a field', { name: 'input.ghost' }, 'name', 'input.ghost'],
    ['in a list', { $or: [{ name: '{{ input.ghost }}' }] }, '$or.0.name', 'input.ghost'],
    ['in a text', { name: 'x {{ input.ghost }}' }, 'name', 'input.ghost'],
    ['the whole', '{{ input.ghost }}', 'filter', 'input.ghost'],
  ])('fails for a reference without a value: %s', async (_name, filter, field, reference) => {
    const { result } = await run({ filter });
    expect(result).toMatchObject({
      ok: false,
      errorCode: 'REFERENCE_WITHOUT_VALUE',
      error: `dbFind: filter field "${field}" refers to "${reference}", which has no value`,
      errorDetails: { field, reference },
    });
  });

  test.each<[string, unknown, unknown]>([
    ['a value', { name: '{{ input.x }}' }, { $ne: null }],
    ['a bare reference', { name: 'input.x' }, { $ne: null }],
    ['deep inside', { name: 'input.x' }, { a: { b: { $gt: '' } } }],
    ['in a list', { name: { $in: 'input.x' } }, ['a', { $where: '1' }]],
    ['below a stored operator', { n: { $gt: '{{ input.x }}' } }, { $gt: 0 }],
    ['the whole filter', '{{ input.x }}', { $or: [{}] }],
    ['in a text', { name: 'a {{ input.x }}' }, { $ne: 1 }],
    ['by its short name', { name: '{{ x }}' }, { $ne: 1 }],
  ])('refuses operators from callers: %s', async (_name, filter, x) => {
    const { result, query } = await run({ filter }, { x });
    expect(result).toMatchObject({ ok: false, errorCode: 'OPERATOR_NOT_ALLOWED' });
    expect(query).toBeUndefined();
  });

  test('refuses operators that an earlier step read', async () => {
    const database = memoryDatabase({ users: [{ n: 1, stored: { $ne: null } }] });
    const result = await runSteps(
      [
        { ...find, output: 'first' },
        { ...find, filter: { n: 'first.stored' } },
      ],
      { ports: { database } },
    );
    expect(result).toMatchObject({ ok: false, failedStep: 1, errorCode: 'OPERATOR_NOT_ALLOWED' });
  });

  test.each([
    ['{{ input.x }}', null],
    ['{{ input.x }}', 'text'],
    ['{{ input.x }}', ['a']],
    ['ghost', undefined],
  ])('that is no object is refused and selects nothing: %j %j', async (filter, x) => {
    const { result, query } = await run({ filter, findType: 'many' }, { x });
    expect(result).toMatchObject({
      ok: false,
      errorCode: x === null ? 'REFERENCE_WITHOUT_VALUE' : 'STEP_MISCONFIGURED',
    });
    expect(query).toBeUndefined();
  });
});

describe('sort, limit, skip and projection', () => {
  test.each<[unknown, unknown]>([
    [
      { n: -1, name: 'asc' },
      { n: -1, name: 1 },
    ],
    [{ n: 'desc' }, { n: -1 }],
    ['-n', { n: -1 }],
    ['-n name', { n: -1, name: 1 }],
    ['{{ input.sort }}', { n: 1 }],
    ['n:desc', { n: -1 }],
    ['a:asc, b:DESC,-c', { a: 1, b: -1, c: -1 }],
    ['', undefined],
    [{}, undefined],
    ['{{ input.ghost }}', undefined],
  ])('sort %j', async (sort, expected) => {
    expect((await run({ sort }, { sort: { n: 1 } })).query?.sort).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['sort', { $where: 1 }],
    ['sort', '$where'],
    ['sort', 'name:up'],
    ['sort', { n: { $meta: 'x' } }],
    ['sort', 5],
    ['sort', ['n']],
    ['limit', -1],
    ['limit', 1.5],
    ['limit', 'many'],
    ['limit', true],
    ['limit', []],
    ['limit', { $gt: 1 }],
    ['skip', -1],
    ['projection', { $where: 1 }],
    ['projection', { n: { $slice: 1 } }],
    ['projection', 5],
    ['projection', '$x'],
  ])('from a variable, %s may not be %j', async (field, value) => {
    const { result, query } = await run({ [field]: '{{ input.value }}' }, { value });
    expect(result).toMatchObject({ ok: false, errorCode: 'STEP_MISCONFIGURED' });
    expect(query).toBeUndefined();
  });

  test('limit and skip are numbers or numeric texts', async () => {
    const { query, found } = await run(
      { findType: 'many', limit: '{{ input.limit }}', skip: '1', sort: 'n' },
      { limit: '1' },
    );
    expect(query).toMatchObject({ limit: 1, skip: 1 });
    expect(found).toMatchObject([{ n: 2 }]);
  });

  test.each<[unknown, unknown]>([
    [
      { name: 1, password: 0 },
      { name: 1, password: 0 },
    ],
    [
      { name: true, password: 'false', n: '0' },
      { name: 1, password: 0, n: 0 },
    ],
    [['name', 'n'], { name: 1, n: 1 }],
    ['name -password', { name: 1, password: 0 }],
    ['', undefined],
  ])('projection %j', async (projection, expected) => {
    expect((await run({ projection })).query?.projection).toEqual(expected);
  });
});

describe('without', () => {
  test('a database', async () => {
    expect(await runSteps(find)).toMatchObject({
      ok: false,
      error: 'dbFind: no database is connected',
      errorCode: 'PORT_MISSING',
    });
  });

  test('a collection', async () => {
    for (const collection of [undefined, 7]) {
      expect(await runSteps({ type: 'dbFind', collection })).toMatchObject({
        ok: false,
        error: 'Collection name must be a string',
      });
    }
    for (const type of ['dbFind', 'dbInsert', 'dbUpdate', 'dbDelete'])
      for (const collection of ['', '  '])
        expect(await runSteps({ type, collection, filter: { a: 1 }, data: { a: 1 } })).toMatchObject({
          ok: false,
          error: `${type}: choose a collection`,
        });
    expect(findings({ type: 'dbFind', collection: '' })).toEqual([
      'warning CONFIG_INCOMPLETE steps.0.collection',
    ]);
    expect(findings({ type: 'dbFind' })).toEqual(['error CONFIG_INVALID steps.0.collection']);
  });
});

test('stored operators come from an allow-list', () => {
  const operators = (filter: unknown) => findings({ ...find, filter });
  expect(
    operators({
      a: { $gt: 1, $in: [1], $elemMatch: { b: { $regex: 'x', $options: 'i' } } },
      $nor: [{ b: { $exists: true } }],
    }),
  ).toEqual([]);
  for (const operator of ['$where', '$function', '$accumulator', '$expr', '$jsonSchema', '$set']) {
    expect(operators({ $and: [{ a: { [operator]: 1 } }] })).toEqual([
      `error OPERATOR_NOT_ALLOWED steps.0.filter.$and.0.a.${operator}`,
    ]);
  }
});
