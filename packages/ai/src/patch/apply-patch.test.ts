import { compile, type WorkflowDefinition } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { applyPatch } from './apply-patch.ts';
import type { PatchOperation } from './operations.ts';

const A = { id: 'a', type: 'input', variables: [{ name: 'email' }] };
const B = { id: 'b', type: 'dbFind', collection: 'users', filter: { email: '{{ input.email }}' } };
const C = { id: 'c', type: 'response', body: { ok: true } };
const LIST: WorkflowDefinition = { steps: [A, B, C], edges: [] };
const GRAPH: WorkflowDefinition = {
  steps: [A, B, C],
  edges: [
    { id: 'e1', source: 'a', target: 'b' },
    { id: 'e2', source: 'b', target: 'c' },
  ],
};
const NEW = { id: 'n', type: 'delay', seconds: 1 };

const apply = (definition: WorkflowDefinition, ...list: PatchOperation[]) => {
  const { definition: result, problems } = applyPatch(definition, list);
  return { ...result, problems, ids: result.steps.map(({ id }) => id) };
};
const arrows = ({ edges = [] }: WorkflowDefinition) =>
  edges.map(({ source, target, when }) => `${source}>${target}${when ? `:${when}` : ''}`);

describe('add', () => {
  it.each([
    [null, ['n', 'a', 'b', 'c']],
    ['a', ['a', 'n', 'b', 'c']],
    ['c', ['a', 'b', 'c', 'n']],
  ])('puts a step into a list behind %s', (after, ids) => {
    const result = apply(LIST, { op: 'add', step: NEW, after });
    expect(result).toMatchObject({ ids, edges: [], problems: [] });
    expect(result.steps[ids.indexOf('n')]).toEqual(NEW);
  });

  it.each([
    [null, ['n>a', 'a>b', 'b>c']],
    ['a', ['a>n', 'n>b', 'b>c']],
    ['c', ['a>b', 'b>c', 'c>n']],
  ])('puts a step into a graph behind %s', (after, edges) => {
    expect(arrows(apply(GRAPH, { op: 'add', step: NEW, after }))).toEqual(edges);
  });

  it('makes a graph of a list where a condition is asked for', () => {
    const result = apply(LIST, { op: 'add', step: NEW, after: 'b', when: 'error' });
    expect(arrows(result)).toEqual(['a>b', 'b>c', 'b>n:error']);
    expect(compile(result).ok).toBe(true);
  });

  it('stands on the edge with its condition only', () => {
    const edges = [...GRAPH.edges!, { source: 'b', target: 'x', when: 'error' as const }];
    const graph = { steps: [A, B, C, { ...NEW, id: 'x' }], edges };
    expect(arrows(apply(graph, { op: 'add', step: NEW, after: 'b', when: 'error' }))).toEqual([
      'a>b',
      'b>c',
      'b>n:error',
      'n>x',
    ]);
    expect(arrows(apply(graph, { op: 'add', step: NEW, after: 'b' }))).toEqual([
      'a>b',
      'b>n',
      'n>c',
      'b>x:error',
    ]);
  });

  it('refuses an id twice, an unknown place, and what is no step', () => {
    const { problems, steps } = apply(
      LIST,
      { op: 'add', step: { ...NEW, id: 'b' }, after: 'a' },
      { op: 'add', step: NEW, after: 'z' },
      { op: 'add', step: { id: 'x' } as never, after: null },
      { op: 'add', step: NEW, after: 'a', when: 'maybe' as never },
    );
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'PATCH_STEP_EXISTS operations.0.step.id',
      'PATCH_STEP_UNKNOWN operations.1.after',
      'PATCH_OPERATION_INVALID operations.2.step',
      'PATCH_OPERATION_INVALID operations.3.when',
    ]);
    expect(steps).toEqual(LIST.steps);
  });
});

