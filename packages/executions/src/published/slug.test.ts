/** @module What becomes of an API's name in its path. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { slugOf } from './slug.ts';

it.each([
  ['  Create Users! ', 'create-users'],
  ['Ünïcode äpi', 'n-code-pi'],
  ['--a__b--', 'a-b'],
  ['***', ''],
  ['', ''],
])('makes %j into %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it('holds nothing but a-z, 0-9 and single inner dashes, and stays the same when made again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const slug = slugOf(name);
      expect(slug).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/);
      expect(slugOf(slug)).toBe(slug);
    }),
  );
});
