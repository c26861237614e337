import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planWith } from '../../tests/nodes.ts';
import {
  type ExecutionEndEvent,
  type ExecutionEvent,
  execute,
  isExecutionEnd,
  type Plan,
  Redactor,
  resultFromEvents,
} from '../index.ts';

async function eventsOf(plan: Plan, input?: unknown) {
  const events: ExecutionEvent[] = [];
  const result = await execute(plan, {
    input,
    executionId: 'run-1',
    observer: (event) => events.push(event),
  });
  return { events, result };
}

describe('events', () => {
  test('of a run that goes well', async () => {
    const { events } = await eventsOf(
      planWith([
        { id: 'a', type: 'give', name: 'First' },
        { id: 'b', type: 'giveLater' },
      ]),
    );
    expect(events.map((event) => [event.position, event.type, 'path' in event && event.path])).toEqual([
      [1, 'execution_started', false],
      [2, 'step_started', 'a'],
      [3, 'step_completed', 'a'],
      [4, 'step_started', 'b'],
      [5, 'step_completed', 'b'],
      [6, 'execution_completed', false],
    ]);
    expect(events[1]).toMatchObject({ stepIndex: 0, stepName: 'First', stepType: 'give', attempt: 1 });
    for (const { executionId, at } of events) {
      expect(executionId).toBe('run-1');
      expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
    }
    expect(events[0]).toMatchObject({ totalSteps: 2 });
    expect(events.at(-1)).toMatchObject({ totalSteps: 2, stepsExecuted: 2, durationMs: expect.any(Number) });
  });

  test('of a run that fails', async () => {
    const { events } = await eventsOf(planWith([{ type: 'fail', value: 'no luck' }]));
    expect(events.map(({ type }) => type)).toEqual([
      'execution_started',
      'step_started',
      'step_failed',
      'execution_failed',
    ]);
    expect(events[2]).toMatchObject({
      error: 'no luck',
      errorCode: 'STEP_FAILED',
      durationMs: expect.any(Number),
    });
    expect(events[3]).toMatchObject({
      error: 'no luck',
      errorCode: 'STEP_FAILED',
      failedStep: 0,
      failedStepName: 'fail_0',
    });
  });

  test('of a run that cannot start', async () => {
    const { events } = await eventsOf(planWith([{ type: 'give' }]), 'no object');
    expect(events.slice(1)).toMatchObject([{ type: 'execution_failed', failedStep: -1 }]);
  });

  test('of a run that is cancelled', async () => {
    const events: ExecutionEvent[] = [];
    const signal = AbortSignal.abort();
    await execute(planWith([{ type: 'give' }]), { signal, observer: (event) => events.push(event) });
    expect(events.at(-1)).toMatchObject({ type: 'execution_cancelled', errorCode: 'CANCELLED' });
  });

  test('name the steps that no edge leads to', async () => {
    const { events } = await eventsOf(
      planWith(
        [
          { id: 'a', type: 'when', value: true },
          { id: 'b', type: 'give' },
          { id: 'c', type: 'give' },
        ],
        [
          { source: 'a', target: 'b', when: 'true' },
          { source: 'a', target: 'c', when: 'false' },
        ],
      ),
    );
    expect(events.filter(({ type }) => type === 'step_skipped')).toMatchObject([{ path: 'c', stepIndex: 2 }]);
  });

  test('never run back in time, whatever the clock does', async () => {
    const times = [5_000, 4_000, Number.NaN, 6_000];
    const clock = { now: () => times.shift() ?? 1_000, sleep: () => Promise.resolve() };
    const events: ExecutionEvent[] = [];
    await execute(planWith([{ type: 'give' }, { type: 'give' }]), {
      ports: { clock },
      observer: (event) => events.push(event),
    });
    const at = events.map((event) => event.at);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  test('carry nothing secret', async () => {
    const { events, result } = await eventsOf(
      planWith([{ type: 'fail', value: '{{ input.password }} is wrong' }]),
      { password: 'hunter22' },
    );
    expect(JSON.stringify([events, result])).not.toContain('hunter22');
    expect(result.error).toBe('[redacted] is wrong');
  });
});

const anyWorkflow = fc.integer({ min: 0, max: 7 }).chain((count) =>
  fc.record({
    steps: fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        fc.record({
          id: fc.constant(`s${i}`),
          type: fc.constantFrom(
            'give',
            'giveLater',
            'fail',
            'failLater',
            'when',
            'response',
            'teleport',
            'delay',
            'dbFind',
          ),
          value: fc.constantFrom(true, 0, '{{ input.password }}', '{{ input }}', 's0', '{{ s1.x }}'),
          body: fc.constant('{{ input }}'),
          seconds: fc.constantFrom(0, 'x'),
          output: fc.constant(`s${i}`),
        }),
      ),
    ),
    edges: fc.array(
      fc.record(
        {
          source: fc.constantFrom('s0', 's1', 's2', 's3'),
          target: fc.constantFrom('s1', 's2', 's3', 's4'),
          when: fc.constantFrom('true', 'false', 'error'),
        },
        { requiredKeys: ['source', 'target'] },
      ),
      { maxLength: 5 },
    ),
  }),
);

