import { describe, expect, test, vi } from 'vitest';
import { nodeOf, planWith } from '../../tests/nodes.ts';
import { type Answer, compile, type ExecutionEvent, execute, type Plan } from '../index.ts';
import { frozenClock } from '../testing/index.ts';

const give = (id: string, value: unknown = id) => ({ id, type: 'give', value, output: id });
const ran = async (plan: Plan, input?: unknown) => {
  const result = await execute(plan, { input });
  return result.steps
    .filter(({ status }) => status !== 'skipped')
    .map(({ stepIndex }) => plan.steps[stepIndex]!.id);
};

describe('the result', () => {
  test('of a run that went well has every log and all variables', async () => {
    const result = await execute(planWith([give('a', 1), { ...give('b', '{{ a }}'), name: 'Second' }]), {
      input: { x: 1 },
    });
    expect(result).toEqual({
      ok: true,
      stepsExecuted: 2,
      steps: [
        {
          stepIndex: 0,
          stepType: 'give',
          stepName: 'give_0',
          status: 'success',
          input: {},
          output: {},
          error: null,
          durationMs: expect.any(Number),
          startedAt: expect.any(Number),
        },
        {
          stepIndex: 1,
          stepType: 'give',
          stepName: 'Second',
          status: 'success',
          input: {},
          output: {},
          error: null,
          durationMs: expect.any(Number),
          startedAt: expect.any(Number),
        },
      ],
      output: { input: { x: 1 }, a: 1, b: 1 },
      totalDurationMs: expect.any(Number),
    });
  });

  test('of a run that failed has the logs up to the failed step', async () => {
    const result = await execute(planWith([give('a'), { type: 'fail', value: 'no luck' }, give('b')]));
    expect(result).toMatchObject({
      ok: false,
      failedStep: 1,
      failedStepName: 'fail_1',
      error: 'no luck',
      errorDetails: null,
      errorCode: 'STEP_FAILED',
      stepsExecuted: 2,
    });
    expect(result.steps.map(({ status }) => status)).toEqual(['success', 'failed']);
    expect(result.steps[1]).toMatchObject({ error: { message: 'no luck', details: null }, output: {} });
    expect(result.output).toBeUndefined();
  });

  test('of a plan that cannot start', async () => {
    const cyclic = planWith(
      [give('a'), give('b')],
      [
        { source: 'a', target: 'b' },
        { source: 'b', target: 'a' },
      ],
    );
    expect(await execute(cyclic)).toMatchObject({
      ok: false,
      failedStep: -1,
      failedStepName: 'compile',
      errorCode: 'DEFINITION_INVALID',
      steps: [],
    });
    expect(await execute(compile('nonsense'))).toMatchObject({
      ok: false,
      failedStep: -1,
      errorCode: 'DEFINITION_INVALID',
    });
    expect(await execute(compile({ steps: [] }))).toMatchObject({
      ok: true,
      stepsExecuted: 0,
      output: { input: {} },
    });
  });
});

describe('the input', () => {
  const plan = planWith([give('a', '{{ name }}')]);
  test.each([
    [{ name: 'Ann' }, { input: { name: 'Ann' }, a: 'Ann' }],
    [{ input: { name: 'Ann' } }, { input: { name: 'Ann' }, a: 'Ann' }],
    [
      { input: { name: 'Ann' }, more: 1 },
      { input: { input: { name: 'Ann' }, more: 1 }, a: '{{ name }}' },
    ],
    [{ input: 'text' }, { input: { input: 'text' }, a: '{{ name }}' }],
    [null, { input: {}, a: '{{ name }}' }],
    [undefined, { input: {}, a: '{{ name }}' }],
  ])('%j', async (input, output) => {
    expect((await execute(plan, { input })).output).toEqual(output);
  });

  test('is not unwrapped when the workflow declares an input of that name', async () => {
    for (const definition of [
      { steps: [{ type: 'input', variables: [{ name: 'input' }] }] },
      { steps: [], inputVariables: [{ name: 'input' }] },
    ]) {
      expect((await execute(compile(definition), { input: { input: { a: 1 } } })).output).toEqual({
        input: { input: { a: 1 } },
      });
    }
  });

  test.each([[[1]], ['text'], [7], [new Date()]])('%j is refused', async (input) => {
    expect(await execute(plan, { input })).toMatchObject({
      ok: false,
      failedStep: -1,
      failedStepName: 'input',
      errorCode: 'VALIDATION_FAILED',
      errorDetails: { input: ['Expected object'] },
    });
  });

  test('headers are read by lower-case name', async () => {
    const shows = nodeOf('shows', ({ headers }) => headers['x-name']);
    const result = await execute(planWith([{ type: 'shows' }], [], [shows]), {
      headers: { 'X-Name': 'Ann' },
    });
    expect(result.output).toMatchObject({ shows: 'Ann' });
  });
});

