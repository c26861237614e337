/** @module Projections keep and leave out what MongoDB's projections do. */
import { Double, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import type { Document } from './documents.ts';
import { keysOf } from './fields.ts';
import { compileProjection, type ProjectionOptions } from './projection.ts';

const id = new ObjectId();
const document = {
  _id: id,
  a: { b: 1, c: new Double(2) },
  list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, { x: 3, y: 3 }, 5],
  n: 10n,
  s: 5,
};

describe('projection', () => {
  it.each<[Document, ProjectionOptions, Document]>([
    [{}, {}, document],
    [{ n: 1 }, {}, { _id: id, n: 10n }],
    [{ n: true, _id: 0 }, {}, { n: 10n }],
    [{ 'a.c': 1 }, {}, { _id: id, a: { c: new Double(2) } }],
    [{ a: { c: 1 } }, {}, { _id: id, a: { c: new Double(2) } }],
    [{ 'list.x': 1, _id: 0 }, {}, { list: [{ x: 1 }, { x: 2 }, { x: 3 }] }],
    [{ 's.x': 1 }, {}, { _id: id }],
    [{ nope: 1 }, {}, { _id: id }],
    [{ _id: 1 }, {}, { _id: id }],
    [{ _id: 0, list: 0, a: 0 }, {}, { n: 10n, s: 5 }],
    [{ list: 0, 'a.b': 0 }, {}, { _id: id, a: { c: new Double(2) }, n: 10n, s: 5 }],
    [{ 'list.x': 0, a: 0, n: 0, s: 0 }, {}, { _id: id, list: [{ y: 1 }, { y: 2 }, { y: 3 }, 5] }],
    [{ _id: 1, a: 0, list: 0 }, {}, { _id: id, n: 10n, s: 5 }],
    [{ list: { $slice: 1 }, a: 0, n: 0 }, {}, { _id: id, list: [{ x: 1, y: 1 }], s: 5 }],
    [{ list: { $slice: -1 }, s: 1 }, {}, { _id: id, list: [5], s: 5 }],
    [{ list: { $slice: [1, 1] }, s: 1 }, {}, { _id: id, list: [{ x: 2, y: 2 }], s: 5 }],
    [{ list: { $slice: [-2, 1] }, s: 1 }, {}, { _id: id, list: [{ x: 3, y: 3 }], s: 5 }],
    [{ list: { $elemMatch: { x: { $gt: 1 } } } }, {}, { _id: id, list: [{ x: 2, y: 2 }] }],
    [{ list: { $elemMatch: { x: 9 } } }, {}, { _id: id }],
    [{ 'list.$': 1 }, { filter: { 'list.x': 3 } }, { _id: id, list: [{ x: 3, y: 3 }] }],
    [{ s: 1, total: { $add: ['$s', 1] } }, {}, { _id: id, s: 5, total: 6 }],
    [{ label: 'text', copy: '$a.b' }, {}, { _id: id, label: 'text', copy: 1 }],
    [{ first: { $slice: ['$list', 1] } }, {}, { _id: id, first: [{ x: 1, y: 1 }] }],
    [{ 'a.z': '$s' }, {}, { _id: id, a: { z: 5 } }],
    [{ gone: '$nope' }, {}, { _id: id }],
  ])('%o with %o', (projection, options, expected) => {
    const projected = compileProjection(projection, options)(document);
    expect(projected).toEqual(expected);
    expect(keysOf(projected)).toEqual(keysOf(expected));
  });

  it.each<[Document, ProjectionOptions, number]>([
    [{ a: 1, b: 0 }, {}, 31254],
    [{ a: 0, b: 1 }, {}, 31253],
    [{ a: 0, b: '$c' }, {}, 31252],
    [{ a: 1, 'a.b': 1 }, {}, 31249],
    [{ 'a.b': 1, a: 1 }, {}, 31250],
    [{ a: {} }, {}, 51270],
    [{ 'a..b': 1 }, {}, 40353],
    [{ $a: 1 }, {}, 16410],
    [{ score: { $meta: 'textScore' } }, {}, 115],
    [{ a: { $nope: 1 } }, {}, 31325],
    [{ 'a.b': { $elemMatch: { x: 1 } } }, {}, 31275],
    [{ 'a.$': 1, 'b.$': 1 }, {}, 31276],
    [{ 'a.$': 1 }, { language: 'aggregate' }, 31395],
  ])('refuses %o', (projection, options, code) => {
    try {
      compileProjection(projection, options);
    } catch (error) {
      expect((error as CommandError).code).toBe(code);
      expect(error).toBeInstanceOf(CommandError);
      return;
    }
    expect.unreachable('the projection was accepted');
  });

  it('refuses a position that the filter did not find', () => {
    expect(() => compileProjection({ 'list.$': 1 }, { filter: { s: 5 } })(document)).toThrow(
      /couldn't find a matching element/,
    );
  });
});
