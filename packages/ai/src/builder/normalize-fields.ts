/** @module A node's configuration in the one spelling and the value types that the builder's pages can read. */
import type { BuilderNodeType } from './graph.ts';
import { asText, entries, isObject, plain } from './plain.ts';

type Fields = Record<string, unknown>;

/**
 * The configuration as the builder reads it. What is absent stays absent; what has the wrong shape is brought into the right
 * one, or left out.
 *
 * @param type the node's type
 * @param raw `data.fields` as a model wrote it; anything
 */
export function normalizeFields(type: BuilderNodeType, raw: unknown): Fields {
  const fields = isObject(raw) ? (plain(raw) as Fields) : {};
  unifySpelling(type, fields);
  keep(fields, 'variables', (value) => uniqueVariables(listOf(value, 'name', toVariable)));
  keep(fields, 'rules', (value) => listOf(value, 'field', toRule));
  for (const name of TEXT_MAPS) keep(fields, name, textMap);
  for (const name of TEXTS) keep(fields, name, textOf);
  if (type === 'dbUpdate' || type === 'dbDelete') duplicate(fields, 'filters', 'filter');
  if (type === 'dbUpdate') duplicate(fields, 'update', 'data');
  return fields;
}

const TEXT_MAPS = ['filters', 'filter', 'update', 'data'];
const TEXTS = [
  'collection',
  'to',
  'subject',
  'body',
  'email',
  'password',
  'outputVar',
  'findType',
  'updateType',
  'deleteType',
  'requiredRole',
];

/** Other spellings under the name that is read, first non-empty wins. */
function unifySpelling(type: BuilderNodeType, fields: Fields): void {
  rename(fields, 'outputVar', ['outputVar', 'output', 'outputVariable']);
  if (type.startsWith('db')) rename(fields, 'collection', ['collection', 'collectionName']);
  if (type === 'dbFind' || type === 'dbUpdate' || type === 'dbDelete')
    rename(fields, 'filters', ['filters', 'filter', 'where', 'query']);
  if (type === 'dbInsert') {
    rename(fields, 'data', ['data', 'document', 'doc']);
    unwrap(fields, 'data', ['data', 'document']);
  }
  if (type === 'dbUpdate') {
    rename(fields, 'update', ['update', 'data', 'updates']);
    unwrap(fields, 'update', ['data', '$set']);
  }
  if (type === 'emailSend') rename(fields, 'body', ['body', 'html', 'text']);
}

function rename(fields: Fields, name: string, spellings: readonly string[]): void {
  const given = spellings.filter((spelling) => Object.hasOwn(fields, spelling));
  if (given.length === 0) return;
  const value = fields[given.find((spelling) => !isEmpty(fields[spelling])) ?? given[0]!];
  for (const spelling of given) delete fields[spelling];
  fields[name] = value;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (isObject(value) && noKeys(value));
}

function noKeys(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** `{ data: { name } }` means `{ name }`, also beside other keys of the wrapper; a text under that name is a field like any other. */
function unwrap(fields: Fields, name: string, wrappers: readonly string[]): void {
  const value = fields[name];
  if (!isObject(value)) return;
  const wrapper = wrappers.find((key) => isObject(value[key]));
  if (wrapper !== undefined) fields[name] = value[wrapper];
}

/** Replaces a field that is there by what `convert` makes of it; `undefined` removes it. */
function keep(fields: Fields, name: string, convert: (value: unknown) => unknown): void {
  if (!Object.hasOwn(fields, name)) return;
  const value = convert(fields[name]);
  if (value === undefined) delete fields[name];
  else fields[name] = value;
}

/** One setting under two names, because the panel reads one and the builder the other. */
function duplicate(fields: Fields, one: string, other: string): void {
  const value = fields[one] ?? fields[other];
  if (!isObject(value)) return;
  fields[one] = value;
  fields[other] = { ...value };
}

/** A list of objects, also out of a list of names or an object by name. */
function listOf(
  value: unknown,
  key: 'name' | 'field',
  convert: (name: string, about: unknown) => Fields,
): Fields[] {
  const items = Array.isArray(value)
    ? value.map((item): [unknown, unknown] => (isObject(item) ? [item[key], item] : [item, undefined]))
    : isObject(value)
      ? entries(value)
      : [];
  return items.flatMap(([name, about]) => {
    const text = typeof name === 'string' ? name : '';
    return text.trim() === '' ? [] : [convert(text, about)];
  });
}

/** Variables by name, the first of each. */
export function uniqueVariables(variables: readonly unknown[]): unknown[] {
  const byName = new Map<unknown, unknown>();
  for (const variable of variables) {
    if (isObject(variable) && !byName.has(variable.name)) byName.set(variable.name, variable);
  }
  return [...byName.values()];
}

function toVariable(name: string, about: unknown): Fields {
  if (isObject(about)) return { ...about, name };
  return typeof about === 'string' && about !== '' ? { name, type: about } : { name };
}

function toRule(field: string, about: unknown): Fields {
  if (isObject(about)) return { ...about, field };
  if (typeof about === 'string' && about !== '' && about !== 'required') return { field, type: about };
  return { field, required: true };
}

/** An object of texts, also out of JSON text or a list of `{ field, value }`. */
function textMap(value: unknown): Record<string, string> | undefined {
  const source = typeof value === 'string' ? fromJson(value) : value;
  const pairs = Array.isArray(source)
    ? source.flatMap(toPair)
    : isObject(source)
      ? entries(source)
      : undefined;
  if (pairs === undefined) return undefined;
  const texts = pairs.flatMap(([key, item]): [string, string][] => {
    const text = asText(item);
    return key === '' || text === undefined ? [] : [[key, text]];
  });
  return Object.fromEntries(texts);
}

function toPair(item: unknown): [string, unknown][] {
  if (!isObject(item)) return [];
  const key = item.field ?? item.key ?? item.name;
  return typeof key === 'string' ? entries({ [key]: item.value }) : [];
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only a list of addresses has a text of its own among the lists. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.filter((item) => typeof item === 'string');
    return texts.length > 0 ? texts.join(', ') : undefined;
  }
  return isObject(value) ? undefined : asText(value);
}
