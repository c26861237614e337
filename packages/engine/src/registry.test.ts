import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { nodeOf } from '../tests/nodes.ts';
import { compile } from './compile/compile.ts';
import { defineNode, requiredTemplate, template } from './node.ts';
import { builtinRegistry, catalog, createRegistry } from './registry.ts';
import { execute } from './run/execute.ts';

const TYPES = [
  'input',
  'inputValidation',
  'dbFind',
  'dbInsert',
  'dbUpdate',
  'dbDelete',
  'userLogin',
  'jwtGenerate',
  'authMiddleware',
  'emailSend',
  'delay',
  'guard',
  'response',
];

describe('a registry', () => {
  test('has every node type of the contract', () => {
    expect(builtinRegistry.types()).toEqual(TYPES);
    expect(builtinRegistry.all().map(({ type }) => type)).toEqual(TYPES);
    expect(builtinRegistry.get('toString')).toBeUndefined();
  });

  test('takes further ones; one may take the place of a built-in', async () => {
    const shout = defineNode({
      type: 'shout',
      title: 'Shout',
      category: 'flow',
      summary: 'Makes a text loud.',
      config: z.object({ text: template() }),
      outputs: { name: 'shouted', summary: 'The text in capitals.' },
      example: { type: 'shout', text: '{{ input.text }}' },
      sideEffects: 'none',
      run: (context, { text }) => String(text.resolve(context.variables)).toUpperCase(),
    });
    const registry = createRegistry([shout, nodeOf('delay', () => 'no time')]);
    expect(registry.types()).toEqual([...TYPES, 'shout']);
    const plan = compile(
      {
        steps: [
          { type: 'shout', text: '{{ input.text }}' },
          { type: 'delay', output: 'd' },
        ],
      },
      registry,
    );
    expect((await execute(plan, { input: { text: 'hey' } })).output).toEqual({
      input: { text: 'hey' },
      shouted: 'HEY',
      d: 'no time',
    });
  });

  test('refuses two of one name', () => {
    expect(() => createRegistry([nodeOf('a', () => 1), nodeOf('a', () => 2)])).toThrow(
      'Two node types are called "a"',
    );
  });
});

describe('the catalogue', () => {
  test.each(catalog().map((entry) => [entry.type, entry] as const))(
    '%s: its example compiles without a finding',
    (_type, { example }) => {
      const needs = JSON.stringify(example).match(/(?<=\{\{ )(?!input)\w+/g) ?? [];
      const before = needs.map((output) => ({ type: 'dbFind', collection: 'any', output }));
      expect(compile({ steps: [...before, example] }).diagnostics).toEqual([]);
    },
  );

  test('says what each is, in one sentence, and what it gives', () => {
    for (const { title, summary, outputs, sideEffects, category } of catalog()) {
      expect([title, summary, category, sideEffects].every((text) => text.length > 2)).toBe(true);
      expect(summary).toMatch(/\.$/);
      if (outputs) expect(outputs.name).toMatch(/^[a-z]\w+$/i);
    }
  });

  test('names the default outputs of the contract', () => {
    const names = Object.fromEntries(catalog().map(({ type, outputs }) => [type, outputs?.name]));
    expect(names).toMatchObject({
      inputValidation: 'validated',
      dbFind: 'found',
      dbInsert: 'created',
      dbUpdate: 'updated',
      dbDelete: 'deleted',
      emailSend: 'emailResult',
      userLogin: 'loginResult',
      jwtGenerate: 'token',
      authMiddleware: 'currentUser',
    });
  });

  test('has a JSON schema of each configuration, with what a working step needs', () => {
    const schemas = Object.fromEntries(catalog().map(({ type, config }) => [type, config]));
    expect(schemas.dbUpdate).toMatchObject({ type: 'object', required: ['collection', 'filter', 'data'] });
    expect(schemas.emailSend).toMatchObject({ required: ['to', 'subject', 'body'] });
    expect(schemas.jwtGenerate).toMatchObject({ required: ['payload'] });
    for (const { type, config } of catalog()) {
      const properties = config.properties as Record<string, { description?: string }>;
      expect([type, JSON.stringify(config).includes('x-required')]).toEqual([type, false]);
      expect(Object.keys(config)).not.toContain('$schema');
      expect(Object.keys(properties)).not.toContain('output');
      for (const field of (config.required ?? []) as string[])
        expect(properties[field]?.description).toBeTruthy();
    }
  });

  test('says what each field with references usually holds', () => {
    const shapes = Object.fromEntries(
      catalog().map(({ type, config }) => [
        type,
        Object.fromEntries(
          Object.entries(config.properties as Record<string, Record<string, unknown>>).flatMap(
            ([field, of]) => (of['x-shape'] === undefined ? [] : [[field, of['x-shape']]]),
          ),
        ),
      ]),
    );
    expect(shapes).toEqual({
      input: {},
      inputValidation: {},
      dbFind: { filter: 'fields', sort: 'fields', limit: 'number', skip: 'number', projection: 'fields' },
      dbInsert: { data: 'fields' },
      dbUpdate: { filter: 'fields', data: 'fields' },
      dbDelete: { filter: 'fields' },
      userLogin: { email: 'text', password: 'text' },
      jwtGenerate: { payload: 'fields' },
      authMiddleware: {},
      emailSend: {
        to: 'text',
        cc: 'text',
        bcc: 'text',
        replyTo: 'text',
        fromName: 'text',
        subject: 'text',
        body: 'text',
        attachments: 'value',
      },
      delay: { seconds: 'number' },
      guard: { value: 'value', to: 'value', statusCode: 'number', message: 'text' },
      response: { statusCode: 'number', body: 'value', headers: 'fields' },
    });
  });

  test('no field with references is without a shape, and a field that has none stays as it was', () => {
    for (const { type, config } of catalog()) {
      for (const [field, of] of Object.entries(config.properties as Record<string, object>)) {
        const isTyped = ['type', 'anyOf', 'x-shape'].some((key) => key in of);
        expect([type, field, isTyped]).toEqual([type, field, true]);
      }
    }
    const node = defineNode({
      type: 'mine',
      title: 'Mine',
      category: 'flow',
      summary: 'Mine.',
      outputs: null,
      example: { type: 'mine' },
      sideEffects: 'none',
      config: z.object({ a: template(), b: requiredTemplate('B'), c: requiredTemplate('C', 'number') }),
      run: () => undefined,
    });
    expect(catalog(createRegistry([node])).at(-1)!.config).toMatchObject({
      required: ['b', 'c'],
      properties: { a: {}, b: { description: 'B' }, c: { description: 'C', 'x-shape': 'number' } },
    });
  });

  test('lists what a registry was given', () => {
    const node = defineNode({
      type: 'mine',
      title: 'Mine',
      category: 'flow',
      summary: 'Mine.',
      outputs: null,
      example: { type: 'mine' },
      sideEffects: 'none',
      config: z.object({ a: requiredTemplate('A'), b: z.number().optional() }),
      run: () => undefined,
    });
    expect(catalog(createRegistry([node])).at(-1)).toMatchObject({
      type: 'mine',
      config: { required: ['a'], properties: { b: { type: 'number' } } },
    });
  });
});
