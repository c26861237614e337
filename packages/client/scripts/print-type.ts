/** @module Prints JSON schemas, as the server's document has them, as TypeScript types. */

/** A JSON schema; what it holds is looked at where it is printed. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The TypeScript type of a schema.
 *
 * @throws Error for a keyword that decides about the type and is not known here, so that no type is silently too wide
 */
export function printType(schema: JsonSchema): string {
  if (typeof schema.$ref === 'string') return nameOfReference(schema.$ref);
  if ('not' in schema) return 'never';
  if ('const' in schema) return literal(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map(literal));
  for (const word of ['anyOf', 'oneOf'] as const) {
    if (Array.isArray(schema[word])) return union((schema[word] as JsonSchema[]).map(printType));
  }
  if (Array.isArray(schema.allOf)) {
    return (schema.allOf as JsonSchema[]).map((part) => `(${printType(part)})`).join(' & ');
  }
  if (Array.isArray(schema.type)) {
    return union(schema.type.map((type) => printType({ ...schema, type })));
  }
  return printPlain(schema);
}

/** `#/components/schemas/Workflow` is the type `Workflow`. */
function nameOfReference(reference: string): string {
  const name = /^#\/components\/schemas\/([A-Za-z]\w*)$/.exec(reference)?.[1];
  if (name === undefined) throw new Error(`Not a reference to a named schema: ${reference}`);
  return name;
}

/** A comment above what a schema describes; nothing for a schema without a description. */
export function printComment({ description }: JsonSchema): string {
  return typeof description === 'string' ? `/** ${description.replaceAll('*/', '*\\/')} */\n` : '';
}

/** A name as a property: quoted where it has to be. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

function printPlain(schema: JsonSchema): string {
  switch (schema.type) {
    case undefined:
      return 'unknown';
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return schema.type;
    case 'integer':
      return 'number';
    case 'array':
      return printArray(schema);
    case 'object':
      return printObject(schema);
    default:
      throw new Error(`Unknown type in a schema: ${JSON.stringify(schema.type)}`);
  }
}

function printArray({ items, prefixItems }: JsonSchema): string {
  if (Array.isArray(prefixItems)) {
    return `[${(prefixItems as JsonSchema[]).map(printType).join(', ')}]`;
  }
  return `(${printType((items ?? {}) as JsonSchema)})[]`;
}

function printObject({ properties, required, additionalProperties }: JsonSchema): string {
  const fields = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  const needed = new Set((required ?? []) as string[]);
  const lines = fields.map(
    ([name, field]) =>
      `${printComment(field)}${propertyName(name)}${needed.has(name) ? '' : '?'}: ${printType(field)};`,
  );
  const rest = restType(additionalProperties, fields.length > 0 ? 'beside fields' : 'alone');
  if (rest !== undefined) lines.push(`[name: string]: ${rest};`);
  return lines.length === 0
    ? 'Record<string, never>'
    : `{${lines.some((line) => line.startsWith('/**')) ? '\n' : ' '}${lines.join('\n')} }`;
}

/** Beside named fields, an index signature has to admit their types as well: only `unknown` always does. */
function restType(rest: unknown, place: 'alone' | 'beside fields'): string | undefined {
  if (typeof rest !== 'object' || rest === null) return undefined;
  return place === 'alone' ? printType(rest as JsonSchema) : 'unknown';
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)];
  return different.includes('unknown') ? 'unknown' : different.join(' | ') || 'never';
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}
