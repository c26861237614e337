/** @module JSON Schemas that every provider can enforce: each property required, no open objects, no keyword beyond the common few. */
import { isObject } from '../builder/plain.ts';
import type { FieldFacts, FieldShape, Schema, TypeFacts } from './type-facts.ts';

/** Comparisons of a filter as models write them, without the `$`. */
export const OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists', 'regex'] as const;

const TEXT: Schema = { type: 'string' };
const SCALAR: readonly Schema[] = ['string', 'number', 'boolean', 'null'].map((type) => ({ type }));

/** An object with exactly these properties. */
export function strictObject(properties: Record<string, Schema>): Record<string, unknown> {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

/** The same or null: how a strict schema says that something may be left out. */
export function nullable(schema: Schema): Schema {
  const { type, enum: values, anyOf, description } = schema;
  const told = typeof description === 'string' ? { description } : {};
  if (Array.isArray(anyOf)) {
    return anyOf.some((one: Schema) => one.type === 'null')
      ? schema
      : { ...told, anyOf: [...anyOf, { type: 'null' }] };
  }
  if (Array.isArray(values) || typeof type !== 'string') {
    const { description: _, ...rest } = schema;
    return { ...told, anyOf: [rest, { type: 'null' }] };
  }
  if (type !== 'object' && type !== 'array') return { ...schema, type: [type, 'null'] };
  const { description: _, ...rest } = schema;
  return { ...told, anyOf: [rest, { type: 'null' }] };
}

/** A map from names to values: strict schemas know none, so it is a list of pairs. */
export const PAIRS: Schema = {
  type: 'array',
  items: strictObject({ field: TEXT, value: { anyOf: SCALAR } }),
};

const COMPARISONS: Schema = {
  type: 'array',
  items: strictObject({
    field: TEXT,
    operator: { type: 'string', enum: OPERATORS },
    value: { anyOf: SCALAR },
  }),
};

/** Any JSON value, as far as a strict schema can say it; what is nested deeper is JSON text. */
export const ANY_VALUE: Schema = { anyOf: [...SCALAR, PAIRS] };

/** The configuration of a step of one type. */
export function strictConfig({ fields }: TypeFacts): Record<string, Schema> {
  return Object.fromEntries(fields.map((field) => [field.name, strictField(field)]));
}

function strictField({ shape, schema, required, description }: FieldFacts): Schema {
  const strict = shape === 'typed' ? strictSchema(schema) : SHAPES[shape];
  const told = description === '' ? strict : { ...strict, description };
  return required ? told : nullable(told);
}

const SHAPES: Record<Exclude<FieldShape, 'typed'>, Schema> = {
  fields: PAIRS,
  filter: COMPARISONS,
  text: TEXT,
  number: { anyOf: [{ type: 'number' }, { type: 'string' }] },
  value: ANY_VALUE,
};

/** What a strict schema can keep of any schema. */
export function strictSchema(schema: Schema, depth = 0): Schema {
  const told = typeof schema.description === 'string' ? { description: schema.description } : {};
  if (depth > MAX_DEPTH) return { ...told, ...TEXT };
  const variants = variantsOf(schema);
  if (variants) {
    const strict = flatten(variants.map((one) => strictSchema(one, depth + 1)));
    return strict.length === 1 ? { ...told, ...strict[0] } : { ...told, anyOf: strict };
  }
  if (Array.isArray(schema.enum)) return { ...told, ...oneOf(schema.enum) };
  if (schema.const !== undefined) return { ...told, ...oneOf([schema.const]) };
  if (schema.type === 'array') {
    return { ...told, type: 'array', items: strictSchema(asSchema(schema.items), depth + 1) };
  }
  if (schema.type === 'object') return { ...told, ...strictProperties(schema, depth) };
  return typeof schema.type === 'string' ? { ...told, type: schema.type } : { ...told, ...ANY_VALUE };
}

const MAX_DEPTH = 5;

/** Some providers want to know the type of values that are listed as well. */
function oneOf(values: readonly unknown[]): Schema {
  const types = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
  return { type: types.length === 1 ? types[0] : types, enum: values };
}

function strictProperties(schema: Schema, depth: number): Schema {
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {});
  if (properties.length === 0) return PAIRS;
  const required = Array.isArray(schema.required) ? schema.required : [];
  return strictObject(
    Object.fromEntries(
      properties.map(([name, property]) => {
        const strict = strictSchema(asSchema(property), depth + 1);
        return [name, required.includes(name) ? strict : nullable(strict)];
      }),
    ),
  );
}

/** The alternatives of a schema, also of one with several types. */
export function variantsOf(schema: Schema): Schema[] | undefined {
  const listed = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(listed)) return listed.map(asSchema).flatMap((one) => variantsOf(one) ?? [one]);
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : undefined;
}

/** Alternatives of alternatives side by side, each once. A constant empty text is a form's way of saying nothing. */
function flatten(schemas: readonly Schema[]): Schema[] {
  const flat = schemas.flatMap((one) => (Array.isArray(one.anyOf) ? (one.anyOf as Schema[]) : [one]));
  const said = flat.filter((one) => !(Array.isArray(one.enum) && one.enum.every((value) => value === '')));
  return [...new Map(said.map((one) => [JSON.stringify(one), one])).values()];
}

function asSchema(value: unknown): Schema {
  return isObject(value) ? value : {};
}
