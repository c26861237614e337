/** @module Types printed from JSON schemas: that they say what the schema says. */
import { describe, expect, test } from 'vitest';
import { printApi } from '../scripts/print-api.ts';
import { printType } from '../scripts/print-type.ts';

/** Without the line breaks and spaces that only the formatter cares about. */
const typeOf = (schema: Record<string, unknown>) => printType(schema).replace(/\s+/g, ' ');

describe('a printed type', () => {
  test.each([
    [{}, 'unknown'],
    [{ type: 'integer', minimum: 1 }, 'number'],
    [{ type: 'string', format: 'date-time' }, 'string'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ const: true }, 'true'],
    [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
    [{ not: {} }, 'never'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number | null'],
    [{ anyOf: [{ type: 'number' }, {}] }, 'unknown'],
    [{ allOf: [{ type: 'number' }, { type: 'string' }] }, '(number) & (string)'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
    [{ type: 'array', prefixItems: [{ type: 'string' }, {}] }, '[string, unknown]'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [name: string]: number; }'],
    [{ type: 'object', properties: {}, additionalProperties: false }, 'Record<string, never>'],
    [
      { type: 'object', properties: { a: { type: 'null' }, 'b-c': {} }, required: ['a'] },
      '{ a: null; "b-c"?: unknown; }',
    ],
    [
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } },
      '{ a?: string; [name: string]: unknown; }',
    ],
    [
      { type: 'object', properties: { a: { description: 'ends */ here', type: 'null' } } },
      '{ /** ends *\\/ here */ a?: null; }',
    ],
  ])('of %j is %s', (schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  test('is refused for what nobody has thought of', () => {
    expect(() => printType({ type: 'file' })).toThrow('"file"');
    expect(() => printType({ $ref: '#/x' })).toThrow('#/x');
    expect(printType({ $ref: '#/components/schemas/Workflow' })).toBe('Workflow');
  });
});

describe('printApi', () => {
  const json = (schema: Record<string, unknown>) => ({ content: { 'application/json': { schema } } });
  const text = printApi({
    components: {
      schemas: {
        Error: { type: 'object' },
        Thing: { type: 'object', description: 'A thing', properties: { size: { type: 'number' } } },
      },
    },
    paths: {
      '/things/{id}': {
        put: {
          summary: 'Change a thing',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'force', in: 'query', required: false, schema: { type: 'boolean' } },
          ],
          requestBody: { required: false, ...json({ type: 'string' }) },
          responses: { default: json({}), 200: json({ type: 'number' }), 204: {}, 404: json({}) },
        },
        get: {
          summary: 'Read a thing',
          responses: { 200: json({ $ref: '#/components/schemas/Thing' }) },
        },
      },
      '/workflow/run/{workflowId}/{apiName}': { post: { summary: 'Call', responses: {} } },
    },
  }).replace(/\s+/g, ' ');

  test('routes have what they take and their successful responses; what they do not take is left out', () => {
    expect(text).toContain(
      '"PUT /things/{id}": Operation<{ params: { id: string; }; query: { force?: boolean; }; ' +
        'body: string | undefined; answers: { 200: number; 204: undefined; }; }>;',
    );
    expect(text).toContain('"GET /things/{id}": Operation<{ answers: { 200: Thing; }; }>;');
    expect(text).not.toContain('/workflow/run/');
  });

  test('a named schema is a type of its own; errors are not', () => {
    expect(text).toContain('/** A thing */ export type Thing = { size?: number; };');
    expect(text).not.toContain('type Error');
  });
});