test('for all workflows: no gap, every start ends before the next, one end', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorkflow, async ({ steps, edges }) => {
      const { events, result } = await eventsOf(planWith(steps, edges), { password: 'hunter22' });
      expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => i + 1));
      expect(events[0]?.type).toBe('execution_started');
      let open: string | undefined;
      for (const event of events.slice(1, -1)) {
        if (!('path' in event)) throw new Error(`${event.type} stands between the steps`);
        if (event.type === 'step_started' || event.type === 'step_skipped') expect(open).toBeUndefined();
        else expect(event.path).toBe(open!);
        if (event.type === 'step_started') open = event.path;
        else if (event.type !== 'note') open = undefined;
      }
      expect(open).toBeUndefined();
      expect(events.filter(isExecutionEnd)).toEqual([events.at(-1)!] as ExecutionEndEvent[]);
      expect(events.at(-1)?.type === 'execution_completed').toBe(result.ok);
      const count = (type: string) => events.filter((event) => event.type === type).length;
      expect(result.steps.filter(({ status }) => status !== 'skipped')).toHaveLength(count('step_started'));
      expect(result.steps.filter(({ status }) => status === 'skipped')).toHaveLength(count('step_skipped'));
      expect(JSON.stringify([events, result])).not.toContain('hunter22');
      // The result is in the events: it need not be stored beside them.
      const told = resultFromEvents(events)!;
      const timeless = <T extends typeof result>({ steps, ...rest }: T) => ({
        ...rest,
        steps: steps.map(({ startedAt: _, ...step }) => step),
      });
      expect(timeless(told)).toEqual(
        timeless(new Redactor().record(result.ok ? result : { errorDetails: null, ...result })),
      );
    }),
    { numRuns: 300 },
  );
});

test('for all passwords: none is in an event or a result', async () => {
  const password = fc.string({ minLength: 6, maxLength: 24 }).filter((one) => one.trim().length > 5);
  const name = fc.constantFrom('password', 'newPassword', 'api_key', 'token', 'clientSecret');
  const plan = planWith(
    [
      { type: 'give', value: '{{ input }}', output: 'copy' },
      { type: 'give', value: 'all: {{ input }}', output: 'text' },
      { type: 'dbInsert', collection: 'users', data: { note: 'input.nested', all: '{{ input }}' } },
      { type: 'fail', value: 'failed for {{ input }}' },
    ],
    [
      { source: 'step3', target: 'step4', when: 'error' },
      { source: 'step1', target: 'step2' },
      { source: 'step2', target: 'step3' },
    ],
  );
  await fc.assert(
    fc.asyncProperty(password, name, fc.jsonValue({ maxDepth: 2 }), async (secret, key, other) => {
      const input = { nested: [{ deeper: { [key]: secret } }], other };
      const { events, result } = await eventsOf(plan, input);
      // What is there for every caller does not count: the password "nested" is a name, too.
      const { events: without, result: base } = await eventsOf(plan, {
        nested: [{ deeper: { [key]: 'quite another one' } }],
        other,
      });
      const written = JSON.stringify(secret).slice(1, -1);
      if (!JSON.stringify([without, base]).includes(written))
        expect(JSON.stringify([events, result])).not.toContain(written);
    }),
    { numRuns: 200 },
  );
});
