import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeOf, planWith } from '../../tests/nodes.ts';
import {
  compile,
  type ExecuteOptions,
  type ExecutionEvent,
  execute,
  isExecutionEnd,
  type Plan,
} from '../index.ts';

const gotcha = () => {
  throw new Error('gotcha');
};
const throwing = (key: string) => Object.defineProperty({ plain: 1 }, key, { enumerable: true, get: gotcha });
const proxy = new Proxy({}, { get: gotcha, ownKeys: gotcha, getPrototypeOf: gotcha, has: gotcha });
const cyclic: Record<string, unknown> = {};
cyclic.left = cyclic;
cyclic.right = [cyclic, cyclic];
let deep: unknown = { password: 'hunter22' };
for (let i = 0; i < 100_000; i++) deep = { deep };

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  process.on('unhandledRejection', onUnhandled);
});
afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

/** Runs, and checks what holds for every run: it resolves, its events are in order, every start ends, one end. */
async function survives(plan: Plan, options: ExecuteOptions = {}) {
  const events: ExecutionEvent[] = [];
  const result = await execute(plan, { observer: (event) => events.push(event), ...options });
  JSON.stringify([result, events]);
  if (!options.observer) {
    expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter(isExecutionEnd)).toHaveLength(1);
    expect(isExecutionEnd(events.at(-1)!)).toBe(true);
    const open = new Set<string>();
    for (const event of events) {
      if (event.type === 'step_started') open.add(event.path);
      if (event.type === 'step_completed' || event.type === 'step_failed')
        expect(open.delete(event.path)).toBe(true);
    }
    expect(open.size).toBe(0);
  }
  return result;
}

describe('what a port or a node throws', () => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'Unknown error'],
    ['null', null, 'Unknown error'],
    ['a text', 'no luck', 'no luck'],
    ['an empty text', '', 'Unknown error'],
    ['a number', 7, 'Unknown error'],
    ['a symbol', Symbol('x'), 'Unknown error'],
    ['an object with a message', { message: 'no luck' }, 'no luck'],
    ['an object whose message is none', { message: { a: 1 } }, 'Unknown error'],
    ['a getter', throwing('message'), 'Unknown error'],
    ['a proxy', proxy, 'Unknown error'],
    ['an error without a message', new TypeError(''), 'TypeError'],
    ['an error whose message is a symbol', Object.assign(new Error('x'), { message: Symbol('x') }), 'Error'],
  ])('%s', async (_name, thrown, message) => {
    const now = nodeOf('now', () => {
      throw thrown;
    });
    const later = nodeOf('later', async () => {
      throw thrown;
    });
    for (const type of ['now', 'later']) {
      const result = await survives(planWith([{ type }], [], [now, later]));
      expect(result).toMatchObject({ ok: false, failedStep: 0, error: message, errorCode: 'STEP_FAILED' });
    }
  });
});

describe('what a node gives', () => {
  test.each<[string, () => unknown, string | null]>([
    ['itself inside itself', () => cyclic, 'LIMIT_OUTPUT_SIZE'],
    ['100,000 levels', () => deep, 'LIMIT_DEPTH'],
    ['a huge list', () => new Array(1_000_000_000), 'LIMIT_OUTPUT_SIZE'],
    ['a getter that throws', () => throwing('x'), 'STEP_FAILED'],
    ['a proxy that throws', () => proxy, 'STEP_FAILED'],
    ['a then that throws', () => throwing('then'), 'STEP_FAILED'],
    [
      'a thenable that rejects',
      () =>
        Object.defineProperty({}, 'then', {
          value: (_: unknown, reject: (reason: unknown) => void) => reject(undefined),
        }),
      'STEP_FAILED',
    ],
    ['own __proto__', () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown, null],
    ['a function', () => () => 1, null],
    ['nothing', () => undefined, null],
  ])('%s', async (_name, make, code) => {
    const gives = nodeOf('gives', make);
    const result = await survives(
      planWith([{ type: 'gives' }, { type: 'give', value: '{{ gives.polluted }}' }], [], [gives]),
    );
    expect(result.errorCode ?? null).toBe(code);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['cyclic', cyclic],
    ['deep', deep],
    ['a getter', throwing('x')],
    ['a proxy', proxy],
  ])('as its log: %s', async (_name, value) => {
    const logs = nodeOf('logs', (context) => {
      context.logInput = value;
      context.logOutput = { value };
    });
    const result = await survives(planWith([{ type: 'logs' }], [], [logs]));
    expect(result.ok).toBe(true);
    expect(JSON.stringify(result)).not.toContain('hunter22');
  });

  test('an answer that is none', async () => {
    const answers = nodeOf('answers', () => undefined, { role: 'answer', outputs: null });
    expect(await survives(planWith([{ type: 'answers' }], [], [answers]))).toMatchObject({
      ok: false,
      failedStep: 0,
    });
  });
});

