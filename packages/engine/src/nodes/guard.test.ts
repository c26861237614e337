import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import type { Answer } from '../events.ts';
import { type ExecuteOptions, execute } from '../run/execute.ts';
import { directRuntime } from '../runtime.ts';
import { memoryDatabase } from '../testing/memory-database.ts';
import { COMPARISONS, holds } from './guard-comparison.ts';

const id = { toHexString: () => 'a'.repeat(24), toString: () => 'a'.repeat(24) };
/** As a database has numbers of its own: an instance with a text. */
class Decimal {
  constructor(private readonly text: string) {}
  toString() {
    return this.text;
  }
}
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const run = async (config: Record<string, unknown>, input: unknown = {}, options: ExecuteOptions = {}) => {
  let answer: Answer | undefined;
  const plan = compile({
    steps: [
      { id: 'guard', type: 'guard', ...config },
      { id: 'respond', type: 'response', body: 'through' },
    ],
  });
  const result = await execute(plan, {
    ...options,
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
    // Both sides lost: nobody may get through by sending nothing.
    [undefined, 'equal', undefined, false],
    [undefined, 'different', undefined, false],
    [null, 'equal', undefined, false],
    [null, 'equal', null, false],
    [null, 'different', undefined, false],
    [undefined, 'oneOf', undefined, false],
    [null, 'oneOf', [null], false],
    ['', 'oneOf', '', false],
    ['', 'oneOf', 'a,,b', false],
    [undefined, 'different', 'blocked', true],
    [{ a: null }, 'equal', { a: null }, true],
    // A number is no date, and what only begins like a date is none.
    [5, 'less', new Date('2026-01-01'), false],
    ['2026', 'less', '2026-11-23', false],
    ['2026-11-24 or so', 'greater', '2026-11-01', false],
    ['2026-11-24T10:00', 'equal', '2026-11-24T10:00', true],
    ['2026-11-24T10:00', 'greater', '2026-11-24T09:59:59Z', true],
    ['2026-11-24T10:00', 'less', '2026-11-24T10:00:01Z', true],
    ['2026-11-24T10:00:00+02:00', 'less', '2026-11-24T09:00:00Z', true],
    [new Decimal('5.10'), 'equal', '5.10', true],
    [new Decimal('5.10'), 'equal', 5.1, true],
    [new Decimal('6'), 'greater', 5, true],
    [new Decimal('b'), 'oneOf', 'a,b', true],
    [nested(40), 'equal', nested(40), false],
    [nested(40), 'different', nested(40), false],
    [nested(40), 'different', { other: 1 }, true],
  ])('%j %s %j: %s', (value, is, other, expected) => {
    expect(holds(value, is, other)).toBe(expected);
  });

  test('gives an answer for everything, and opposite ones for opposites', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.constantFrom(...COMPARISONS), (a, b, is) => {
        expect(typeof holds(a, is, b)).toBe('boolean');
        expect(holds(a, 'present', b)).toBe(!holds(a, 'absent', b));
        expect(holds(a, 'equal', b) && holds(a, 'different', b)).toBe(false);
        expect(holds(a, 'greater', b) && holds(a, 'less', b)).toBe(false);
        expect(holds(a, 'equal', b)).toBe(holds(b, 'equal', a));
        expect(holds(a, 'oneOf', [b])).toBe(holds(a, 'equal', b));
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

  test.each([
    ['{{ existing }}', 'present'],
    ['{{ existing.email }}', 'present'],
    ['{{ email }}', 'present'],
    ['{{ existing }}', 'equal'],
  ])('takes what no step has set for absent: %s %s', async (value, is) => {
    const { answer } = await run({ value, is, to: '{{ other.thing }}' }, { e: 1 });
    expect(answer?.statusCode).toBe(400);
    expect((await run({ value, is: 'absent' })).answer?.body).toBe('through');
  });

  test.each(['equal', 'oneOf'])('%s: the name of what no step has set opens nothing', async (is) => {
    for (const to of ['{{ stored.secret }}', ['{{ stored.secret }}']]) {
      const sent = { secret: '{{ stored.secret }}' };
      const { answer } = await run({ value: '{{ input.secret }}', is, to }, sent);
      expect(answer?.statusCode).toBe(400);
    }
  });

  test.each([
    [{ is: 'absent' }, 'guard: value is required'],
    [{ is: 'absent', value: '' }, 'guard: value is required'],
    [{ is: 'different', value: 'a', to: '' }, 'guard: "different" needs something to compare with'],
  ])('a draft of one lets nobody through: %j', async (config, error) => {
    const { result, plan } = await run(config);
    expect(plan.diagnostics).toMatchObject([{ code: 'CONFIG_INCOMPLETE', severity: 'warning' }]);
    expect(result).toMatchObject({ ok: false, error, errorCode: 'STEP_MISCONFIGURED' });
  });

  test.each<(value: unknown) => unknown>([
    (value) => value,
    (value) => (value === undefined ? null : JSON.parse(JSON.stringify(value))),
  ])('works with a runtime that keeps what steps gave in a journal: %s', async (journal) => {
    const runtime = {
      ...directRuntime(),
      step: async <T>(_key: string, step: () => T | Promise<T>) => journal(await step()) as T,
    };
    expect((await run({ value: 'x' }, {}, { runtime })).answer?.body).toBe('through');
    expect((await run({ value: '{{ input.a }}' }, {}, { runtime })).answer?.statusCode).toBe(400);
  });

  test('ends a run that has edges and one that has lost them in the same way', async () => {
    const steps = [
      { id: 'a', type: 'guard', value: '{{ input.a }}', statusCode: 422 },
      { id: 'b', type: 'dbInsert', collection: 'c', data: { a: 1 } },
      { id: 'c', type: 'response', body: 'through' },
    ];
    const edges = [
      { source: 'a', target: 'b' },
      { source: 'b', target: 'c' },
    ];
    for (const definition of [{ steps }, { steps, edges }]) {
      const database = memoryDatabase();
      const result = await execute(compile(definition), { input: {}, ports: { database } });
      expect(result).toMatchObject({ ok: true, stepsExecuted: 1, response: { statusCode: 422 } });
      expect(await database.find('c', { filter: {} })).toEqual([]);
    }
  });

  test('fails with a status that is none', async () => {
    const { result } = await run({ value: 'x', statusCode: '{{ input.code }}' }, { code: 99 });
    expect(result).toMatchObject({ ok: false, errorCode: 'STEP_MISCONFIGURED' });
  });

  test('does not make the steps behind it unreachable, as an answer does', async () => {
    expect((await run({ value: '{{ input.a }}' })).plan.diagnostics).toEqual([]);
    const answered = compile({
      steps: [
        { type: 'response', body: 1 },
        { type: 'guard', value: '{{ input.a }}' },
      ],
    });
    expect(answered.diagnostics).toMatchObject([{ code: 'STEP_UNREACHABLE', path: 'steps.1' }]);
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
