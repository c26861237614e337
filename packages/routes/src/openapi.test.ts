import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from './openapi.ts';
import { defineRoute } from './route.ts';

const PART = z.object({ size: z.number().default(1) }).meta({ id: 'TestPart' });
const THING = z.object({ name: z.string(), parts: z.array(PART) }).meta({ id: 'TestThing' });

const { paths, components } = openApiDocument(
  [
    defineRoute({
      method: 'put',
      path: '/things/:id',
      tag: 'Things',
      summary: 'Change',
      auth: 'none',
      body: z.object({ part: PART.describe('The first') }),
      responses: { 200: THING },
      handler: async () => ({ status: 200, body: { name: 'a', parts: [] } }),
    }),
  ],
  { title: 'Test', version: '1' },
  {
    VALIDATION_ERROR: [400, 'wrong'],
    UNAUTHENTICATED: [401, 'unknown'],
    PAYLOAD_TOO_LARGE: [413, 'large'],
    UNSUPPORTED_MEDIA_TYPE: [415, 'not JSON'],
  },
) as {
  paths: Record<string, Record<string, Record<string, unknown>>>;
  components: { schemas: Record<string, unknown> };
};

test('named schemas are defined once and referred to', () => {
  expect(paths['/things/{id}']?.put).toMatchObject({
    requestBody: {
      content: {
        'application/json': {
          schema: {
            properties: {
              part: { $ref: '#/components/schemas/TestPartInput', description: 'The first' },
            },
          },
        },
      },
    },
    responses: {
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/TestThing' } } } },
    },
  });
  expect(components.schemas.TestThing).toMatchObject({
    properties: { parts: { items: { $ref: '#/components/schemas/TestPart' } } },
  });
  expect(JSON.stringify(paths) + JSON.stringify(components)).not.toContain('$defs');
});

test('what a body may leave out is required in a response', () => {
  expect(components.schemas.TestPart).toMatchObject({ required: ['size'] });
  expect(components.schemas.TestPartInput).not.toHaveProperty('required');
});
