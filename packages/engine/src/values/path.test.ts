import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isForbiddenName, parsePath, readSegments, requestOf, setRequest } from './path.ts';
import { resolveObject } from './template.ts';

describe('parsePath', () => {
  test.each([
    ['input', ['input']],
    ['input.list.0.name', ['input', 'list', '0', 'name']],
    ['größe.straße', ['größe', 'straße']],
    ['ग्राहक.नाम', ['ग्राहक', 'नाम']],
    ['cafe\u0301', ['cafe\u0301']],
    ['_id.first-name.$x', ['_id', 'first-name', '$x']],
  ])('%s is a path', (text, segments) => {
    expect(parsePath(text)).toEqual(segments);
  });

  test.each([
    [''],
    ['.'],
    ['a.'],
    ['.a'],
    ['a..b'],
    ['a b'],
    [' a'],
    ['a@b.c'],
    ['a/b'],
    ['a[0]'],
    ['{a}'],
    ['__proto__'],
    ['a.__proto__.b'],
    ['a.constructor'],
    ['prototype'],
    ['a'.repeat(513)],
  ])('%j is no path', (text) => {
    expect(parsePath(text)).toBeNull();
  });
});

describe('readSegments', () => {
  test('goes through objects, lists and texts by their own properties', () => {
    const value = { list: [{ n: 1 }], text: 'abc' };
    expect(readSegments(value, ['list', '0', 'n'], 0)).toBe(1);
    expect(readSegments(value, ['x', 'list', 'length'], 1)).toBe(1);
    expect(readSegments(value, ['text', 'length'], 0)).toBe(3);
    expect(readSegments(value, ['text', '1'], 0)).toBe('b');
  });

  test.each([['toString'], ['hasOwnProperty'], ['valueOf']])('inherited %s is not there', (name) => {
    expect(readSegments({}, [name], 0)).toBeUndefined();
    expect(readSegments(7, [name], 0)).toBeUndefined();
    expect(readSegments('x', [name], 0)).toBeUndefined();
  });

  test('ends early without complaint', () => {
    expect(readSegments(null, ['a'], 0)).toBeUndefined();
    expect(readSegments({ a: null }, ['a', 'b', 'c'], 0)).toBeUndefined();
  });

  test('never reaches a prototype, whatever the path', () => {
    const name = fc.oneof(
      fc.constantFrom('toString', 'valueOf', 'constructor', '__proto__', 'hasOwnProperty', 'map', 'at'),
      fc.string(),
    );
    const inherited = new Set<unknown>(
      [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype].flatMap(
        (one) => [
          one,
          ...Object.getOwnPropertyNames(one)
            .filter((key) => key !== '__proto__' && key !== 'length')
            .map((key) => Object.getOwnPropertyDescriptor(one, key)?.value as unknown),
        ],
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(name, { maxLength: 4 }), (value, segments) => {
        const found = readSegments(value, segments, 0);
        expect(
          typeof found !== 'function' &&
            !(typeof found === 'object' && inherited.has(found) && found !== null),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('three names are forbidden', () => {
  expect(['__proto__', 'prototype', 'constructor', 'proto'].map(isForbiddenName)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

describe('the length of a path', () => {
  test('is at most 512 characters', () => {
    expect(parsePath('a'.repeat(512))).toEqual(['a'.repeat(512)]);
    expect(parsePath('a'.repeat(513))).toBeNull();
  });
});

test('what the call of a run said is found beside the variables, and nowhere else', () => {
  const variables = { input: {} };
  setRequest(variables, { path: '/x', headers: {} });
  expect(requestOf(variables)).toEqual({ path: '/x', headers: {} });
  expect(requestOf({ input: {} })).toBeUndefined();
  expect(resolveObject(variables, 'at {{ request.path }}')).toBe('at /x');
});
