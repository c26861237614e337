import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runSteps } from '../../tests/run-step.ts';
import { memoryDatabase } from '../testing/index.ts';

const DOCUMENTS = [{ name: 'Ada' }, { name: 'Bob', token: 'r-77', meta: { code: 1 }, beds: 3 }];

const run = async (type: string, config: Record<string, unknown>, input: unknown, first: object[] = []) => {
  const database = memoryDatabase({ users: structuredClone(DOCUMENTS) });
  const filters: unknown[] = [];
  for (const method of ['find', 'findOne', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany'] as const) {
    const real = (database[method] as (...all: unknown[]) => unknown).bind(database);
    Object.assign(database, {
      [method]: (name: string, query: { filter?: unknown }, ...rest: unknown[]) => {
        filters.push(method.startsWith('find') ? query.filter : query);
        return real(name, query, ...rest);
      },
    });
  }
  const result = await runSteps(
    [...first, { type, collection: 'users', ...config }] as Record<string, unknown>[],
    {
      input,
      ports: { database },
    },
  );
  return { result, filter: filters[0], left: database.documents('users').map(({ name }) => name) };
};

describe('a reference that gives nothing never widens a selection', () => {
  const CONDITIONS: Record<string, unknown>[] = [
    { token: '{{ input.token }}' },
    { token: 'input.token' },
    { 'meta.code': '{{ input.token }}' },
    { name: 'Ada', token: '{{ input.token }}' },
    { token: { $eq: '{{ input.token }}' } },
    { token: { $gte: '{{ input.token }}' } },
    { token: { $not: { $ne: '{{ input.token }}' } } },
    { token: { $in: ['x', '{{ input.token }}'] } },
    { token: { $in: '{{ input.list }}' } },
    { $and: [{ $or: [{ token: '{{ input.token }}' }] }] },
    { token: 'user-{{ input.token }}' },
    { token: { $regex: '{{ input.token }}' } },
    { members: { $elemMatch: '{{ input.nested }}' } },
    '{{ input.nested }}' as never,
  ];
  const declared = { type: 'input', variables: [{ name: 'token' }] };
  test.each(CONDITIONS.map((filter) => [JSON.stringify(filter), filter] as const))(
    '%s',
    async (_text, filter) => {
      for (const type of ['dbFind', 'dbUpdate', 'dbDelete']) {
        const many = { findType: 'many', updateType: 'updateMany', deleteType: 'deleteMany' };
        const rest = { ...many, ...(type === 'dbUpdate' ? { data: { seen: true } } : {}) };
        const without = { list: [null], nested: { token: null } };
        for (const [input, first] of [
          [{ token: null, ...without }, []],
          [{ ...without }, [declared]],
          [{ token: null, ...without }, [declared]],
        ] as const) {
          const { result, filter: sent, left } = await run(type, { ...rest, filter }, input, [...first]);
          expect(result).toMatchObject({ ok: false, errorCode: 'REFERENCE_WITHOUT_VALUE' });
          expect(sent).toBeUndefined();
          expect(left).toEqual(['Ada', 'Bob']);
        }
      }
    },
  );

  test('an author who means null writes null', async () => {
    expect((await run('dbFind', { filter: { token: null } }, {})).filter).toEqual({ token: null });
  });

  test('for all inputs: a selection by token finds only who has it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.constantFrom('r-77', null, undefined)), async (token) => {
        const { result } = await run('dbFind', { filter: { token: '{{ input.token }}' } }, { token });
        const { found } = (result.output ?? {}) as { found?: { name: string } | null };
        expect(found?.name ?? 'Bob').toBe('Bob');
      }),
      { numRuns: 200 },
    );
  });
});

describe('an optional condition', () => {
  test.each([
    [{ name: '{{ input.name? }}' }, {}, {}],
    [{ name: '{{ input.name ? }}' }, { name: null }, {}],
    [{ name: '{{ input.name? }}' }, { name: 'Ada' }, { name: 'Ada' }],
    [{ a: 1, beds: { $gte: '{{ input.min? }}', $lte: '{{ input.max? }}' } }, {}, { a: 1 }],
    [{ beds: { $gte: '{{ input.min? }}', $lte: '{{ input.max? }}' } }, { max: 3 }, { beds: { $lte: 3 } }],
    [{ $and: [{ a: '{{ input.a? }}' }, { b: '{{ input.b? }}' }] }, { b: 2 }, { $and: [{ b: 2 }] }],
    [{ $and: [{ a: '{{ input.a? }}' }] }, {}, {}],
    [{ tag: { $in: ['{{ input.tag? }}'] } }, {}, {}],
    [
      { name: { $regex: '{{ input.q? }}', $options: 'i' } },
      { q: 'a' },
      { name: { $regex: 'a', $options: 'i' } },
    ],
  ])('%j with %j', async (filter, input, sent) => {
    expect((await run('dbFind', { filter, findType: 'many' }, input)).filter).toEqual(sent);
  });

  test('that leaves nothing deletes and changes nothing', async () => {
    const filter = { name: '{{ input.name? }}' };
    for (const [type, rest] of [
      ['dbDelete', { deleteType: 'deleteMany' }],
      ['dbUpdate', { updateType: 'updateMany', data: { x: 1 } }],
    ] as const) {
      const { result, left } = await run(type, { filter, ...rest }, {});
      expect(result.ok).toBe(false);
      expect(left).toEqual(['Ada', 'Bob']);
    }
  });

  test('with options only and no text to look for', async () => {
    const filter = { name: { $regex: '{{ input.q? }}', $options: 'i' } };
    expect((await run('dbFind', { filter, findType: 'many' }, {})).filter).toEqual({});
  });
});

describe('patterns', () => {
  test('a value below $regex is matched as text', async () => {
    const filter = { name: { $regex: '^{{ input.q }}$' } };
    expect((await run('dbFind', { filter }, { q: 'c++ (a|b).*' })).filter).toEqual({
      name: { $regex: '^c\\+\\+ \\(a\\|b\\)\\.\\*$' },
    });
    expect((await run('dbFind', { filter: { name: { $regex: 'input.q' } } }, { q: 5.5 })).filter).toEqual({
      name: { $regex: '5\\.5' },
    });
  });

  test('below $pattern it is a pattern', async () => {
    const filter = { name: { $pattern: '{{ input.q }}', $options: 'i' } };
    expect((await run('dbFind', { filter }, { q: '^a+' })).filter).toEqual({
      name: { $regex: '^a+', $options: 'i' },
    });
  });

  test('an escaped text matches itself and nothing else', () => {
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (q) => {
        const { filter } = await run('dbFind', { filter: { name: { $regex: '{{ input.q }}' } } }, { q });
        const { $regex } = (filter as { name: { $regex: string } }).name;
        expect(new RegExp(`^${$regex}$`, 'u').test(q)).toBe(true);
      }),
    );
  });
});
