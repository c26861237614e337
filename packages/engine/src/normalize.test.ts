import { describe, expect, test } from 'vitest';
import { normalizeStep } from './normalize.ts';
import { builtinRegistry } from './registry.ts';

const normalize = (step: Record<string, unknown>) => normalizeStep(step, 'made', builtinRegistry);

describe('every spelling of the contract', () => {
  const filter = { email: 'x' };
  test.each(['filter', 'filters', 'where', 'query'])('selection: %s', (spelling) => {
    for (const type of ['dbFind', 'dbUpdate', 'dbDelete']) {
      expect(normalize({ type, [spelling]: filter })).toEqual({ id: 'made', type, filter });
    }
  });

  test.each(['data', 'update', 'updates'])('change: %s', (spelling) => {
    expect(normalize({ type: 'dbUpdate', [spelling]: { a: 1 } })).toEqual({
      id: 'made',
      type: 'dbUpdate',
      data: { a: 1 },
    });
    expect(normalize({ type: 'dbUpdate', [spelling]: { data: { a: 1 } } }).data).toEqual({ a: 1 });
  });

  test.each(['data', 'document', 'doc'])('new document: %s', (spelling) => {
    expect(normalize({ type: 'dbInsert', [spelling]: { a: 1 } })).toEqual({
      id: 'made',
      type: 'dbInsert',
      data: { a: 1 },
    });
    for (const wrapper of ['data', 'document']) {
      const wrapped = { [wrapper]: { a: 1 }, outputVar: 'o', output: 'o', label: 'L', pass: true };
      expect(normalize({ type: 'dbInsert', [spelling]: wrapped }).data).toEqual({ a: 1 });
    }
  });

  test.each([
    [{ data: { variables: [{ name: 'a' }] } }],
    [{ data: { fields: { variables: [{ name: 'a' }] } } }],
    [{ variables: [{ name: 'a' }] }],
  ])('variables: %j', (config) => {
    expect(normalize({ type: 'input', ...config })).toEqual({
      id: 'made',
      type: 'input',
      variables: [{ name: 'a' }],
    });
  });

  test.each([
    [{ rules: [{ field: 'a' }] }],
    [{ data: { rules: [{ field: 'a' }] } }],
    [{ data: { fields: { rules: [{ field: 'a' }] } } }],
  ])('rules: %j', (config) => {
    expect(normalize({ type: 'inputValidation', ...config }).rules).toEqual([{ field: 'a' }]);
  });

  test.each([
    [{ output: 'a', outputVar: 'b' }, 'a'],
    [{ output: '', outputVar: 'b' }, 'b'],
    [{ output: '  ', outputVar: ' b ' }, 'b'],
    [{ output: 7, outputVar: 'b' }, 'b'],
    [{ output: '' }, undefined],
  ])('output name: %j', (config, output) => {
    const step = normalize({ type: 'dbFind', ...config });
    expect(step.output).toBe(output);
    expect(step).not.toHaveProperty('outputVar');
  });
});

describe('the first spelling that is not empty wins', () => {
  test.each([
    [{ filter: {}, filters: { a: 1 } }, { a: 1 }],
    [{ filter: '', where: { a: 1 } }, { a: 1 }],
    [{ filter: null, query: { a: 1 } }, { a: 1 }],
    [{ filters: { a: 1 }, query: { b: 1 } }, { a: 1 }],
    [{ query: { b: 1 }, filter: { a: 1 } }, { a: 1 }],
    [{ filter: {}, filters: {} }, {}],
  ])('%j', (config, expected) => {
    const step = normalize({ type: 'dbDelete', ...config });
    expect(step.filter).toEqual(expected);
    expect(Object.keys(step).sort()).toEqual(['filter', 'id', 'type']);
  });

  test('a wrapper around nothing is empty too', () => {
    expect(normalize({ type: 'dbUpdate', data: { data: {} }, update: { a: 1 } }).data).toEqual({ a: 1 });
    expect(
      normalize({ type: 'dbInsert', data: { data: null, outputVar: 'o' }, document: { a: 1 } }).data,
    ).toEqual({ a: 1 });
    expect(normalize({ type: 'dbInsert', data: { outputVar: 'o' }, doc: { a: 1 } }).data).toEqual({ a: 1 });
  });
});

describe('wrappers', () => {
  test('a document that holds more than markers beside its data is a document', () => {
    expect(normalize({ type: 'dbInsert', data: { data: { a: 1 }, title: 'x' } }).data).toEqual({
      data: { a: 1 },
      title: 'x',
    });
    expect(normalize({ type: 'dbInsert', data: { data: 'text' } }).data).toEqual({ data: 'text' });
  });

  test('markers go from a flat document that the builder marked, and stay as data otherwise', () => {
    expect(normalize({ type: 'dbInsert', data: { title: 'x', outputVar: 'o', label: 'L' } }).data).toEqual({
      title: 'x',
    });
    expect(normalize({ type: 'dbInsert', data: { title: 'x', label: 'mine' } }).data).toEqual({
      title: 'x',
      label: 'mine',
    });
  });

  test('a text is a reference to the whole document', () => {
    expect(normalize({ type: 'dbInsert', data: 'input.doc' }).data).toBe('input.doc');
  });
});

describe('any step', () => {
  test('pass is dropped, unknown fields stay', () => {
    expect(normalize({ id: 'a', type: ' dbFind ', pass: true, colour: 'red', name: 'N' })).toEqual({
      id: 'a',
      type: 'dbFind',
      name: 'N',
      colour: 'red',
    });
  });

  test.each([[{}], [{ id: '' }], [{ id: 7 }], [{ id: null }]])('gets an id: %j', (step) => {
    expect(normalize(step)).toEqual({ id: 'made', type: '' });
  });

  test('an unknown type keeps its fields', () => {
    expect(normalize({ type: 'teleport', where: 'Mars' })).toEqual({
      id: 'made',
      type: 'teleport',
      where: 'Mars',
    });
  });
});
