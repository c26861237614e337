import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import type { Answer } from '../events.ts';
import { execute } from '../run/execute.ts';
import { COMPARISONS, holds } from './guard-comparison.ts';

const id = { toHexString: () => 'a'.repeat(24), toString: () => 'a'.repeat(24) };
const run = async (config: Record<string, unknown>, input: unknown = {}) => {
  let answer: Answer | undefined;
  const plan = compile({
    steps: [
      { id: 'guard', type: 'guard', ...config },
      { id: 'respond', type: 'response', body: 'through' },
    ],
  });
  const result = await execute(plan, {
    input,
    onAnswer: (given) => {
      answer = given;
    },
  });
  return { result, answer, plan };
};

describe('holds', () => {
  test.each<[unknown, (typeof COMPARISONS)[number], unknown, boolean]>([
    ['x', 'present', undefined, true],
    [0, 'present', undefined, true],
    [false, 'present', undefined, true],
    [undefined, 'present', undefined, false],
    [null, 'present', undefined, false],
    ['', 'present', undefined, false],
    [[], 'present', undefined, false],
    [[1], 'present', undefined, true],
    [null, 'absent', undefined, true],
    [{ a: 1 }, 'absent', undefined, false],
    [true, 'true', undefined, true],
    ['true', 'true', undefined, false],
    [1, 'true', undefined, false],
    [false, 'false', undefined, true],
    [undefined, 'false', undefined, false],
    ['5', 'equal', 5, true],
    [5, 'equal', 5.0, true],
    ['', 'equal', 0, false],
    ['a', 'equal', 'A', false],
    [id, 'equal', 'a'.repeat(24), true],
    [{ a: [1, { b: '2' }] }, 'equal', { a: [1, { b: 2 }] }, true],
    [{ a: 1 }, 'equal', { a: 1, b: 1 }, false],
    [null, 'equal', undefined, false],
    ['true', 'equal', true, false],
    ['a', 'different', 'b', true],
    [5, 'different', '5', false],
    [6, 'greater', '5', true],
    ['5', 'greater', 5, false],
    ['x', 'greater', 5, false],
    [4, 'less', 5, true],
    [null, 'less', 5, false],
    ['2026-11-24', 'greater', '2026-11-23T10:00:00Z', true],
    [new Date('2026-01-01'), 'less', '2026-01-02', true],
    ['b', 'oneOf', ['a', 'b'], true],
    ['b', 'oneOf', 'a, b', true],
    [2, 'oneOf', '1,2', true],
    ['c', 'oneOf', ['a', 'b'], false],
  ])('%j %s %j: %s', (value, is, other, expected) => {
    expect(holds(value, is, other)).toBe(expected);
  });

  test('gives an answer for everything, and opposite ones for opposites', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.constantFrom(...COMPARISONS), (a, b, is) => {
        expect(typeof holds(a, is, b)).toBe('boolean');
        expect(holds(a, 'present', b)).toBe(!holds(a, 'absent', b));
        expect(holds(a, 'equal', b)).toBe(!holds(a, 'different', b));
      }),
      { numRuns: 300 },
    );
  });
});

describe('guard', () => {
  test('lets a run go on', async () => {
    const { answer, result } = await run({ value: '{{ input.email }}' }, { email: 'a@example.org' });
    expect(answer?.body).toBe('through');
    expect(result.steps[0]).toMatchObject({ status: 'success', output: { passed: true } });
  });

  test('ends a run with an answer that is no failure', async () => {
    const config = {
      value: '{{ input.user }}',
      is: 'absent',
      statusCode: 409,
      message: '{{ input.user }} is taken',
    };
    const { answer, result } = await run(config, { user: 'ada' });
    expect(answer).toEqual({ statusCode: 409, headers: {}, body: { error: 'ada is taken' } });
    expect(result).toMatchObject({ ok: true, stepsExecuted: 1, response: { statusCode: 409 } });
  });

  test('takes a reference without a value for absent, and answers 400 when nothing else is said', async () => {
    const { answer } = await run({ value: '{{ input.user.name }}' }, { user: {} });
    expect(answer).toMatchObject({ statusCode: 400, body: { error: 'The request cannot be carried out' } });
  });

  test('fails with a status that is none', async () => {
    const { result } = await run({ value: 'x', statusCode: '{{ input.code }}' }, { code: 99 });
    expect(result).toMatchObject({ ok: false, errorCode: 'STEP_MISCONFIGURED' });
  });

  test('does not make the steps behind it unreachable', async () => {
    expect((await run({ value: '{{ input.a }}' })).plan.diagnostics).toEqual([]);
  });

  test.each([
    [{ value: 'x', is: 'bigger' }, 'is'],
    [{ value: 'x', is: 'equal' }, 'to'],
    [{ value: 'x', statusCode: 700 }, 'statusCode'],
  ])('is refused when it cannot work: %j', async (config, field) => {
    const { plan } = await run(config);
    expect(plan.ok).toBe(false);
    expect(plan.diagnostics[0]).toMatchObject({ path: `steps.0.${field}`, code: 'CONFIG_INVALID' });
  });

  test('says when it looks at nothing', async () => {
    const { plan } = await run({});
    expect(plan).toMatchObject({
      ok: true,
      diagnostics: [{ code: 'CONFIG_INCOMPLETE', path: 'steps.0.value' }],
    });
  });
});
