import { describe, expect, test } from 'vitest';
import { nearest, shorten, suggester } from './diagnostics.ts';

describe('nearest', () => {
  test.each([
    ['dbfind', ['dbInsert', 'dbFind'], 'dbFind'],
    ['emial', ['name', 'email'], 'email'],
    ['x', ['a', 'b'], undefined],
    ['teleport', ['dbFind', 'response'], undefined],
    ['colour', ['color'], 'color'],
    ['', ['a'], undefined],
    ['anything', [], undefined],
  ])('%s among %j: %s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  test('does not compare names that are no typing mistakes of each other', () => {
    expect(nearest('x'.repeat(1_000_000), ['x', 'y'.repeat(1_000_000)])).toBeUndefined();
  });
});

test('a suggester gives up after a while', () => {
  const find = suggester();
  const found = Array.from({ length: 100 }, () => find('emial', ['email'])).filter(Boolean);
  expect(found).toHaveLength(50);
  const late = Array.from({ length: 3_000 }, (_, i) => `other${i}`);
  expect(suggester()('emial', [...late, 'email'])).toBeUndefined();
});

test.each([
  [5, 5],
  [null, null],
  [true, true],
  ['text', 'text'],
  ['x'.repeat(100), `${'x'.repeat(77)}…`],
  [[1, 2], 'a list of 2'],
  [{ a: 1, b: 2 }, 'an object with a, b'],
  [{}, 'an object with no fields'],
  [undefined, undefined],
  [Symbol('s'), 'Symbol(s)'],
])('%o is shown as %o', (value, shown) => {
  expect(shorten(value)).toEqual(shown);
});
