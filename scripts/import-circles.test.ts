import { expect, test } from 'vitest';
import { findCircles } from './import-circles.ts';

const find = (imports: Record<string, string[]>) =>
  findCircles(Object.entries(imports).map(([file, list]) => ({ file, imports: list })));

test('no circle: a tree, a diamond, an import of a file that is not looked at', () => {
  expect(find({ a: ['b', 'c'], b: ['d'], c: ['d'], d: ['elsewhere'] })).toEqual([]);
});

test('a file that imports itself, two that import each other, a long way round', () => {
  expect(find({ a: ['a'] })).toEqual([['a']]);
  expect(find({ a: ['b'], b: ['a'], c: ['a'] })).toEqual([['a', 'b']]);
  expect(find({ x: ['d'], d: ['c'], c: ['b', 'e'], b: ['d'], e: [] })).toEqual([['b', 'c', 'd']]);
});

test('circles that share no file are told apart', () => {
  expect(find({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['c'] })).toEqual([
    ['c', 'd'],
    ['a', 'b'],
  ]);
});
