/** @module The OpenAPI 3.1 document, generated from the declared routes. */
import { z } from 'zod';
import { SERVER_ERRORS, type ServerErrorCode } from '../errors.ts';
import { type Route, type RouteAnswers, splitAnswers } from './route.ts';

/** An OpenAPI document as plain JSON. */
export type OpenApiDocument = Record<string, unknown>;

/** Describes all routes. */
export function openApiDocument(
  routes: readonly Route[],
  info: { title: string; version: string },
): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info,
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Error: ERROR_SCHEMA },
    },
  };
}

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error', 'code', 'requestId', 'timestamp'],
  properties: {
    error: { type: 'string', description: 'What was wrong and what to do, for people.' },
    code: { type: 'string', description: 'The same, for programs.' },
    details: { description: 'What exactly: fields, diagnostics.' },
    requestId: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
  },
};

function operation(route: Route): Record<string, unknown> {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.auth !== 'none' && {
      security: route.auth === 'required' ? [{ bearer: [] }] : [{ bearer: [] }, {}],
    }),
    parameters: [...parameters('path', route.params, pathNames(route)), ...parameters('query', route.query)],
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse(undefined).success,
        content: { 'application/json': { schema: jsonSchema(route.body, 'input') } },
      },
    }),
    responses: responses(route),
  };
}

/** `GET /workflows/:workflowId` → `getWorkflowsByWorkflowId`. */
function operationId(route: Route): string {
  const words = route.path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part));
  const name = words.join('-').replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string = '') => next.toUpperCase());
  return `${route.method}${name.charAt(0).toUpperCase()}${name.slice(1)}` || route.method;
}

function pathNames(route: Route): string[] {
  return [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => String(name));
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined, names: string[] = []): unknown[] {
  const described = schema ? jsonSchema(schema, 'input') : {};
  const properties = (described.properties ?? {}) as Record<string, { description?: string }>;
  const required = new Set((described.required ?? []) as string[]);
  return [...new Set([...names, ...Object.keys(properties)])].map((name) => ({
    name,
    in: place,
    required: place === 'path' || required.has(name),
    ...(properties[name]?.description && { description: properties[name].description }),
    schema: properties[name] ?? { type: 'string' },
  }));
}

function responses(route: Route): Record<string, unknown> {
  const own = Object.entries(route.responses).map(([status, declared]) => [status, response(declared)]);
  const errors = commonErrors(route).map((code) => {
    const [status, description] = SERVER_ERRORS[code];
    return [status, { description, content: ERROR_CONTENT }];
  });
  const fallback = { default: { description: 'Any other error', content: ERROR_CONTENT } };
  return { ...fallback, ...Object.fromEntries(errors), ...Object.fromEntries(own) };
}

const ERROR_CONTENT = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };

function commonErrors(route: Route): ServerErrorCode[] {
  return [
    ...(route.params || route.query || route.body ? (['VALIDATION_ERROR'] as const) : []),
    ...(route.auth !== 'none' ? (['UNAUTHENTICATED'] as const) : []),
    ...(route.body ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
  ];
}

function response(declared: RouteAnswers[number]): Record<string, unknown> {
  const answers = splitAnswers(declared);
  const schemas = answers.schemas.map((schema) => jsonSchema(schema, 'output'));
  const { others } = answers;
  const json = schemas.length > 0 && {
    'application/json': { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas } },
  };
  const texts = others.map(({ contentType }) => [contentType, { schema: { type: 'string' } }]);
  const described = schemas.map((schema) => schema.description).find((text) => typeof text === 'string');
  return {
    description: described ?? others[0]?.description ?? 'Success',
    content: { ...json, ...Object.fromEntries(texts) },
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return rest;
}
