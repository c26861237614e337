/** @module Prints the server's OpenAPI document as one TypeScript interface: route → what it takes and what it answers. */
import { type JsonSchema, printType, propertyName } from './print-type.ts';

/** The parts of an OpenAPI document that are read here. */
export interface ApiDocument {
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
export function printApi({ paths }: ApiDocument): string {
  const routes = Object.entries(paths)
    .filter(([path]) => !path.startsWith(PUBLISHED))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
  return `${HEAD}\nexport interface Operations {\n${routes.map(printOperation).join('\n')}\n}\n`;
}

/** What a published API takes and answers is its workflow's business. */
const PUBLISHED = '/workflow/run/';

const HEAD = `/** @module Every route of the server, generated from its zod schemas by \`bun run generate\`: do not edit. */

/** Route → what it takes (\`undefined\`: nothing) and what it answers, by status. */`;

function printOperation([route, operation]: readonly [string, Operation]): string {
  const { summary, parameters = [], requestBody, responses } = operation;
  return `/** ${summary.replaceAll('*/', '*\\/')} */
${propertyName(route)}: {
  params: ${printParameters(parameters.filter(({ in: place }) => place === 'path'))};
  query: ${printParameters(parameters.filter(({ in: place }) => place === 'query'))};
  body: ${printBody(requestBody)};
  answers: ${printAnswers(responses)};
};`;
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
