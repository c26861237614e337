import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readField } from './read-value.ts';
import type { FieldShape, Schema } from './type-facts.ts';

const read = (shape: FieldShape, value: unknown, schema: Schema = {}) => readField({ shape, schema }, value);
const RULES: Schema = {
  anyOf: [
    {
      type: 'array',
      items: {
        type: 'object',
        required: ['field'],
        properties: {
          field: { type: 'string' },
          required: { type: ['boolean', 'null'] },
          type: { type: ['string', 'null'] },
          min: {
            anyOf: [{ anyOf: [{ type: 'number' }, { type: 'string', pattern: 'x' }] }, { type: 'null' }],
          },
        },
      },
    },
    { type: 'null' },
  ],
};

describe('readField', () => {
  it.each<[FieldShape, unknown, unknown]>([
    [
      'fields',
      [
        { field: 'a', value: 1 },
        { key: 'b', value: '[1]' },
      ],
      { a: 1, b: [1] },
    ],
    ['fields', { a: [{ field: 'b', value: 2 }] }, { a: { b: 2 } }],
    ['fields', ['name', 'email'], ['name', 'email']],
    ['fields', '{{ input }}', '{{ input }}'],
    ['fields', [], {}],
    ['filter', [{ field: 'a', operator: 'eq', value: null }], { a: null }],
    ['filter', [{ field: 'a', operator: 'in', value: 'x, y' }], { a: { $in: ['x', 'y'] } }],
    [
      'filter',
      [{ field: 'a', operator: 'in', value: '{{ input.list }}' }],
      { a: { $in: '{{ input.list }}' } },
    ],
    ['filter', [{ field: 'a', operator: '$exists', value: 'true' }], { a: { $exists: true } }],
    ['filter', [{ field: 'a', operator: 'where', value: 1 }], { a: 1 }],
    ['filter', [{ field: '$or', operator: 'eq', value: '[{"a":1}]' }], { $or: [{ a: 1 }] }],
    ['text', 7, '7'],
    ['text', ['a@b.c', 'd@e.f'], 'a@b.c, d@e.f'],
    ['text', '{"kept":"as text"}', '{"kept":"as text"}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what models write.
    ['text', 'Hi ${user.name}, it costs ${price}', 'Hi {{ user.name }}, it costs ${price}'],
    ['number', ' 12 ', 12],
    ['number', '{{ input.limit }}', '{{ input.limit }}'],
    [
      'value',
      '{"count":{{ n.total }},"list":[{{ input.a }}]}',
      { count: '{{ n.total }}', list: ['{{ input.a }}'] },
    ],
    ['value', '{{ found }}', '{{ found }}'],
    ['value', '{broken', '{broken'],
    ['value', false, false],
    ['value', null, undefined],
  ])('%s %j', (shape, raw, expected) => {
    expect(read(shape, raw)).toEqual(expected);
  });

  it.each<[unknown, unknown]>([
    [[{ field: 'a', required: 'true', type: null, min: '3' }], [{ field: 'a', required: true, min: 3 }]],
    [
      ['a', 'b'],
      [
        { field: 'a', required: true },
        { field: 'b', required: true },
      ],
    ],
    [
      { a: 'email', b: { min: 1 } },
      [
        { field: 'a', type: 'email' },
        { field: 'b', min: 1 },
      ],
    ],
    [{ field: 'a', min: 2 }, [{ field: 'a', min: 2 }]],
    ['[{"field":"a"}]', [{ field: 'a' }]],
    [
      [
        [
          { field: 'field', value: 'a' },
          { field: 'min', value: 5 },
        ],
      ],
      [{ field: 'a', min: 5 }],
    ],
    ['nonsense', 'nonsense'],
  ])('a list by its schema: %j', (raw, expected) => {
    expect(read('typed', raw, RULES)).toEqual(expected);
  });

  it('takes no name that reaches a prototype, and bounds what is too much', () => {
    expect(
      read('fields', [
        { field: '__proto__', value: 1 },
        { field: 'constructor', value: 1 },
      ]),
    ).toEqual({});
    expect(read('value', '{"__proto__":{"polluted":1},"a":1}')).toEqual({ a: 1 });
    expect((read('text', 'x'.repeat(100_000)) as string).length).toBe(20_000);
    expect((read('value', Array(5000).fill(1)) as unknown[]).length).toBe(200);
  });

  it('never throws and never pollutes', () => {
    const shape = fc.constantFrom<FieldShape>('fields', 'filter', 'text', 'number', 'value', 'typed');
    const pairs = fc.array(
      fc.record({
        field: fc.oneof(fc.string(), fc.constant('__proto__')),
        operator: fc.string(),
        value: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(shape, fc.oneof(fc.jsonValue(), pairs, fc.json()), (one, raw) => {
        const value = read(one, raw, RULES);
        expect(() => JSON.stringify(value)).not.toThrow();
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
