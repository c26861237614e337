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
    [{ type: 'number' }, [5, 0, '12', ' -1.5 '], ['x', true, [], Number.NaN], 'Expected number'],
    [{ type: 'string' }, ['x', '5'], [5, true, {}], 'Expected string'],
    [{ type: 'boolean' }, [true, false], ['true', 1], 'Expected boolean'],
    [
      { type: 'email' },
      ['ann@x.io', 'a.b+c@mail.x.io'],
      ['ann', 'ann@x', '@x.io', 'a b@x.io', 'a@x.io,b@x.io', 5],
      'Expected email',
    ],
    [{ type: 'object' }, [{}], [[], 'x'], 'Expected object'],
    [{ type: 'array' }, [[]], [{}, 'x'], 'Expected array'],
    [{ type: 'date' }, ['2026-11-20', 0], ['soon', true], 'Expected date'],
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
  expect(of([{ field: 'a', type: 'text' }])).toEqual(['warning CONFIG_INVALID steps.0.rules.0.type']);
  expect(of([{ field: 'a', pattern: '(' }])).toEqual(['error CONFIG_INVALID steps.0.rules.0.pattern']);
  expect(of([{ field: 'a', minLength: 'x' }])).toEqual(['error CONFIG_INVALID steps.0.rules.0.minLength']);
});

test('a rule that is none fails with a message that names its place', async () => {
  expect(await runSteps({ type: 'inputValidation', rules: [{ field: 'input.a' }, null] })).toMatchObject({
    ok: false,
    error: 'inputValidation: rules.1: Invalid input: expected object, received null',
  });
});
