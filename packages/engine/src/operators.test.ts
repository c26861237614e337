import { describe, expect, test } from 'vitest';
import { findForbiddenOperators, refuseOperatorsFromVariables } from './operators.ts';

describe('findForbiddenOperators', () => {
  test('tells every one, with its place', () => {
    expect(
      findForbiddenOperators({ a: [{ $where: 1 }], $and: [{ $gt: { $function: 1 } }] }, 'filter'),
    ).toEqual(
      expect.arrayContaining([
        { operator: '$where', at: ['a', 0, '$where'] },
        { operator: '$function', at: ['$and', 0, '$gt', '$function'] },
      ]),
    );
  });

  test.each(['$where', '$function', '$accumulator', '$expr', '$jsonSchema', '$text'])(
    '%s may stand nowhere',
    (operator) => {
      for (const context of ['filter', 'update', 'document'] as const) {
        expect(findForbiddenOperators({ a: { [operator]: 1 } }, context)).toHaveLength(1);
      }
    },
  );

  test('what may stand in a change may not stand in a filter, and nothing in a document', () => {
    expect(findForbiddenOperators({ $set: { a: 1 } }, 'update')).toEqual([]);
    expect(findForbiddenOperators({ $set: { a: 1 } }, 'filter')).toHaveLength(1);
    expect(findForbiddenOperators({ a: { $gt: 1 } }, 'document')).toHaveLength(1);
  });
});

describe('refuseOperatorsFromVariables', () => {
  const reference = {
    path: 'input.x',
    raw: '{{input.x}}',
    segments: ['input', 'x'],
    optional: false,
    braced: true,
    at: ['a', 0, 'b'],
  };

  test('names the field, the reference and the operator', () => {
    expect(() => refuseOperatorsFromVariables('dbFind', reference, { deep: [{ $ne: 1 }] })).toThrow(
      'dbFind: field "a.0.b" got the operator "$ne" from "input.x"',
    );
  });

  test.each([[null], ['$ne'], [5], [['$ne']], [{ a: '$ne' }], [new Date()]])('%j holds none', (value) => {
    expect(() => refuseOperatorsFromVariables('dbFind', reference, value)).not.toThrow();
  });

  test('100,000 levels do not overflow', () => {
    let deep: unknown = { $ne: 1 };
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => refuseOperatorsFromVariables('dbFind', reference, deep)).toThrow('$ne');
  });
});

test('a change may compare, in what it pulls from a list, and match no pattern there', () => {
  for (const name of ['$gt', '$in', '$elemMatch'])
    expect(findForbiddenOperators({ $pull: { tags: { [name]: 1 } } }, 'update')).toEqual([]);
  for (const operator of ['$regex', '$pattern', '$options'])
    expect(findForbiddenOperators({ $pull: { tags: { [operator]: 'x' } } }, 'update')).toEqual([
      { operator, at: ['$pull', 'tags', operator] },
    ]);
});

test('a value that is a whole filter is called the value', () => {
  const reference = {
    path: 'input',
    raw: '{{ input }}',
    segments: ['input'],
    braced: true,
    optional: false,
    at: [],
  };
  expect(() => refuseOperatorsFromVariables('dbFind', reference, { $where: '1' })).toThrow(
    'dbFind: the value got the operator "$where" from "input"',
  );
});
