import { builtinRegistry, REDACTED, type WorkflowDefinition } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { operationsIn, readOperations } from './read-operations.ts';
import { readTypes } from './type-facts.ts';

const definition: WorkflowDefinition = {
  steps: [
    { id: 'in', type: 'input', variables: [{ name: 'email' }] },
    { id: 'mail', type: 'emailSend', to: 'a@b.c', subject: 's', body: 'b' },
    { id: 'log', type: 'userLogin', email: 'x', password: 'lit3ral' },
    { id: 'end', type: 'response', body: { ok: true } },
  ],
};
const read = (...list: unknown[]) =>
  readOperations(list, { definition, registry: builtinRegistry, types: readTypes(builtinRegistry) });

describe('where a new step goes', () => {
  const step = { id: 'wait', type: 'delay', seconds: '1' };
  it.each([
    [{ after: null }, null],
    [{ after: ' mail ' }, 'mail'],
    [{ before: 'mail' }, 'in'],
    [{ before: 'in' }, null],
    [{}, 'log'],
  ])('%j', (place, after) => {
    const added = { op: 'add', step: { id: 'wait', type: 'delay', seconds: 1 }, after, when: null };
    expect(read({ op: 'add', step, ...place })).toEqual([added]);
    expect(read({ op: 'insert', ...step, ...place })).toEqual([added]);
  });

  it('gives it an id when it has none', () => {
    expect(read({ op: 'add', step: { type: 'Delay', seconds: 1 }, after: 'in' })).toMatchObject([
      { step: { id: 'delay_1', type: 'delay' } },
    ]);
  });
});

describe('fields', () => {
  it.each<[object, object]>([
    [
      { op: 'set', id: 'mail', field: 'html', value: 'x' },
      { op: 'set', id: 'mail', field: 'body', value: 'x' },
    ],
    [
      { op: 'set', id: 'mail', field: 'config.to', value: 7 },
      { op: 'set', id: 'mail', field: 'to', value: '7' },
    ],
    [
      { op: 'update', id: 'mail', fields: { to: 'x' } },
      { op: 'set', id: 'mail', field: 'to', value: 'x' },
    ],
    [
      { op: 'replace', path: '/steps/mail/to', value: 'x' },
      { op: 'set', id: 'mail', field: 'to', value: 'x' },
    ],
    [
      { op: 'add', path: '/steps/1/to', value: 'x' },
      { op: 'set', id: 'mail', field: 'to', value: 'x' },
    ],
    [
      { op: 'remove', path: '/steps/1/to' },
      { op: 'unset', id: 'mail', field: 'to' },
    ],
    [
      { op: 'remove', path: '/steps/1' },
      { op: 'remove', id: 'mail' },
    ],
    [
      { op: 'set', id: 'mail', field: 'to', value: null },
      { op: 'unset', id: 'mail', field: 'to' },
    ],
    [
      { op: 'set', id: 'ghost', field: 'outputVar', value: 'x' },
      { op: 'set', id: 'ghost', field: 'output', value: 'x' },
    ],
    [
      { op: 'set', id: 'in', field: 'variables.email.required', value: 'true' },
      { op: 'set', id: 'in', field: 'variables.email.required', value: true },
    ],
  ])('%j', (raw, operation) => {
    expect(read(raw)).toEqual([operation]);
  });

  it('keep the secrets that the model was not shown, where they were', () => {
    expect(
      read(
        { op: 'set', id: 'log', field: 'password', value: REDACTED },
        { op: 'set', id: 'mail', field: 'subject.x', value: { nested: [REDACTED] } },
      ),
    ).toEqual([{ op: 'set', id: 'log', field: 'password', value: 'lit3ral' }]);
  });
});

it('finds operations wherever they are', () => {
  const list = [{ op: 'remove', id: 'a' }];
  for (const value of [
    list,
    { operations: list },
    { patch: list },
    { result: { changes: list } },
    list[0]!,
  ]) {
    expect(operationsIn(value)).toEqual(list);
  }
  for (const value of [{}, [], [1], { steps: [] }]) expect(operationsIn(value)).toBeUndefined();
});