describe('edges', () => {
  const ifElse = (value: unknown) =>
    planWith(
      [{ id: 'if', type: 'when', value }, give('yes'), give('no'), give('after'), give('onlyAfterNo')],
      [
        { source: 'if', target: 'yes', when: 'true' },
        { source: 'if', target: 'no', when: 'false' },
        { source: 'yes', target: 'after' },
        { source: 'no', target: 'after' },
        { source: 'no', target: 'onlyAfterNo' },
      ],
    );

  test('of a condition: the branch that holds, and what follows either', async () => {
    expect(await ran(ifElse('input.x'), { x: true })).toEqual(['if', 'yes', 'after']);
    expect(await ran(ifElse('input.x'), { x: 0 })).toEqual(['if', 'no', 'after', 'onlyAfterNo']);
  });

  test('skipped steps are in the logs and set no variable', async () => {
    const result = await execute(ifElse(true));
    expect(result.steps.map(({ status }) => status)).toEqual([
      'success',
      'success',
      'skipped',
      'success',
      'skipped',
    ]);
    expect(result.stepsExecuted).toBe(3);
    expect(Object.keys(result.output as object)).toEqual(['input', 'yes', 'after']);
  });

  test('a step with edges none of which is taken is skipped, and so is what hangs on it alone', async () => {
    const plan = planWith(
      [give('a'), give('handler'), give('behind'), give('free')],
      [
        { source: 'a', target: 'handler', when: 'error' },
        { source: 'handler', target: 'behind' },
      ],
    );
    expect(await ran(plan)).toEqual(['a', 'free']);
  });

  test('an error edge catches the failure of its source', async () => {
    const plan = planWith(
      [{ id: 'bad', type: 'failLater' }, give('then'), give('handler'), give('both')],
      [
        { source: 'bad', target: 'then' },
        { source: 'bad', target: 'handler', when: 'error' },
        { source: 'then', target: 'both' },
        { source: 'handler', target: 'both' },
      ],
    );
    const result = await execute(plan);
    expect(result.ok).toBe(true);
    expect(await ran(plan)).toEqual(['bad', 'handler', 'both']);
    expect(result.steps[0]).toMatchObject({ status: 'failed', error: { message: 'failed' } });
  });

  test('order: edges before the list, ties by the list', async () => {
    expect(await ran(planWith([give('c'), give('a'), give('b')], [{ source: 'b', target: 'c' }]))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('an answer', () => {
  const plan = compile({
    steps: [{ type: 'response', statusCode: 201, body: { token: '{{ input.t }}' } }, { type: 'teleport' }],
  });

  test('ends the run; its caller gets it as it is, the result is redacted', async () => {
    const answers: Answer[] = [];
    const result = await execute(plan, {
      input: { t: 'secret-token' },
      onAnswer: (answer) => answers.push(answer),
    });
    expect(answers).toEqual([{ statusCode: 201, headers: {}, body: { token: 'secret-token' } }]);
    expect(result).toMatchObject({
      ok: true,
      stepsExecuted: 1,
      response: { statusCode: 201, body: { token: '[redacted]' } },
    });
  });

  test("shows nobody's password hash", async () => {
    const hash = `$2b$10$${'a'.repeat(53)}`;
    const answers: Answer[] = [];
    const plan = compile({ steps: [{ type: 'response', body: { user: '{{ input.user }}' } }] });
    await execute(plan, {
      input: { user: { name: 'Ann', password: hash } },
      onAnswer: (one) => answers.push(one),
    });
    expect(answers[0]?.body).toEqual({ user: { name: 'Ann', password: '[redacted]' } });
  });

  test('that cannot be delivered fails the step', async () => {
    const result = await execute(plan, {
      onAnswer: () => {
        throw new Error('socket closed');
      },
    });
    expect(result).toMatchObject({ ok: false, failedStep: 0, error: 'socket closed' });
    expect(result.response).toBeUndefined();
  });
});

describe('synchronous steps', () => {
  test('cost no microtask', async () => {
    const order: string[] = [];
    const note = nodeOf('note', (_context, value) => order.push(String(value)));
    const plan = planWith(
      [1, 2, 3].map((value) => ({ type: 'note', value })),
      [],
      [note],
    );
    queueMicrotask(() => order.push('microtask'));
    const done = execute(plan).then(() => order.push('done'));
    order.push('returned');
    await done;
    expect(order).toEqual(['1', '2', '3', 'returned', 'microtask', 'done']);
  });

  test('behind an asynchronous one run in one go', async () => {
    const order: string[] = [];
    const note = nodeOf('note', (_context, value) => {
      if (value === 'first') queueMicrotask(() => order.push('microtask'));
      order.push(String(value));
    });
    const steps = [
      { type: 'giveLater' },
      ...['first', 'second', 'third'].map((value) => ({ type: 'note', value })),
    ];
    // On a busy machine the run would let others in, by the time that has passed.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    await execute(planWith(steps, [], [note]));
    clock.mockRestore();
    expect(order).toEqual(['first', 'second', 'third', 'microtask']);
  });

  test('a hundred thousand of them', async () => {
    const result = await execute(
      planWith(Array.from({ length: 100_000 }, () => ({ type: 'give', value: 1 }))),
    );
    expect(result).toMatchObject({ ok: true, stepsExecuted: 100_000 });
  });
});

describe('one plan, many runs', () => {
  test('at once, without seeing each other', async () => {
    const plan = planWith([
      { type: 'giveLater', value: '{{ input.n }}', output: 'n' },
      { type: 'giveLater', value: 'run {{ n }}', output: 'text' },
    ]);
    const results = await Promise.all(Array.from({ length: 200 }, (_, n) => execute(plan, { input: { n } })));
    expect(results.map(({ output }) => (output as { text: string }).text)).toEqual(
      Array.from({ length: 200 }, (_, n) => `run ${n}`),
    );
  });

  test('a failure of one leaves no trace in the next', async () => {
    const plan = compile({ steps: [{ type: 'teleport' }] });
    const first = await execute(plan);
    expect(await execute(plan)).toMatchObject({ ok: first.ok, error: first.error, errorDetails: null });
  });

  test('a port that writes into a document it was given does not change the plan', async () => {
    const plan = compile({
      steps: [
        { type: 'dbInsert', collection: 'c', data: { a: 1 } },
        { type: 'dbFind', collection: 'c', filter: { a: 1 } },
      ],
    });
    const seen: unknown[] = [];
    const database = {
      insertOne: async (_name: string, document: Record<string, unknown>) => {
        seen.push(Object.keys(document));
        document._id = 'written by the driver';
        return document;
      },
      findOne: async (_name: string, query: { filter: Record<string, unknown> }) => {
        seen.push(Object.keys(query.filter));
        query.filter.deleted = false;
        return null;
      },
    };
    for (let i = 0; i < 2; i++) await execute(plan, { ports: { database: database as never } });
    expect(seen).toEqual([['a'], ['a'], ['a'], ['a']]);
  });
});

describe('the surroundings', () => {
  test('time comes from the runtime', async () => {
    const clock = frozenClock(1_000);
    const events: ExecutionEvent[] = [];
    const plan = compile({ steps: [{ type: 'delay', seconds: 60 }] });
    const result = await execute(plan, { ports: { clock }, observer: (event) => events.push(event) });
    expect(clock.waited).toEqual([60_000]);
    expect(result.steps[0]?.startedAt).toBe(1_000);
    expect(events.map(({ at }) => at)).toEqual([1_000, 1_000, 1_000, 61_000, 61_000]);
  });

  test('a runtime that remembers puts back what a step gave before', async () => {
    const journal = new Map<string, unknown>();
    let runs = 0;
    const counts = nodeOf('counts', () => ++runs);
    const plan = planWith([{ id: 'once', type: 'counts', output: 'n' }], [], [counts]);
    const runtime = {
      step: <T>(key: string, run: () => T | Promise<T>) => {
        if (!journal.has(key)) journal.set(key, run());
        return journal.get(key) as T;
      },
      sleep: async () => {},
      now: () => 0,
      uuid: () => 'id',
    };
    await execute(plan, { runtime });
    expect((await execute(plan, { runtime })).output).toMatchObject({ n: 1 });
    expect([...journal.keys()]).toEqual(['once']);
  });
});
