import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planWith } from '../../tests/nodes.ts';
import { type ExecutionEvent, execute, type Plan } from '../index.ts';

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
    expect(
      events.map(({ seq, type, stepIndex, stepId, stepName }) => [seq, type, stepIndex, stepId, stepName]),
    ).toEqual([
      [1, 'step_start', 0, 'a', 'First'],
      [2, 'step_complete', 0, 'a', 'First'],
      [3, 'step_start', 1, 'b', 'giveLater_1'],
      [4, 'step_complete', 1, 'b', 'giveLater_1'],
      [5, 'workflow_complete', undefined, undefined, undefined],
    ]);
    for (const { executionId, totalSteps, timestamp } of events) {
      expect([executionId, totalSteps]).toEqual(['run-1', 2]);
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
    }
    expect(events.at(-1)).toMatchObject({ data: { ok: true, stepsExecuted: 2 } });
    expect(events.at(-1)?.error).toBeUndefined();
  });

  test('of a run that fails', async () => {
    const { events } = await eventsOf(planWith([{ type: 'fail', value: 'no luck' }]));
    expect(events.map(({ type }) => type)).toEqual(['step_start', 'step_error', 'workflow_complete']);
    expect(events[1]).toMatchObject({
      error: 'no luck',
      errorCode: 'STEP_FAILED',
      durationMs: expect.any(Number),
    });
    expect(events[2]).toMatchObject({
      error: 'no luck',
      errorCode: 'STEP_FAILED',
      failedStep: 0,
      data: { ok: false, failedStepName: 'fail_0' },
    });
  });

  test('of a run that cannot start', async () => {
    const { events } = await eventsOf(planWith([{ type: 'give' }]), 'no object');
    expect(events.map(({ type, failedStep }) => [type, failedStep])).toEqual([['workflow_complete', -1]]);
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
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
      let open: number | undefined;
      for (const { type, stepIndex } of events.slice(0, -1)) {
        if (type === 'step_start') {
          expect(open).toBeUndefined();
          open = stepIndex;
        } else {
          expect(stepIndex).toBe(open);
          open = undefined;
        }
      }
      expect(open).toBeUndefined();
      expect(events.filter(({ type }) => type === 'workflow_complete')).toEqual([events.at(-1)]);
      expect(events.at(-1)?.error === undefined).toBe(result.ok);
      const started = events.filter(({ type }) => type === 'step_start').length;
      expect(result.steps.filter(({ status }) => status !== 'skipped')).toHaveLength(started);
      expect(JSON.stringify([events, result])).not.toContain('hunter22');
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