describe('remove', () => {
  it('joins what stood before to what stood behind', () => {
    expect(apply(LIST, { op: 'remove', id: 'b' })).toMatchObject({ ids: ['a', 'c'], edges: [] });
    expect(apply(GRAPH, { op: 'remove', id: 'b' }).edges).toEqual([{ id: 'e2', source: 'a', target: 'c' }]);
    expect(apply(GRAPH, { op: 'remove', id: 'a' }).edges).toEqual([GRAPH.edges![1]]);
  });

  it('keeps the condition of the edge that led to the step', () => {
    const graph: WorkflowDefinition = {
      steps: [A, B, C, NEW],
      edges: [
        { source: 'a', target: 'c' },
        { source: 'a', target: 'b', when: 'error' },
        { source: 'b', target: 'n' },
      ],
    };
    expect(arrows(apply(graph, { op: 'remove', id: 'b' }))).toEqual(['a>c', 'a>n:error']);
  });

  it('takes with it what only ran when the step failed', () => {
    const graph: WorkflowDefinition = {
      steps: [A, B, C, NEW],
      edges: [...GRAPH.edges!, { source: 'b', target: 'n', when: 'error' }],
    };
    const result = apply(graph, { op: 'remove', id: 'b' });
    expect(result.ids).toEqual(['a', 'c']);
    expect(arrows(result)).toEqual(['a>c']);
  });

  it('names the nearest step when there is none', () => {
    const { problems } = apply(
      { steps: [{ id: 'find_user', type: 'dbFind' }] },
      { op: 'remove', id: 'findUser' },
    );
    expect(problems).toMatchObject([
      {
        code: 'PATCH_STEP_UNKNOWN',
        severity: 'error',
        got: 'findUser',
        suggestion: 'Did you mean "find_user"?',
      },
    ]);
  });
});

