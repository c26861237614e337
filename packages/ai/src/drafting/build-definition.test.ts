import { builtinRegistry, compile, type EdgeCondition } from '@orchestrix/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDefinition } from './build-definition.ts';
import type { PlannedStep, WorkflowPlan } from './plan.ts';
import { readTypes } from './type-facts.ts';

const types = readTypes(builtinRegistry);
const step = (id: string, more: Partial<PlannedStep> = {}): PlannedStep => ({
  id,
  type: 'delay',
  purpose: '',
  output: null,
  after: null,
  when: null,
  config: { seconds: 1 },
  settled: true,
  ...more,
});
const answer = (id: string, more: Partial<PlannedStep> = {}) =>
  step(id, { type: 'response', config: { body: { ok: true } }, ...more });
const build = (steps: PlannedStep[], more: Partial<WorkflowPlan> = {}) =>
  buildDefinition({ title: 't', inputs: [], steps, edges: null, ...more }, new Map(), builtinRegistry, types);
const arrows = (steps: PlannedStep[], more: Partial<WorkflowPlan> = {}) =>
  build(steps, more).edges!.map(({ source, target, when }) => `${source}>${target}${when ? `:${when}` : ''}`);

describe('edges', () => {
  it('are none where each step follows the one before it', () => {
    expect(arrows([step('a'), step('b'), step('c')])).toEqual([]);
    expect(arrows([step('a'), step('b', { after: 'a' }), step('c', { after: 'b' })])).toEqual([]);
  });

  it('follow from "after" and "when"', () => {
    expect(arrows([step('a'), step('b'), step('c', { after: 'a' })])).toEqual(['a>b', 'a>c']);
    expect(arrows([step('a'), answer('oops', { when: 'error' }), step('c')])).toEqual([
      'a>oops:error',
      'a>c',
    ]);
    expect(arrows([step('a'), answer('oops', { after: 'a', when: 'error' }), step('c'), step('d')])).toEqual([
      'a>oops:error',
      'a>c',
      'c>d',
    ]);
  });

  it('forget what cannot be meant: itself, later steps, outcomes of what is no condition', () => {
    const steps = [
      step('a', { after: 'c' }),
      step('b', { after: 'b' }),
      step('c', { after: 'b', when: 'true' }),
    ];
    expect(arrows(steps)).toEqual([]);
  });

  it('that were drawn are kept without doubles and cycles', () => {
    const edges = [
      { source: 'a', target: 'c' },
      { source: 'a', target: 'c' },
      { source: 'c', target: 'b' },
      { source: 'b', target: 'a' },
      { source: 'b', target: 'b' },
    ];
    expect(arrows([step('a'), step('b'), step('c')], { edges })).toEqual(['a>c', 'c>b']);
    expect(arrows([step('a'), step('b')], { edges: [{ source: 'a', target: 'b' }] })).toEqual([]);
  });

  it('never form a cycle, whatever was planned', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'ghost');
    const planned = fc.record({
      after: fc.option(id),
      when: fc.constantFrom<EdgeCondition | null>(null, 'error'),
      type: fc.constantFrom('delay', 'response', 'input'),
    });
    const drawn = fc.option(
      fc.array(fc.record({ source: fc.constantFrom('a', 'b'), target: fc.constantFrom('a', 'b') })),
    );
    fc.assert(
      fc.property(fc.tuple(planned, planned, planned, planned), drawn, (plans, edges) => {
        const steps = plans.map((more, index) =>
          step('abcd'[index]!, { ...more, config: { seconds: 1, body: 1 } }),
        );
        const { diagnostics } = compile(build(steps, { edges }));
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(errors).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('inputs', () => {
  const inputs = [{ name: 'email', type: 'email' }];

  it('are declared by the first step, and in the definition', () => {
    const definition = build([step('input'), answer('end')], { inputs });
    expect(definition.steps[0]).toEqual({ id: 'input_2', type: 'input', variables: inputs });
    expect(definition.inputVariables).toEqual(inputs);
    expect(build([step('a')]).steps).toHaveLength(1);
  });

  it('are declared once', () => {
    const steps = [
      step('in', { type: 'input', config: {} }),
      step('b'),
      step('again', { type: 'input', config: {} }),
      step('c'),
    ];
    expect(build(steps, { inputs })).toMatchObject({
      steps: [{ id: 'in', variables: inputs }, { id: 'b' }, { id: 'c' }],
      edges: [],
    });
  });
});
