import { describe, expect, test } from 'vitest';
import { nodeOf, planWith } from '../../tests/nodes.ts';
import { execute, type Limits } from '../index.ts';

const run = (steps: Record<string, unknown>[], limits: Partial<Limits>, input?: unknown) =>
  execute(planWith(steps), { limits, input });
const text = { type: 'give', value: 'x'.repeat(1_000) };

describe('limits end a run with their own code', () => {
  test('steps', async () => {
    const result = await run([text, text, text], { maxSteps: 2 });
    expect(result).toMatchObject({
      ok: false,
      failedStep: 2,
      errorCode: 'LIMIT_STEPS',
      errorDetails: { limit: 2 },
      stepsExecuted: 2,
    });
  });

  test('steps, also where an error edge leads on', async () => {
    const steps = ['a', 'b', 'c'].map((id) => ({ ...text, id }));
    const edges = [
      { source: 'a', target: 'b' },
      { source: 'b', target: 'c', when: 'error' },
    ];
    expect(await execute(planWith(steps, edges), { limits: { maxSteps: 1 } })).toMatchObject({
      ok: false,
      errorCode: 'LIMIT_STEPS',
    });
  });

  test("a step's output", async () => {
    expect(await run([text], { maxOutputBytes: 1_999 })).toMatchObject({
      ok: false,
      errorCode: 'LIMIT_OUTPUT_SIZE',
      errorDetails: { limit: 1_999 },
    });
    expect(await run([text], { maxOutputBytes: 2_000 })).toMatchObject({ ok: true });
  });

  test('all variables together; one that is set again counts once', async () => {
    const named = (output: string) => ({ ...text, output });
    expect(await run([named('a'), named('b'), named('c')], { maxVariablesBytes: 5_000 })).toMatchObject({
      ok: false,
      failedStep: 2,
      errorCode: 'LIMIT_VARIABLES_SIZE',
    });
    expect(await run([named('a'), named('a'), named('a')], { maxVariablesBytes: 5_000 })).toMatchObject({
      ok: true,
    });
  });

  test('the input, before anything runs', async () => {
    const result = await run([text], { maxOutputBytes: 2_100 }, { a: 'x'.repeat(2_000) });
    expect(result).toMatchObject({
      ok: false,
      failedStep: -1,
      failedStepName: 'input',
      errorCode: 'LIMIT_OUTPUT_SIZE',
      steps: [],
    });
    expect(result.error).toBe('The input is larger than 2100 bytes');
  });

  test('depth, of the input and of an output', async () => {
    const nested = { a: { b: { c: 1 } } };
    expect(await run([text], { maxDepth: 2 }, nested)).toMatchObject({
      ok: false,
      failedStep: -1,
      errorCode: 'LIMIT_DEPTH',
      errorDetails: { limit: 2 },
    });
    expect(await run([{ type: 'give', value: { x: { y: {} } } }], { maxDepth: 2 })).toMatchObject({
      ok: false,
      failedStep: 0,
      errorCode: 'LIMIT_DEPTH',
    });
    expect(await run([text], { maxDepth: 3 }, nested)).toMatchObject({ ok: true });
  });

  test('an answer', async () => {
    const plan = planWith([{ type: 'response', body: 'x'.repeat(1_000) }]);
    expect(await execute(plan, { limits: { maxOutputBytes: 1_000 } })).toMatchObject({
      ok: false,
      errorCode: 'LIMIT_OUTPUT_SIZE',
    });
  });
});

describe('a limit that is not set', () => {
  test('is the default, also when it is set to undefined', async () => {
    const huge = nodeOf('huge', () => new Array(100_000_000));
    const limits = {
      maxOutputBytes: undefined,
      maxSteps: undefined,
      maxDepth: Number.NaN,
    } as unknown as Partial<Limits>;
    expect(await execute(planWith([{ type: 'huge' }], [], [huge]), { limits })).toMatchObject({
      ok: false,
      errorCode: 'LIMIT_OUTPUT_SIZE',
    });
  });
});
