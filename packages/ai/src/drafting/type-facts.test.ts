import { builtinRegistry, createRegistry, defineNode, requiredTemplate, template } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { isObject } from '../builder/plain.ts';
import { canonicalStep } from './build-definition.ts';
import { describeType, instructions, PLAN_TASK } from './instructions.ts';
import { readField } from './read-value.ts';
import { strictConfig } from './strict-schema.ts';
import { readTypes } from './type-facts.ts';

const types = readTypes(builtinRegistry);
const shapes = (type: string) =>
  Object.fromEntries(types.get(type)!.fields.map(({ name, shape }) => [name, shape]));

/** A schema of these fields besides two that have types; made from a built-in one, as this package has no schema library. */
function objectWith(shape: Record<string, unknown>) {
  const { config } = builtinRegistry.get('dbFind')! as unknown as {
    config: { pick(fields: object): { extend(shape: object): Parameters<typeof defineNode>[0]['config'] } };
  };
  return config.pick({ collection: true, findType: true }).extend(shape);
}

describe('what is known of the node types', () => {
  it('comes from the catalogue', () => {
    expect([...types.keys()]).toEqual(builtinRegistry.types());
    expect(shapes('dbFind')).toMatchObject({
      collection: 'typed',
      filter: 'filter',
      limit: 'number',
      sort: 'fields',
    });
    expect(shapes('dbInsert')).toEqual({ collection: 'typed', data: 'fields', unique: 'typed' });
    expect(shapes('emailSend')).toMatchObject({
      to: 'text',
      subject: 'text',
      body: 'text',
      attachments: 'value',
    });
  });

  it('is read off the examples where the catalogue is silent', () => {
    const registry = createRegistry([
      defineNode({
        type: 'shout',
        title: 'Shout',
        category: 'flow',
        summary: 'Makes a text loud.',
        aliases: { where: ['where', 'query'] },
        config: objectWith({
          text: requiredTemplate('What'),
          times: template(),
          tags: template(),
          where: template(),
          other: template(),
          order: template().describe('Field → 1 or -1'),
        }),
        outputs: null,
        example: { type: 'shout', text: 'hey', times: 2, tags: { a: 1 }, where: { b: 1 } },
        sideEffects: 'none',
        run: () => 1,
      }),
    ]);
    const shout = readTypes(registry).get('shout')!;
    expect(Object.fromEntries(shout.fields.map(({ name, shape }) => [name, shape]))).toEqual({
      text: 'text',
      times: 'number',
      tags: 'fields',
      where: 'filter',
      other: 'value',
      order: 'fields',
      collection: 'typed',
      findType: 'typed',
    });
    expect(strictConfig(shout)).toMatchObject({
      text: { type: 'string', description: 'What' },
      collection: { type: 'string' },
      findType: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    });
    expect(describeType(shout)).toContain('where (list of {field, operator, value}, optional)');
    const step = {
      type: 'shout',
      text: 7,
      query: [{ field: 'b', operator: 'ne', value: 1 }],
      other: '{"a":1}',
      times: '3',
    };
    const about = { id: 's', type: 'shout', output: null };
    expect(canonicalStep(about, step, registry, readTypes(registry))).toEqual({
      id: 's',
      type: 'shout',
      text: '7',
      where: { b: { $ne: 1 } },
      other: { a: 1 },
      times: 3,
    });
  });

  it('makes safety rules only for node types that there are', () => {
    const few = new Map([...types].filter(([type]) => type === 'response' || type === 'input'));
    const text = instructions(PLAN_TASK, { types: few, collections: {} });
    expect(text).toContain('The last step is a "response"');
    expect(text).not.toContain('authMiddleware');
  });
});

describe('every example of the catalogue', () => {
  it.each([...types.values()].map((facts) => [facts.type, facts] as const))(
    '%s: read as it is, and out of lists of pairs',
    (_type, { fields, example }) => {
      for (const field of fields) {
        const value = example[field.name];
        if (value === undefined) continue;
        expect(readField(field, value)).toEqual(value);
        if (!isObject(value)) continue;
        const pairs = Object.entries(value).map(([name, one]) => ({
          field: name,
          ...(field.shape === 'filter' && { operator: 'eq' }),
          value: typeof one === 'object' ? JSON.stringify(one) : one,
        }));
        expect(readField(field, pairs)).toEqual(value);
        expect(readField(field, JSON.stringify(value))).toEqual(value);
      }
    },
  );
});
