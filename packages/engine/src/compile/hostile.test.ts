import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../node.ts';
import { createRegistry } from '../registry.ts';
import { compile } from './compile.ts';

const step = (config: Record<string, unknown>) => ({ steps: [config] });
const findEmail = { type: 'dbFind', collection: 'users', filter: { email: 'x' } };

describe('large definitions', () => {
  test('100,000 steps in a chain', () => {
    const steps = Array.from({ length: 100_000 }, (_, i) => ({ id: `s${i}`, type: 'delay', seconds: 0 }));
    const edges = steps.slice(1).map(({ id }, i) => ({ source: `s${i}`, target: id }));
    const plan = compile({ steps, edges });
    expect(plan.ok).toBe(true);
    expect(plan.steps).toHaveLength(100_000);
  });

  test('100,000 wrong edges and references are findings and not an overflow', () => {
    const steps = Array.from({ length: 100_000 }, (_, i) => ({
      id: `s${i}`,
      type: 'response',
      body: `{{ ghost${i}.x }}`,
    }));
    const edges = steps.map(({ id }) => ({ source: `${id}x`, target: id }));
    const { diagnostics } = compile({ steps, edges });
    expect(diagnostics.filter(({ code }) => code === 'EDGE_END_UNKNOWN')).toHaveLength(100_000);
    expect(diagnostics.filter(({ code }) => code === 'REFERENCE_UNKNOWN')).toHaveLength(100_000);
  });

  test('a step 100,000 levels deep is a finding', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { deep };
    const plan = compile(step({ type: 'response', body: deep }));
    expect(plan.diagnostics.map(({ code }) => code)).toEqual(['STEP_SHAPE']);
    expect(plan.steps[0]?.broken?.message).toContain('128 levels');
  });
});

describe('hostile definitions', () => {
  const throwing = (key: string) =>
    Object.defineProperty({}, key, {
      enumerable: true,
      get() {
        throw new Error('gotcha');
      },
    });
  const cyclic: Record<string, unknown> = { type: 'response' };
  cyclic.body = { a: cyclic, b: cyclic };

  test.each([
    ['a getter in the definition', throwing('steps')],
    ['a getter in a step', { steps: [throwing('type')] }],
    ['a getter as an id', { steps: [throwing('id')] }],
    ['a getter in the edges', { steps: [findEmail], edges: [throwing('source')] }],
    ['a step that contains itself twice', { steps: [cyclic] }],
    [
      'a proxy',
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('gotcha');
          },
        },
      ),
    ],
    [
      'own __proto__ keys',
      JSON.parse('{"steps":[{"type":"response","__proto__":{"body":1}}],"__proto__":{"edges":1}}') as unknown,
    ],
  ])('%s', (_name, definition) => {
    const plan = compile(definition);
    expect(Array.isArray(plan.diagnostics)).toBe(true);
    expect(({} as Record<string, unknown>).body).toBeUndefined();
  });

  test('a node type that throws where it should not', () => {
    const base = {
      title: 'T',
      category: 'flow',
      summary: 'S',
      outputs: null,
      example: {},
      sideEffects: 'none',
      run: () => 1,
    } as const;
    const fail = () => {
      throw new Error('not my day');
    };
    const registry = createRegistry([
      defineNode({ ...base, type: 'check', config: z.object({}), check: fail }),
      defineNode({ ...base, type: 'schema', config: z.object({ a: z.unknown().transform(fail) }) }),
      defineNode({ ...base, type: 'normalize', config: z.object({}), normalize: fail }),
    ]);
    for (const type of ['check', 'schema', 'normalize']) {
      const plan = compile({ steps: [{ type }] }, registry);
      expect(plan.ok).toBe(false);
      expect(plan.diagnostics[0]?.message).toContain('not my day');
      expect(plan.steps[0]?.broken?.message).toContain('not my day');
    }
  });

  test('for all JSON: compile gives a plan', () => {
    const types = [
      'dbFind',
      'dbInsert',
      'dbUpdate',
      'input',
      'inputValidation',
      'emailSend',
      'response',
      'delay',
      'jwtGenerate',
      'x',
    ];
    const fields = [
      'id',
      'output',
      'collection',
      'filter',
      'data',
      'variables',
      'rules',
      'to',
      'body',
      'statusCode',
      'headers',
      'seconds',
      'payload',
      'name',
    ];
    const anyStep = fc.oneof(
      fc.jsonValue(),
      fc.record({ type: fc.constantFrom(...types) }).chain((base) =>
        fc
          .dictionary(fc.constantFrom(...fields), fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())), {
            maxKeys: 5,
          })
          .map((more) => ({ ...more, ...base })),
      ),
    );
    const definition = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          steps: fc.array(anyStep, { maxLength: 4 }),
          edges: fc.oneof(
            fc.jsonValue(),
            fc.array(
              fc.record({
                source: fc.constantFrom('step1', 'step2', 'x'),
                target: fc.constantFrom('step1', 'step2'),
                when: fc.constantFrom('true', 'error', null, 3),
              }),
              { maxLength: 3 },
            ),
          ),
        },
        { requiredKeys: ['steps'] },
      ),
    );
    fc.assert(
      fc.property(definition, (value) => {
        const plan = compile(value);
        expect(plan.ok).toBe(plan.diagnostics.every(({ severity }) => severity !== 'error'));
        for (const { node, broken } of plan.steps) expect(node === null).toBe(broken !== null);
        JSON.stringify(plan.diagnostics);
      }),
      { numRuns: 500 },
    );
  });
});
