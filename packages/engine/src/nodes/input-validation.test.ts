import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';

const check = async (rule: Record<string, unknown>, input: Record<string, unknown>) => {
  const result = await runSteps(
    { type: 'inputValidation', rules: [{ field: 'input.x', ...rule }] },
    { input },
  );
  if (!result.ok)
    expect(result).toMatchObject({ error: 'Input validation failed', errorCode: 'VALIDATION_FAILED' });
  return result.ok ? [] : (result.errorDetails as Record<string, string[]>)['input.x'];
};

describe('missing', () => {
  test.each([[{}], [{ x: null }], [{ x: '' }]])('%j: required, and no further check', async (input) => {
    expect(await check({ required: true, type: 'number', minLength: 3 }, input)).toEqual([
      'Field is required',
    ]);
    expect(await check({ type: 'number', minLength: 3 }, input)).toEqual([]);
  });

  test.each([[0], [false], [[]], [{}]])('%j is there', async (x) => {
    expect(await check({ required: true }, { x })).toEqual([]);
  });
});

describe('each rule', () => {
  test.each<[Record<string, unknown>, unknown[], unknown[], string]>([
    [
      { type: 'number' },
      [5, 0, '12', '-1.5', '1e2'],
      ['x', true, [], Number.NaN, ' 7 ', '0x1F', '0b11', '+5', '1e400', '9007199254740993'],
      'Expected number',
    ],
    [{ type: 'string' }, ['x', '5'], [5, true, {}], 'Expected string'],
    [{ type: 'boolean' }, [true, false, 'true'], ['yes', 1], 'Expected boolean'],
    [{ type: 'integer' }, [5, '12'], [1.5, '1.5', '9007199254740993', 2 ** 53], 'Expected integer'],
    [{ type: 'objectId' }, ['65a1b2c3d4e5f60718293a4b'], ['65a1', 5], 'Expected objectId'],
    [{ exclusiveMin: 3 }, [4, '3.5'], [3, 2], 'Expected a number greater than 3'],
    [{ exclusiveMax: '3' }, [2], [3, 4], 'Expected a number less than 3'],
    [{ absent: true }, [[]], ['x', 0, {}], 'Field must be absent'],
    [{ min: 3, message: 'Too few' }, [3], [2], 'Too few'],
    [
      { type: 'email' },
      ['ann@x.io', 'a.b+c@mail.x.io'],
      [
        'ann',
        'ann@x',
        '@x.io',
        'a b@x.io',
        'a@x.io,b@x.io',
        5,
        'a..b@c.io',
        'a@-c.io',
        'a@b.co\u0000',
        'a\u200b@b.co',
      ],
      'Expected email',
    ],
    [{ type: 'object' }, [{}, '{"a":1}'], [[], 'x', '[1]'], 'Expected object'],
    [{ type: 'array' }, [[], 'x'], [{}, 5], 'Expected array'],
    [
      { type: 'date' },
      ['2026-11-20', '2026-11-20T10:00:00Z', '2026-11-20 10:00+02:00', '2024-02-29'],
      [
        'soon',
        true,
        0,
        '5',
        'hello 1',
        'May 5',
        '2026-02-29',
        '2024-04-31',
        '2026-06-31T20:00:00Z',
        '2026-01-01T25:00:00Z',
      ],
      'Expected date',
    ],
    [{ type: 'Number' }, [5], ['x'], 'Expected number'],
    [{ minLength: 2 }, ['ab', '日本', [1, 2]], ['a', '😀', [1]], 'Expected at least 2 characters'],
    [{ maxLength: '2' }, ['ab', '😀😀'], ['abc'], 'Expected at most 2 characters'],
    [{ min: 3 }, [3, '4'], [2, 'x'], 'Expected a number of at least 3'],
    [{ max: 3 }, [3, '-4'], [4, 'x'], 'Expected a number of at most 3'],
    [{ pattern: '^a+$' }, ['aa'], ['ab', 5], 'Does not match the expected pattern'],
    [{ pattern: '^\\p{L}+$' }, ['größe'], ['a1'], 'Does not match the expected pattern'],
    [{ enum: ['a', 1] }, ['a', 1], ['b', '1'], 'Expected one of: a, 1'],
  ])('%j', async (rule, good, bad, message) => {
    for (const x of good) expect(await check(rule, { x })).toEqual([]);
    for (const x of bad) expect(await check(rule, { x })).toEqual([message]);
  });

  test('all that fail are told', async () => {
    expect(await check({ type: 'number', minLength: 5 }, { x: 'abc' })).toEqual([
      'Expected number',
      'Expected at least 5 characters',
    ]);
  });
});

