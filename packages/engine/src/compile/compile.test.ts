import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Diagnostic } from '../diagnostics.ts';
import { defineNode } from '../node.ts';
import { createRegistry } from '../registry.ts';
import { compile } from './compile.ts';

const find = (definition: unknown) => compile(definition).diagnostics;
const step = (config: Record<string, unknown>) => ({ steps: [config] });
const findEmail = { type: 'dbFind', collection: 'users', filter: { email: 'x' } };

describe('every diagnostic says what was got, what was expected, and what to do', () => {
  const reading = { id: 'read', type: 'response', body: '{{ usr.name }}' };
  test.each<[Diagnostic['code'], unknown, Partial<Diagnostic>]>([
    ['DEFINITION_SHAPE', { steps: 'none' }, { path: 'steps', got: 'none', severity: 'error', stepId: null }],
    [
      'STEP_SHAPE',
      { steps: ['x'] },
      { path: 'steps.0', got: 'x', severity: 'error', expected: '{ type, … }' },
    ],
    ['STEP_TYPE_MISSING', step({ id: 'a' }), { path: 'steps.0.type', severity: 'error', stepId: 'a' }],
    [
      'STEP_TYPE_UNKNOWN',
      step({ type: 'dbfind' }),
      { path: 'steps.0.type', got: 'dbfind', suggestion: 'Did you mean "dbFind"?', severity: 'error' },
    ],
    [
      'STEP_ID_DUPLICATE',
      {
        steps: [
          { ...findEmail, id: 'a' },
          { ...findEmail, id: 'a' },
        ],
      },
      { path: 'steps.1.id', got: 'a', suggestion: 'Use "a_2"', severity: 'error', stepId: 'a' },
    ],
    [
      'CONFIG_INVALID',
      step({ type: 'dbFind', colection: 'users' }),
      {
        path: 'steps.0.collection',
        message: 'Collection name must be a string',
        expected: 'string',
        suggestion: '"colection" may be meant as "collection"',
        severity: 'error',
      },
    ],
    [
      'CONFIG_INCOMPLETE',
      step({ type: 'dbFind', collection: '' }),
      { path: 'steps.0.collection', severity: 'warning' },
    ],
    [
      'FIELD_UNKNOWN',
      step({ ...findEmail, limt: 5 }),
      { path: 'steps.0.limt', got: 'limt', suggestion: 'Did you mean "limit"?', severity: 'warning' },
    ],
    [
      'OPERATOR_NOT_ALLOWED',
      step({ type: 'dbFind', collection: 'users', filter: { $or: [{ $where: '1' }] } }),
      { path: 'steps.0.filter.$or.0.$where', got: '$where', severity: 'error' },
    ],
    [
      'OUTPUT_NAME_RESERVED',
      step({ ...findEmail, output: 'input' }),
      { path: 'steps.0.output', got: 'input', suggestion: 'Use "found"', severity: 'error' },
    ],
    [
      'OUTPUT_NAME_UNUSABLE',
      step({ ...findEmail, output: 'a b' }),
      { path: 'steps.0.output', got: 'a b', severity: 'warning' },
    ],
    [
      'REFERENCE_UNKNOWN',
      { steps: [{ ...findEmail, output: 'user' }, reading] },
      {
        path: 'steps.1.body',
        got: 'usr.name',
        suggestion: 'Did you mean "user.name"?',
        severity: 'warning',
        stepId: 'read',
      },
    ],
    [
      'REFERENCE_TOO_EARLY',
      {
        steps: [
          { ...findEmail, filter: { email: '{{ later.email }}' } },
          { ...findEmail, id: 'second', output: 'later' },
        ],
      },
      {
        path: 'steps.0.filter.email',
        got: 'later.email',
        suggestion: 'Move the step "second" before this one',
        severity: 'warning',
      },
    ],
    [
      'INPUT_NOT_DECLARED',
      {
        steps: [
          { type: 'input', variables: [{ name: 'email' }] },
          { ...findEmail, filter: { email: '{{ input.emial }}' } },
        ],
      },
      {
        path: 'steps.1.filter.email',
        got: 'input.emial',
        suggestion: 'Did you mean "input.email"?',
        severity: 'warning',
      },
    ],
    ['EDGE_SHAPE', { ...step(findEmail), edges: ['a'] }, { path: 'edges.0', got: 'a', severity: 'error' }],
    [
      'EDGE_END_UNKNOWN',
      { steps: [{ ...findEmail, id: 'first' }], edges: [{ source: 'frist', target: 'first' }] },
      { path: 'edges.0.source', got: 'frist', suggestion: 'Did you mean "first"?', severity: 'error' },
    ],
    [
      'EDGE_CONDITION_INVALID',
      {
        steps: [
          { ...findEmail, id: 'a' },
          { ...findEmail, id: 'b' },
        ],
        edges: [{ source: 'a', target: 'b', when: 'maybe' }],
      },
      { path: 'edges.0.when', got: 'maybe', severity: 'error' },
    ],
    [
      'GRAPH_CYCLE',
      {
        steps: [
          { ...findEmail, id: 'a' },
          { ...findEmail, id: 'b' },
        ],
        edges: [
          { source: 'a', target: 'b' },
          { source: 'b', target: 'a' },
        ],
      },
      { path: 'edges', severity: 'error', suggestion: expect.stringContaining('Remove the edge') as string },
    ],
    [
      'STEP_UNREACHABLE',
      {
        steps: [
          { id: 'end', type: 'response', body: 1 },
          { ...findEmail, id: 'late' },
        ],
      },
      {
        path: 'steps.1',
        stepId: 'late',
        suggestion: 'Move the step "late" before "end"',
        severity: 'warning',
      },
    ],
    ['LIMIT_STEPS', { steps: new Array(1_000_001) }, { path: 'steps', got: 1_000_001, severity: 'error' }],
  ])('%s', (code, definition, expected) => {
    const all = find(definition);
    const found = all.filter((one) => one.code === code);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
    expect(found[0]?.message).not.toBe('');
    if (code !== 'CONFIG_INCOMPLETE') expect(found[0]?.expected).toBeTruthy();
    // One mistake, one finding.
    expect(all.map((one) => one.code)).toEqual([code]);
  });
});

