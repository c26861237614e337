/** @module What a drafter has to know about the node types, all of it derived from the catalogue. */
import { type CatalogEntry, catalog, type NodeType, type Registry } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';

/** JSON Schema of a value. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * What a field holds: `fields` and `filter` are maps from names to values, `value` is any JSON; `typed` has a JSON Schema.
 */
export type FieldShape = 'fields' | 'filter' | 'text' | 'number' | 'value' | 'typed';

/** One field of a node type. */
export interface FieldFacts {
  name: string;
  shape: FieldShape;
  required: boolean;
  description: string;
  schema: Schema;
}

/** One node type. */
export interface TypeFacts {
  type: string;
  title: string;
  summary: string;
  fields: readonly FieldFacts[];
  /** Whether a step of this type says anything besides its type. */
  configurable: boolean;
  output: CatalogEntry['outputs'];
  example: Readonly<Record<string, unknown>>;
  /** Other spellings of fields. */
  aliases: ReadonlyMap<string, string>;
  role: NodeType['role'];
}

/** The node types of a registry by name. */
export type Types = ReadonlyMap<string, TypeFacts>;

/** The one type whose configuration is what the plan says of the inputs. */
export const INPUT_TYPE = 'input';

/** Reads the catalogue of a registry. */
export function readTypes(registry: Registry): Types {
  const entries = catalog(registry);
  return new Map(entries.map((entry) => [entry.type, toFacts(entry, entries, registry)]));
}

function toFacts(entry: CatalogEntry, entries: readonly CatalogEntry[], registry: Registry): TypeFacts {
  const { type, title, summary, outputs: output, example } = entry;
  const node = registry.get(type);
  const aliases = Object.entries(node?.aliases ?? {}).flatMap(([field, spellings]) =>
    spellings
      .filter((spelling) => !spelling.includes('.'))
      .map((spelling): [string, string] => [spelling, field]),
  );
  const fields = readFields(entry, entries, new Map(aliases));
  const said = fields.some(({ name, required }) => required || Object.hasOwn(example, name));
  return {
    type,
    title,
    summary,
    fields,
    configurable: type !== INPUT_TYPE && said,
    output,
    example,
    aliases: new Map(aliases),
    role: node?.role,
  };
}

function readFields(
  entry: CatalogEntry,
  entries: readonly CatalogEntry[],
  aliases: ReadonlyMap<string, string>,
): FieldFacts[] {
  const properties = isObject(entry.config.properties) ? entry.config.properties : {};
  const required = Array.isArray(entry.config.required) ? entry.config.required : [];
  return Object.entries(properties).map(([name, property]) => {
    const schema: Schema = isObject(property) ? property : {};
    const shape = shapeOf(name, schema, [entry, ...entries]);
    return {
      name,
      shape: shape === 'fields' && (name === 'filter' || aliases.get('where') === name) ? 'filter' : shape,
      required: required.includes(name),
      description: typeof schema.description === 'string' ? schema.description : '',
      schema,
    };
  });
}

/** What the catalogue says; where it says nothing, what the examples show. */
function shapeOf(name: string, schema: Schema, entries: readonly CatalogEntry[]): FieldShape {
  const said = schema['x-shape'];
  if (said === 'fields' || said === 'text' || said === 'number' || said === 'value') return said;
  if (['type', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', '$ref'].some((key) => key in schema))
    return 'typed';
  const shown = entries.map(({ example }) => example[name]).find((one) => one !== undefined);
  if (isObject(shown)) return 'fields';
  if (typeof shown === 'string') return 'text';
  if (typeof shown === 'number') return 'number';
  return String(schema.description ?? '').startsWith('Field →') ? 'fields' : 'value';
}