describe('fields', () => {
  const missing = async (field: string, input: unknown = {}) =>
    (await runSteps({ type: 'inputValidation', rules: [{ field, required: true }] }, { input })).ok === false;

  test.each(['input.a', 'a', '{{ input.a }}', '{{a}}', ' input.a '])(
    '%s is a path to the value',
    async (field) => {
      expect(await missing(field, { a: 1 })).toBe(false);
      expect(await missing(field)).toBe(true);
    },
  );

  test.each([
    '__proto__',
    'constructor',
    'input.constructor',
    'toString',
    'input.toString',
    'a b',
    'hasOwnProperty',
  ])('%s is never there, and is told as missing', async (field) => {
    const result = await runSteps({ type: 'inputValidation', rules: [{ field, required: true }] });
    expect(result).toMatchObject({ ok: false, error: 'Input validation failed' });
    expect(JSON.parse(JSON.stringify(result.errorDetails))).toEqual(
      JSON.parse(`{${JSON.stringify(field)}:["Field is required"]}`),
    );
  });

  test('two rules of one field add up', async () => {
    const rules = [
      { field: 'input.x', type: 'number' },
      { field: 'input.x', maxLength: 1 },
    ];
    expect(await runSteps({ type: 'inputValidation', rules }, { input: { x: 'abc' } })).toMatchObject({
      errorDetails: { 'input.x': ['Expected number', 'Expected at most 1 characters'] },
    });
  });
});

test('without rules everything is valid', async () => {
  expect(await runSteps({ type: 'inputValidation' })).toMatchObject({
    ok: true,
    output: { validated: true },
    steps: [{ input: {}, output: { valid: true } }],
  });
});

test('what a rule may not say is found before it runs', () => {
  const of = (rules: unknown) => findings({ type: 'inputValidation', rules });
  expect(of('none')).toEqual(['error CONFIG_INVALID steps.0.rules']);
  expect(of([{}])).toEqual(['error CONFIG_INVALID steps.0.rules.0.field']);
  expect(of([{ field: 'a', type: 'nonsense' }])).toEqual(['error CONFIG_INVALID steps.0.rules.0.type']);
  expect(of([{ field: 'a', pattern: '(' }])).toEqual(['error CONFIG_INVALID steps.0.rules.0.pattern']);
  expect(of([{ field: 'a', minLength: 'x' }])).toEqual(['error CONFIG_INVALID steps.0.rules.0.minLength']);
});

test('a rule that is none fails with a message that names its place', async () => {
  expect(await runSteps({ type: 'inputValidation', rules: [{ field: 'input.a' }, null] })).toMatchObject({
    ok: false,
    error: 'inputValidation: rules.1: Invalid input: expected object, received null',
  });
});

describe('what a rule demands is what later steps see', () => {
  const run = async (rules: object[], input: object, body: unknown) => {
    const result = await runSteps(
      [
        { type: 'inputValidation', rules },
        { type: 'response', body },
      ] as Record<string, unknown>[],
      { input },
    );
    return result.ok ? result.response?.body : result.errorDetails;
  };

  test('texts of forms and addresses become numbers, flags, dates and lists', async () => {
    const rules = [
      { field: 'input.n', type: 'number' },
      { field: 'b', type: 'boolean' },
      { field: 'input.d', type: 'date' },
      { field: 'input.tags', type: 'array' },
      { field: 'input.deep.list.*.qty', type: 'integer' },
    ];
    const input = {
      n: '12',
      b: 'false',
      d: '2026-05-01',
      tags: 'x',
      deep: { list: [{ qty: '1' }, { qty: 2, a: 1 }] },
    };
    expect(await run(rules, input, '{{ input }}')).toEqual({
      n: 12,
      b: false,
      d: new Date('2026-05-01T00:00:00Z'),
      tags: ['x'],
      deep: { list: [{ qty: 1 }, { qty: 2, a: 1 }] },
    });
    expect(input.n).toBe('12');
    const shown = await runSteps({ type: 'inputValidation', rules }, { input });
    expect(shown.output).toMatchObject({ input: { n: '12', d: '2026-05-01' } });
  });

  test('the items of a list, each with its place, and its length', async () => {
    const rules = [
      { field: 'input.items.*.qty', type: 'number', min: 1, required: true },
      { field: 'input.items.length', max: 2 },
    ];
    expect(await run(rules, { items: [{ qty: 1 }, { qty: 0 }, {}] }, 1)).toEqual({
      'input.items.1.qty': ['Expected a number of at least 1'],
      'input.items.2.qty': ['Field is required'],
      'input.items.length': ['Expected a number of at most 2'],
    });
    expect(await run(rules, { items: [] }, 1)).toBe(1);
  });

  test('rules about other variables say whether something is there', async () => {
    const rules = [{ field: 'existing', absent: true, message: 'This address is taken' }];
    expect(await run(rules, { existing: 'x' }, 1)).toEqual({ existing: ['This address is taken'] });
  });
});

test('fields that nothing sets, and fields that are no path, are findings', () => {
  const of = (field: string) => findings({ type: 'inputValidation', rules: [{ field, required: true }] });
  expect(of('inptu.v')).toEqual(['warning REFERENCE_UNKNOWN steps.0.rules.0.field']);
  expect(of('input.items.*.qty')).toEqual([]);
  expect(of('input.list[0]')).toEqual(['error TEMPLATE_UNREADABLE steps.0.rules.0.field']);
  expect(of('input.first name')).toEqual(['error TEMPLATE_UNREADABLE steps.0.rules.0.field']);
});
