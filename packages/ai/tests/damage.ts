/** @module Answers of a model as they should not be: cut, swapped, and with values of other types. */
import fc from 'fast-check';
import { CONFIGS, GRAPH, PLAN, STEPS } from './sign-up-answers.ts';

const WHOLE = [
  PLAN,
  CONFIGS,
  { steps: STEPS },
  GRAPH,
  { operations: [{ op: 'set', id: 'a', field: 'b.c', value: 1 }] },
].map((one) => JSON.stringify(one));

/** Texts with pieces cut out, swapped and put in. */
const cut = fc.record({
  from: fc.nat(3000),
  length: fc.nat(120),
  put: fc.oneof(
    fc.constantFrom(
      '',
      '"',
      '{',
      '}',
      ']',
      '[',
      ',',
      ':',
      'null',
      '```',
      '\\',
      '"__proto__":{"polluted":1},',
      '"constructor":{"prototype":{"polluted":1}},',
      '"id":"start",',
      '[['.repeat(300),
      '{"a":'.repeat(300),
    ),
    fc.string(),
  ),
});
const cutText = fc
  .tuple(fc.constantFrom(...WHOLE), fc.array(cut, { minLength: 1, maxLength: 4 }))
  .map(([whole, damages]) =>
    damages.reduce((rest, { from, length, put }) => {
      const at = from % (rest.length + 1);
      return rest.slice(0, at) + put + rest.slice(at + length);
    }, whole),
  );
/** JSON in which values have other types, or names that reach a prototype. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    0,
    -1,
    1e308,
    '',
    true,
    [],
    {},
    [[]],
    '{{ input.x }}',
    '__proto__',
    'constructor',
    JSON.parse('{"__proto__":{"polluted":1}}'),
  ),
  fc.jsonValue(),
);
const oddText = fc
  .tuple(fc.constantFrom(...WHOLE), fc.array(fc.tuple(fc.nat(400), odd), { minLength: 1, maxLength: 5 }))
  .map(([whole, swaps]) => {
    let value: unknown = JSON.parse(whole);
    for (const [at, put] of swaps) {
      let index = 0;
      value = replaced(value, () => index++ === at % 120, put);
    }
    return JSON.stringify(value) ?? 'null';
  });
/** A damaged answer that is not empty. */
export const damagedAnswer = fc.oneof(cutText, oddText).map((text) => (text.trim() === '' ? '-' : text));

/** The value with every place for which `hit` says so replaced. */
function replaced(value: unknown, hit: () => boolean, put: unknown): unknown {
  if (hit()) return put;
  if (Array.isArray(value)) return value.map((one) => replaced(one, hit, put));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, hit, put)]));
}