describe('what is no finding', () => {
  test.each([
    ['a caller value by its short name', { steps: [{ type: 'response', body: '{{ email }}' }] }],
    ['a bare word', { steps: [{ type: 'response', body: { status: 'pending' } }] }],
    ['a version number as a bare text', { steps: [{ type: 'response', body: 'v1.2.3' }] }],
    [
      'declared by the definition',
      { steps: [{ type: 'response', body: '{{ input.a }}' }], inputVariables: [{ name: 'a' }] },
    ],
    [
      'two paths of which one answers',
      {
        steps: [
          { id: 'a', type: 'dbFind', collection: 'c' },
          { id: 'b', type: 'response', body: 1 },
          { id: 'c', type: 'response', body: 2 },
        ],
        edges: [
          { source: 'a', target: 'b', when: 'error' },
          { source: 'a', target: 'c' },
        ],
      },
    ],
    ['edges: null', { ...step(findEmail), edges: null }],
    ['a builder hint', step({ ...findEmail, pass: true, label: 'L', position: { x: 1 } })],
  ])('%s', (_name, definition) => {
    expect(find(definition)).toEqual([]);
  });

  test('fields of a node type whose schema takes any', () => {
    const base = {
      title: 'T',
      category: 'flow',
      summary: 'S',
      outputs: null,
      example: {},
      sideEffects: 'none',
      run: () => 1,
    } as const;
    const registry = createRegistry([
      defineNode({ ...base, type: 'loose', config: z.looseObject({ a: z.string() }) }),
      defineNode({ ...base, type: 'record', config: z.record(z.string(), z.unknown()) }),
    ]);
    expect(
      compile(
        {
          steps: [
            { type: 'loose', a: 'x', b: 1 },
            { type: 'record', c: 1 },
          ],
        },
        registry,
      ).diagnostics,
    ).toEqual([]);
  });
});

describe('a plan', () => {
  test('has steps in the order of execution, with the default names', () => {
    const plan = compile({
      steps: [{ ...findEmail, id: 'b' }, { ...findEmail, id: 'a', name: 'First' }, { type: 'teleport' }],
      edges: [{ source: 'a', target: 'b' }],
    });
    expect(plan.steps.map(({ key, index, name, type }) => [key, index, name, type])).toEqual([
      ['a', 0, 'First', 'dbFind'],
      ['b', 1, 'dbFind_1', 'dbFind'],
      ['step3', 2, 'teleport_2', 'teleport'],
    ]);
    expect(plan.ok).toBe(false);
    expect(plan.fatal).toBeNull();
    expect(plan.steps[2]?.broken?.message).toBe('Unknown step type: "teleport"');
  });

  test('has the same keys in every compilation, and no two of them the same', () => {
    const steps = [{ id: 'step2' }, {}, { id: 'x' }, { id: 'x' }, { id: 'x#3' }].map((one) => ({
      ...findEmail,
      ...one,
    }));
    const keys = compile({ steps }).steps.map(({ key }) => key);
    expect(compile({ steps }).steps.map(({ key }) => key)).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('shares nothing with the definition it was made from', () => {
    const definition = {
      steps: [{ type: 'response', body: { a: { b: 1 } }, headers: { etag: 'x' } }],
      inputVariables: [{ name: 'a' }],
    };
    const plan = compile(definition);
    definition.steps[0]!.body.a.b = 2;
    definition.inputVariables[0]!.name = 'changed';
    expect(plan.definition.steps[0]?.body).toEqual({ a: { b: 1 } });
    expect(plan.definition.inputVariables).toEqual([{ name: 'a' }]);
    const config = plan.steps[0]?.config as { body: { resolve(v: object): unknown } };
    expect(config.body.resolve({})).toEqual({ a: { b: 1 } });
  });

  test('keeps the definition in list order, canonical, with its edges', () => {
    const { definition } = compile({
      steps: [
        { ...findEmail, id: 'b' },
        { id: 'a', type: 'dbFind', collection: 'users', filters: { x: 1 }, outputVar: 'o', pass: 1 },
      ],
      edges: [{ id: 'e', source: 'a', target: 'b', when: null, animated: true }],
    });
    expect(definition.steps.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(definition.steps[1]).toEqual({
      id: 'a',
      type: 'dbFind',
      output: 'o',
      collection: 'users',
      filter: { x: 1 },
    });
    expect(definition.edges).toEqual([{ id: 'e', source: 'a', target: 'b' }]);
    expect(compile(definition).definition).toEqual(definition);
  });
});