describe('what a caller sends', () => {
  const plan = compile({
    steps: [
      { type: 'input', variables: [{ name: 'a' }] },
      { type: 'response', body: '{{ input }}' },
    ],
  });
  test.each<[string, unknown, string | undefined]>([
    [
      'own __proto__ keys',
      JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
      undefined,
    ],
    ['100,000 levels', deep, 'LIMIT_DEPTH'],
    ['itself inside itself', cyclic, 'LIMIT_OUTPUT_SIZE'],
    ['a getter that throws', throwing('x'), 'STEP_FAILED'],
    ['a proxy that throws', proxy, 'STEP_FAILED'],
    ['a huge text', { text: 'x'.repeat(10_000_000) }, 'LIMIT_OUTPUT_SIZE'],
  ])('%s', async (_name, input, code) => {
    expect((await survives(plan, { input })).errorCode).toBe(code);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a header of any name', async () => {
    const headers = JSON.parse('{"__proto__":"x","CONSTRUCTOR":"y"}') as Record<string, unknown>;
    expect(await survives(plan, { headers })).toMatchObject({ ok: true });
  });
});

describe('whoever listens', () => {
  const plan = compile({ steps: [{ type: 'response', body: 1 }] });
  test.each<[string, () => unknown]>([
    ['throws', gotcha],
    [
      'throws undefined',
      () => {
        throw undefined;
      },
    ],
    ['rejects', () => Promise.reject(new Error('gotcha'))],
  ])('%s', async (_name, callback) => {
    expect(await survives(plan, { observer: callback as () => void })).toMatchObject({ ok: true });
    expect((await survives(plan, { onAnswer: callback as () => void })).ok).toBe(_name === 'rejects');
  });
});

describe('the surroundings', () => {
  const plan = planWith([{ type: 'give' }, { type: 'give' }]);
  const runtime = {
    step: <T>(_: string, run: () => T) => run(),
    sleep: async () => {},
    now: () => 0,
    uuid: () => 'id',
  };
  test.each<[string, ExecuteOptions]>([
    ['a clock that throws', { runtime: { ...runtime, now: gotcha } }],
    ['a clock that throws, as a port', { ports: { clock: { now: gotcha, sleep: async () => {} } } }],
    ['a runtime whose steps throw', { runtime: { ...runtime, step: gotcha } }],
    ['a signal that is none', { signal: {} as AbortSignal }],
    ['headers with a getter', { headers: throwing('x') }],
    ['limits with a getter', { limits: throwing('maxSteps') as never }],
  ])('%s', async (_name, options) => {
    const result = await survives(plan, options);
    expect(result.ok).toBe(false);
    expect(result.error).not.toBe('');
  });

  test('options with a getter', async () => {
    expect(await execute(plan, throwing('runtime') as ExecuteOptions)).toMatchObject({
      ok: false,
      error: 'gotcha',
    });
  });

  test('a runtime without ids', async () => {
    expect(await survives(plan, { runtime: { ...runtime, uuid: gotcha } })).toMatchObject({ ok: true });
  });

  test('a clock that tells no time leaves no gap', async () => {
    const result = await survives(plan, { runtime: { ...runtime, now: () => Number.NaN } });
    expect(result.ok).toBe(true);
  });
});
