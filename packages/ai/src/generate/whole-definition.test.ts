import { compile } from '@orchestrix/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeDefinition } from './whole-definition.ts';

const respond = { type: 'response', body: {} };
const whole = (definition: unknown) => wholeDefinition(compile(definition));

describe('wholeDefinition', () => {
  it('draws the order of a list as edges', () => {
    const { steps, edges } = whole({
      steps: [{ type: 'input' }, { id: 'b', type: 'delay', seconds: 1 }, respond],
    });
    expect(steps.map(({ id }) => id)).toHaveLength(3);
    expect(edges.map(({ source, target }) => [source, target])).toEqual([
      [steps[0]!.id, 'b'],
      ['b', steps[2]!.id],
    ]);
  });

  it('keeps edges that are there, and names those without an id', () => {
    const steps = [
      { id: 'a', type: 'delay', seconds: 1 },
      { id: 'b', type: 'delay', seconds: 1 },
      { id: 'c', ...respond },
    ];
    const edges = [
      { id: 'a-b', source: 'a', target: 'c' },
      { source: 'a', target: 'b' },
      { source: 'a', target: 'b', when: 'error' },
    ];
    expect(whole({ steps, edges }).edges).toEqual([
      { id: 'a-b', source: 'a', target: 'c' },
      { id: 'a-b-2', source: 'a', target: 'b' },
      { id: 'a-b-error', source: 'a', target: 'b', when: 'error' },
    ]);
  });

  it('takes the inputs of the input step where the definition names none', () => {
    const variables = [{ name: 'email', type: 'email', required: true }];
    expect(whole({ steps: [{ type: 'input', variables }] }).inputVariables).toEqual(variables);
    expect(whole({ steps: [{ type: 'input' }], inputVariables: [{ name: 'x' }] }).inputVariables).toEqual([
      { name: 'x' },
    ]);
  });

  it('compiles again to the same order, with unique ids', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const edge = fc.record({ id: fc.option(id, { nil: undefined }), source: id, target: id });
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), fc.array(edge), (ids, edges) => {
        const steps = ids.map((one) => ({ id: one, type: 'delay', seconds: 1 }));
        const plan = compile({ steps, edges });
        fc.pre(plan.ok);
        const made = wholeDefinition(plan);
        expect(new Set(made.edges.map((one) => one.id)).size).toBe(made.edges.length);
        const again = compile(made);
        expect(again.ok).toBe(true);
        expect(again.steps.map((step) => step.id)).toEqual(plan.steps.map((step) => step.id));
      }),
      { numRuns: 200 },
    );
  });
});
