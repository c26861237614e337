import type { WorkflowDefinition } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { applyPatch } from './apply-patch.ts';
import { diffWorkflows } from './diff-workflows.ts';
import type { PatchOperation } from './operations.ts';

const INPUT = { id: 'in', type: 'input', variables: [{ name: 'email' }] };
const CHECK = { id: 'check', type: 'inputValidation', rules: [{ field: 'email', required: true }] };
const FIND = {
  id: 'find',
  type: 'dbFind',
  collection: 'users',
  filter: { email: '{{ input.email }}' },
  limit: 5,
};
const END = { id: 'end', type: 'response', body: { ok: true } };
const LIST: WorkflowDefinition = { steps: [INPUT, CHECK, FIND, END], edges: [] };

const chain = (definition: WorkflowDefinition) => ({
  ...definition,
  edges: definition.steps
    .slice(1)
    .map(({ id }, index) => ({ source: definition.steps[index]!.id!, target: id! })),
});
const diff = (before: WorkflowDefinition, ...list: PatchOperation[]) =>
  diffWorkflows(before, applyPatch(before, list).definition);
const kinds = (changes: { kind: string; sentence: string }[]) => changes.map(({ kind }) => kind);

describe.each([
  ['a list', LIST],
  ['a graph', chain(LIST)],
])('the differences of %s', (_name, definition) => {
  it('none', () => {
    expect(diffWorkflows(definition, definition)).toEqual([]);
    expect(diffWorkflows(definition, structuredClone(definition))).toEqual([]);
    expect(diffWorkflows(LIST, chain(LIST))).toEqual([]);
  });

  it('a new step', () => {
    const step = { id: 'mail', type: 'emailSend', to: 'x' };
    expect(diff(definition, { op: 'add', step, after: 'find' })).toEqual([
      {
        kind: 'step-added',
        stepId: 'mail',
        after: step,
        sentence: 'There is a new step "mail" (emailSend) after "find".',
      },
    ]);
    expect(diff(definition, { op: 'add', step, after: null })[0]?.sentence).toContain('at the beginning');
  });

  it('a step less', () => {
    expect(diff(definition, { op: 'remove', id: 'find' })).toEqual([
      { kind: 'step-removed', stepId: 'find', before: FIND, sentence: 'The step "find" (dbFind) is gone.' },
    ]);
  });

  it('a step in another place', () => {
    expect(diff(definition, { op: 'move', id: 'check', after: 'find' })).toEqual([
      { kind: 'step-moved', stepId: 'check', sentence: 'The step "check" now runs after "find".' },
    ]);
  });

  it('fields, each by itself', () => {
    const changes = diff(
      definition,
      { op: 'append', id: 'check', field: 'rules', value: { field: 'phone', required: true } },
      { op: 'set', id: 'check', field: 'rules.0.type', value: 'email' },
      { op: 'set', id: 'find', field: 'limit', value: 20 },
      { op: 'unset', id: 'find', field: 'filter.email' },
      { op: 'set', id: 'end', field: 'body.id', value: '{{ found._id }}' },
    );
    expect(changes.map(({ stepId, field }) => `${stepId} ${field}`)).toEqual([
      'check rules.email.type',
      'check rules.phone',
      'find filter.email',
      'find limit',
      'end body.id',
    ]);
    expect(changes.map(({ sentence }) => sentence)).toEqual([
      'The step "check" now has "rules.email.type" set to "email".',
      'The step "check" now also requires "phone".',
      'The step "find" no longer has "filter.email" (it was "{{ input.email }}").',
      'The step "find" has another "limit": 20 instead of 5.',
      'The step "end" now has "body.id" set to "{{ found._id }}".',
    ]);
  });

  it('inputs, told once', () => {
    const listed = { ...definition, inputVariables: [{ name: 'email' }] };
    const changes = diff(
      listed,
      { op: 'append', id: 'in', field: 'variables', value: { name: 'age', required: true } },
      { op: 'set', id: 'in', field: 'variables.email.type', value: 'email' },
    );
    expect(changes.map(({ kind, field, sentence }) => [kind, field, sentence])).toEqual([
      ['input-changed', 'email', 'The input "email" now has the "type" "email".'],
      ['input-added', 'age', 'Callers must now send "age".'],
    ]);
    expect(kinds(diff(listed, { op: 'unset', id: 'in', field: 'variables.0' }))).toEqual(['input-removed']);
  });
});

describe('edges', () => {
  it('are told when steps do not explain them', () => {
    const before = { ...LIST, edges: [...chain(LIST).edges] };
    const after = {
      ...before,
      edges: [...before.edges, { source: 'find', target: 'end', when: 'error' as const }],
    };
    expect(diffWorkflows(before, after)).toEqual([
      {
        kind: 'edge-added',
        after: { source: 'find', target: 'end', when: 'error' },
        sentence: 'After "find" when it fails the run now goes on to "end".',
      },
    ]);
    expect(kinds(diffWorkflows(after, before))).toEqual(['edge-removed']);
  });

  it('with a condition are part of a new step', () => {
    const changes = diff(LIST, {
      op: 'add',
      step: { id: 'oops', type: 'response', body: 1 },
      after: 'find',
      when: 'error',
    });
    expect(changes.map(({ sentence }) => sentence)).toEqual([
      'There is a new step "oops" (response) after "find" when that fails.',
    ]);
  });

  it('do not count by their names', () => {
    const named = { ...LIST, edges: chain(LIST).edges.map((edge, index) => ({ id: `e${index}`, ...edge })) };
    expect(diffWorkflows(named, chain(LIST))).toEqual([]);
  });
});

describe('secrets', () => {
  it('are never shown', () => {
    const before: WorkflowDefinition = {
      steps: [{ id: 'x', type: 'dbInsert', collection: 'u', data: { password: 'old5ecret' } }],
    };
    const after: WorkflowDefinition = {
      steps: [
        { id: 'x', type: 'dbInsert', collection: 'u', data: { password: 'new5ecret', note: 'n' } },
        { id: 'y', type: 'guard', value: '{{ input.password }}', is: 'equal', to: 'eq5ecret' },
        {
          id: 'z',
          type: 'userLogin',
          email: 'a',
          password: 'log5ecret {{ input.x }}',
          headers: { authorization: ['hdr5ecret'] },
        },
      ],
      inputVariables: [{ name: 'password', default: 'def5ecret' }],
    };
    for (const changes of [diffWorkflows(before, after), diffWorkflows(after, before)]) {
      expect(changes.length).toBeGreaterThan(3);
      expect(JSON.stringify(changes)).not.toContain('5ecret');
    }
    expect(diffWorkflows(before, after).find(({ field }) => field === 'data.password')?.sentence).toContain(
      'another "data.password"',
    );
  });

  it('leaves references and rules about secrets readable', () => {
    const step = (minLength: number, password: string): WorkflowDefinition => ({
      steps: [{ id: 'x', type: 't', rules: [{ field: 'password', minLength }], data: { password } }],
    });
    const changes = diffWorkflows(step(6, '{{ input.a }}'), step(8, '{{ input.b }}'));
    expect(changes.map(({ before, after }) => [before, after])).toEqual([
      [6, 8],
      ['{{ input.a }}', '{{ input.b }}'],
    ]);
  });
});