describe('set, unset, append', () => {
  it('reaches into objects and lists, and makes what is missing', () => {
    const result = apply(
      LIST,
      { op: 'set', id: 'b', field: 'filter.age.$gt', value: 3 },
      { op: 'append', id: 'b', field: 'sort', value: 'name' },
      { op: 'set', id: 'a', field: 'variables.0.type', value: 'email' },
      { op: 'set', id: 'a', field: 'variables.1', value: { name: 'age' } },
      { op: 'set', id: 'a', field: 'variables.age.required', value: true },
      { op: 'unset', id: 'b', field: 'filter.email' },
      { op: 'unset', id: 'b', field: 'nothing.here' },
      { op: 'set', id: 'c', field: 'headers.etag', value: 'x' },
    );
    expect(result.problems).toEqual([]);
    expect(result.steps).toEqual([
      {
        ...A,
        variables: [
          { name: 'email', type: 'email' },
          { name: 'age', required: true },
        ],
      },
      { ...B, filter: { age: { $gt: 3 } }, sort: ['name'] },
      { ...C, headers: { etag: 'x' } },
    ]);
  });

  it('finds a field with dots in its name', () => {
    const steps = [{ ...B, filter: { 'address.city': 'Oslo' } }];
    const { steps: changed } = apply(
      { steps },
      { op: 'set', id: 'b', field: 'filter.address.city', value: 'Rome' },
    );
    expect(changed[0]!.filter).toEqual({ 'address.city': 'Rome' });
  });

  it.each([
    ['id', 'PATCH_FIELD_INVALID'],
    ['type', 'PATCH_FIELD_INVALID'],
    ['', 'PATCH_FIELD_INVALID'],
    ['filter..x', 'PATCH_FIELD_INVALID'],
    ['collection.name', 'PATCH_FIELD_INVALID'],
    ['__proto__.polluted', 'PATCH_FIELD_INVALID'],
    ['filter.constructor.prototype.polluted', 'PATCH_FIELD_INVALID'],
    ['x'.repeat(600), 'PATCH_FIELD_INVALID'],
  ])('refuses the field %j', (field, code) => {
    const { problems, steps } = apply(LIST, { op: 'set', id: 'b', field, value: 1 });
    expect(problems).toMatchObject([{ code, stepId: 'b' }]);
    expect(steps).toEqual(LIST.steps);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('refuses places beyond the end of a list and lists that are none', () => {
    const { problems } = apply(
      LIST,
      { op: 'set', id: 'a', field: 'variables.7.name', value: 'x' },
      { op: 'append', id: 'b', field: 'filter', value: 1 },
      { op: 'set', id: 'a', field: 'variables.phone.name', value: 'x' },
    );
    expect(problems.map(({ code }) => code)).toEqual(Array(3).fill('PATCH_FIELD_INVALID'));
  });

  it('takes no name that reaches a prototype into a value', () => {
    const value = JSON.parse('{"a":1,"__proto__":{"polluted":1}}');
    const { steps } = apply(LIST, { op: 'set', id: 'b', field: 'filter', value });
    expect(steps[1]!.filter).toEqual({ a: 1 });
    expect(Object.getPrototypeOf(steps[1]!.filter)).toBe(Object.prototype);
  });

  it('goes on after an operation that cannot be done', () => {
    const { problems, steps } = apply(LIST, { op: 'fly' } as never, null as never, {
      op: 'set',
      id: 'b',
      field: 'collection',
      value: 'people',
    });
    expect(problems).toHaveLength(2);
    expect(steps[1]).toMatchObject({ collection: 'people' });
  });
});

describe('move', () => {
  it.each([
    ['c', 'a', ['a', 'c', 'b'], ['a>c', 'c>b']],
    ['c', null, ['c', 'a', 'b'], ['c>a', 'a>b']],
    ['a', 'c', ['b', 'c', 'a'], ['b>c', 'c>a']],
    ['b', 'a', ['a', 'b', 'c'], ['a>b', 'b>c']],
  ])('%s behind %s', (id, after, ids, edges) => {
    expect(apply(LIST, { op: 'move', id, after })).toMatchObject({ ids, edges: [], problems: [] });
    const moved = apply(GRAPH, { op: 'move', id, after });
    expect(moved.ids).toEqual(ids);
    expect(arrows(moved).sort()).toEqual(edges.sort());
  });

  it('takes along what runs when the step fails, and does not move behind that', () => {
    const graph: WorkflowDefinition = {
      steps: [A, B, C, NEW],
      edges: [...GRAPH.edges!, { source: 'b', target: 'n', when: 'error' }],
    };
    expect(arrows(apply(graph, { op: 'move', id: 'b', after: 'c' })).sort()).toEqual([
      'a>c',
      'b>n:error',
      'c>b',
    ]);
    expect(apply(graph, { op: 'move', id: 'b', after: 'n' }).problems).toMatchObject([
      { code: 'PATCH_MOVE_INVALID' },
    ]);
    expect(apply(graph, { op: 'move', id: 'b', after: 'b' }).problems).toMatchObject([
      { code: 'PATCH_MOVE_INVALID' },
    ]);
  });
});

describe('inputVariables', () => {
  const declared = { ...LIST, inputVariables: [{ name: 'email', label: 'E-mail' }, { name: 'extra' }] };

  it('follow the variables of the input step', () => {
    const { inputVariables } = apply(
      declared as WorkflowDefinition,
      { op: 'append', id: 'a', field: 'variables', value: { name: 'age', type: 'number' } },
      { op: 'set', id: 'a', field: 'variables.email.required', value: true },
    );
    expect(inputVariables).toEqual([
      { name: 'email', label: 'E-mail', required: true },
      { name: 'extra' },
      { name: 'age', type: 'number' },
    ]);
    expect(apply(declared, { op: 'unset', id: 'a', field: 'variables.email' }).inputVariables).toEqual([
      { name: 'extra' },
    ]);
  });

  it('stay as they are otherwise', () => {
    expect(apply(declared, { op: 'remove', id: 'c' }).inputVariables).toBe(declared.inputVariables);
    expect(apply(LIST, { op: 'unset', id: 'a', field: 'variables.email' })).not.toHaveProperty(
      'inputVariables',
    );
  });
});
