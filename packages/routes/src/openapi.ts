/** @module The OpenAPI 3.1 document, generated from the declared routes. */
import { z } from 'zod';
import { type Route, type RouteResponses, splitResponses } from './route.ts';

/** An OpenAPI document as plain JSON. */
export type OpenApiDocument = Record<string, unknown>;

/** Errors that the document names, each with its status and message. */
export type DocumentedErrors = Readonly<Record<DocumentedCode, readonly [status: number, message: string]>>;

type DocumentedCode = 'VALIDATION_ERROR' | 'UNAUTHENTICATED' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE';

/** Describes all routes. */
export function openApiDocument(
  routes: readonly Route[],
  info: { title: string; version: string },
  errors: DocumentedErrors,
): OpenApiDocument {
  const schemas = new NamedSchemas();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas, errors) };
  }
  return {
    openapi: '3.1.1',
    info,
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Error: ERROR_SCHEMA, ...schemas.list() },
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

function operation(route: Route, schemas: NamedSchemas, errors: DocumentedErrors): JsonSchema {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.auth !== 'none' && {
      security: route.auth === 'required' ? [{ bearer: [] }] : [{ bearer: [] }, {}],
    }),
    parameters: [
      ...parameters('path', schemas.print(route.params, 'input'), pathNames(route)),
      ...parameters('query', schemas.print(route.query, 'input')),
    ],
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse(undefined).success,
        content: { 'application/json': { schema: schemas.print(route.body, 'input') } },
      },
    }),
    responses: responses(route, schemas, errors),
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

function parameters(place: 'path' | 'query', described: JsonSchema, names: string[] = []): unknown[] {
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

function responses(route: Route, schemas: NamedSchemas, documented: DocumentedErrors): JsonSchema {
  const own = Object.entries(route.responses).map(([status, declared]) => [
    status,
    response(declared, schemas),
  ]);
  const errors = commonErrors(route).map((code) => {
    const [status, description] = documented[code];
    return [status, { description, content: ERROR_CONTENT }];
  });
  const fallback = { default: { description: 'Any other error', content: ERROR_CONTENT } };
  return { ...fallback, ...Object.fromEntries(errors), ...Object.fromEntries(own) };
}

const ERROR_CONTENT = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };

function commonErrors(route: Route): DocumentedCode[] {
  return [
    ...(route.params || route.query || route.body ? (['VALIDATION_ERROR'] as const) : []),
    ...(route.auth !== 'none' ? (['UNAUTHENTICATED'] as const) : []),
    ...(route.body ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
  ];
}

function response(declared: RouteResponses[number], named: NamedSchemas): Record<string, unknown> {
  const answers = splitResponses(declared);
  const schemas = answers.schemas.map((schema) => named.print(schema, 'output'));
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

type JsonSchema = Record<string, unknown>;

/** Schemas with a name (`.meta({ id })`): defined once in the document, and referred to. */
class NamedSchemas {
  readonly #definitions = new Map<string, JsonSchema>();

  /** All that were referred to, in alphabetical order. */
  list(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#definitions].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The JSON schema of a zod schema; `{}` without one. */
  print(schema: z.ZodType | undefined, io: 'input' | 'output'): JsonSchema {
    if (!schema) return {};
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    const names = new Map<string, string>();
    const refer = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(refer);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => {
          const id = key === '$ref' ? /^#\/\$defs\/(.+)$/.exec(String(inner))?.[1] : undefined;
          return [key, id === undefined ? refer(inner) : `#/components/schemas/${names.get(id)}`];
        }),
      );
    };
    // A body leaves out what a response always has, so that the two can differ.
    for (const id of Object.keys($defs)) names.set(id, io === 'input' ? `${id}Input` : id);
    for (const [id, definition] of Object.entries($defs)) {
      const { id: __, ...plain } = refer(definition) as JsonSchema;
      this.#definitions.set(names.get(id)!, plain);
    }
    return refer(rest) as JsonSchema;
  }
}
