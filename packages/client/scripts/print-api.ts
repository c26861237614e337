/** @module Prints the server's OpenAPI document as TypeScript: an interface of all routes, and a type for each named schema. */
import { type JsonSchema, printComment, printType, propertyName } from './print-type.ts';

/** The parts of an OpenAPI document that are read here. */
export interface ApiDocument {
  components?: { schemas?: Record<string, JsonSchema> };
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

type Content = Record<string, { schema: JsonSchema }>;

/** The module `src/generated/api.ts`, not yet formatted. */
export function printApi({ components, paths }: ApiDocument): string {
  const routes = Object.entries(paths)
    .filter(([path]) => !path.startsWith(PUBLISHED))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
  const operations = routes.map(printOperation).join('\n');
  const schemas = Object.entries(components?.schemas ?? {})
    // Errors reach callers as thrown ones.
    .filter(([name]) => name !== 'Error')
    .map(([name, schema]) => `${printComment(schema)}export type ${name} = ${printType(schema)};`)
    .join('\n\n');
  return `${HEAD}\nexport interface Operations {\n${operations}\n}\n\n${schemas}\n`;
}

/** What a published API takes and answers is its workflow's business. */
const PUBLISHED = '/workflow/run/';

const HEAD = `/** @module Every route of the server, generated from its zod schemas by \`bun run generate\`: do not edit. */

/** What a route takes (\`undefined\`: nothing) and what it answers, by status. */
type Operation<Parts> = Parts & Omit<{ params: undefined; query: undefined; body: undefined }, keyof Parts>;

/** Every route. */`;

function printOperation([route, operation]: readonly [string, Operation]): string {
  const { summary, parameters = [], requestBody, responses } = operation;
  const parts = {
    params: printParameters(parameters.filter(({ in: place }) => place === 'path')),
    query: printParameters(parameters.filter(({ in: place }) => place === 'query')),
    body: printBody(requestBody),
    answers: printAnswers(responses),
  };
  const lines = Object.entries(parts).filter(([, type]) => type !== 'undefined');
  return `/** ${summary.replaceAll('*/', '*\\/')} */
${propertyName(route)}: Operation<{ ${lines.map(([name, type]) => `${name}: ${type};`).join(' ')} }>;`;
}

function printParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'undefined';
  return printType({
    type: 'object',
    properties: Object.fromEntries(
      parameters.map(({ name, description, schema }) => [
        name,
        { ...schema, ...(description && { description }) },
      ]),
    ),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  });
}

function printBody(body: Operation['requestBody']): string {
  if (!body) return 'undefined';
  const type = printType(jsonOf(body.content) ?? {});
  return body.required || type === 'unknown' ? type : `${type} | undefined`;
}

/** Answers that are no success reach callers as errors. */
function printAnswers(responses: Operation['responses']): string {
  const lines = Object.entries(responses)
    .filter(([status]) => /^2\d\d$/.test(status))
    .map(([status, { content = {} }]) => {
      const schema = jsonOf(content);
      return `${status}: ${schema ? printType(schema) : 'undefined'};`;
    });
  return `{ ${lines.join('\n')} }`;
}

function jsonOf(content: Content): JsonSchema | undefined {
  return content['application/json']?.schema;
}
