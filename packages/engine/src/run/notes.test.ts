import { describe, expect, test } from 'vitest';
import { nodeOf, planWith } from '../../tests/nodes.ts';
import { compile, type ExecutionEvent, execute, type Plan } from '../index.ts';
import { memoryDatabase } from '../testing/index.ts';
import { preview } from './preview.ts';

async function watch(plan: Plan, input?: unknown) {
  const heard: ExecutionEvent[] = [];
  const result = await execute(plan, {
    input,
    executionId: 'run-1',
    ports: { database: memoryDatabase() },
    observer: (event) => heard.push(event),
  });
  return { heard, result };
}
const find = (filter: unknown) => compile({ steps: [{ type: 'dbFind', collection: 'users', filter }] });

describe('notes', () => {
  test('come between the events of their step, which say what they are about', async () => {
    const { heard } = await watch(find({ name: 'input.name' }), { name: 'Ann' });
    expect(heard.map((one) => (one.type === 'note' ? one.phase : one.type))).toEqual([
      'execution_started',
      'step_started',
      'info',
      'data',
      'info',
      'data',
      'step_completed',
      'execution_completed',
    ]);
    expect(heard[1]).toMatchObject({ message: 'Querying "users" collection' });
    expect(heard[3]).toMatchObject({
      executionId: 'run-1',
      stepIndex: 0,
      stepType: 'dbFind',
      stepName: 'dbFind_0',
      data: { name: 'Ann' },
    });
    expect(heard[6]).toMatchObject({ message: 'Database query completed successfully', value: null });
  });

  test('of a step that fails: what it was about', async () => {
    const { heard } = await watch(find({ name: 'input.ghost' }));
    expect(heard.find(({ type }) => type === 'step_failed')).toMatchObject({
      value: { collection: 'users', findType: 'findOne', filters: { name: 'input.ghost' } },
    });
  });

  test('carry nothing secret, also where it is cut', async () => {
    const secret = `hunter22-${'y'.repeat(50)}`;
    const tells = nodeOf('tells', (context, value) => {
      context.note?.('info', 'Title', `using ${value}`, { text: `${'x'.repeat(1_980)}${value}` });
      return `${'x'.repeat(1_980)}${value}`;
    });
    const { heard } = await watch(planWith([{ type: 'tells', value: 'input.password' }], [], [tells]), {
      password: secret,
    });
    expect(JSON.stringify(heard)).not.toContain('hunter22');
  });

  test('are not made when nobody listens', async () => {
    const asks = nodeOf('asks', ({ note }) => note === undefined);
    const plan = planWith([{ type: 'asks' }], [], [asks]);
    expect((await execute(plan)).output).toMatchObject({ asks: true });
  });

  test('and narrators that fail harm nobody', async () => {
    const fails = () => {
      throw new Error('gotcha');
    };
    const node = {
      ...nodeOf('odd', ({ note }) => note?.('info', 'T', 'm')),
      narrate: { start: fails, done: fails, subject: fails },
    };
    const { heard, result } = await watch(planWith([{ type: 'odd' }], [], [node]));
    expect(result.ok).toBe(true);
    expect(heard.map(({ type }) => type)).toEqual([
      'execution_started',
      'step_started',
      'note',
      'step_completed',
      'execution_completed',
    ]);
  });
});

describe('preview', () => {
  test('shows the beginning of what is large', () => {
    expect(preview('x'.repeat(3_000))).toBe(`${'x'.repeat(2_000)}…`);
    expect(preview(Array.from({ length: 30 }, (_, i) => i))).toEqual([
      ...Array.from({ length: 20 }, (_, i) => i),
      '… and 10 more',
    ]);
    expect(
      Object.keys(preview(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]))) as object),
    ).toHaveLength(100);
    expect(preview({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })).toEqual({
      a: { b: { c: { d: { e: { f: '[…]' } } } } },
    });
  });

  test('leaves what is small as it is', () => {
    const date = new Date();
    expect(preview({ a: [1, null, 'x'], date })).toEqual({ a: [1, null, 'x'], date });
  });
});
