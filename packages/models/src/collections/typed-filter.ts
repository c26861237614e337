/** @module Which documents of a collection a caller asks for: a JSON filter, or `field=value` pairs. */
import { FILTER_OPERATORS, isPlainObject } from '@orchestrix/engine';
import { type FieldProblem, invalidRequest } from './collection-errors.ts';
import { convertValue, type Field, readText } from './typed-fields.ts';

/** Reads a value as one of a field's type; `undefined` when it cannot be read as one. */
type Convert = (type: string, value: unknown) => unknown;

/** Operators whose operand is itself a value of the field, or a list of such. */
const COMPARISONS: ReadonlySet<string> = new Set([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$all',
  '$not',
]);

const MAX_DEPTH = 20;

/**
 * The MongoDB filter behind a query. Values meet the types of their fields: texts become dates, numbers and object ids where the definition
 * says so.
 *
 * @param json text of a MongoDB filter
 * @param pairs field → texts, of which one must match
 * @throws OrchestrixError `VALIDATION_ERROR` naming the part that is wrong
 */
export function buildFilter(
  fields: readonly Field[],
  json: string | undefined,
  pairs: ReadonlyMap<string, readonly string[]>,
): Record<string, unknown> {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const clauses: Record<string, unknown>[] = [];
  if (json !== undefined) clauses.push(filterOfJson(json, types));
  for (const [name, texts] of pairs) {
    refuseName(name, `query.${name}`);
    const values = texts.flatMap((text) => readText(types.get(name), text));
    clauses.push({ [name]: { $in: values } });
  }
  return clauses.length === 0 ? {} : clauses.length === 1 ? clauses[0]! : { $and: clauses };
}

/**
 * Reads `name,-age`: by name, then the oldest first.
 *
 * @throws OrchestrixError `VALIDATION_ERROR`
 */
export function readSort(text: string): Record<string, 1 | -1> {
  const sort: Record<string, 1 | -1> = Object.create(null);
  for (const part of text.split(',').map((each) => each.trim())) {
    const [field = '', direction] = part.split(':', 2);
    const name = field.replace(/^[-+]/, '');
    refuseName(name, 'query.sort');
    if (direction !== undefined && !/^(?:asc|desc|1|-1)$/i.test(direction))
      throw invalid({
        path: 'query.sort',
        message: 'Write -name or name:desc for descending, name for ascending',
      });
    sort[name] = field.startsWith('-') || /^(?:desc|-1)$/i.test(direction ?? '') ? -1 : 1;
  }
  if (Object.keys(sort).length > 10)
    throw invalid({ path: 'query.sort', message: 'Sort by at most 10 fields' });
  return { ...sort };
}

function filterOfJson(json: string, types: ReadonlyMap<string, string>): Record<string, unknown> {
  let filter: unknown;
  try {
    filter = JSON.parse(json);
  } catch {
    throw invalid({ path: 'query.filter', message: 'Expected a MongoDB filter as JSON text' });
  }
  if (!isPlainObject(filter)) throw invalid({ path: 'query.filter', message: 'Expected a JSON object' });
  return convertClause(filter, types, 0, convertValue);
}

/**
 * A filter whose operators were checked, with values in the types of their fields.
 *
 * @param convert how values are read
 */
export function convertFilter(
  fields: readonly Field[],
  filter: Record<string, unknown>,
  convert: Convert,
): Record<string, unknown> {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  return convertClause(filter, types, 0, convert);
}

/** An object whose keys are fields, `$and`, `$or` or `$nor`. */
function convertClause(
  clause: Record<string, unknown>,
  types: ReadonlyMap<string, string>,
  depth: number,
  convert: Convert,
): Record<string, unknown> {
  if (depth > MAX_DEPTH)
    throw invalid({ path: 'query.filter', message: `Nested deeper than ${MAX_DEPTH} levels` });
  return Object.fromEntries(
    Object.entries(clause).map(([key, value]) => {
      if (key === '$and' || key === '$or' || key === '$nor')
        return [key, convertClauses(key, value, types, depth, convert)];
      refuseName(key, `query.filter.${key}`);
      return [key, convertCondition(value, types.get(key), `query.filter.${key}`, depth, convert)];
    }),
  );
}

function convertClauses(
  key: string,
  value: unknown,
  types: ReadonlyMap<string, string>,
  depth: number,
  convert: Convert,
): Record<string, unknown>[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isPlainObject))
    throw invalid({ path: `query.filter.${key}`, message: 'Expected a list of filters, at least one' });
  return value.map((each) => convertClause(each, types, depth + 1, convert));
}

/** What stands behind a field: a value, or an object of operators. */
function convertCondition(
  value: unknown,
  type: string | undefined,
  path: string,
  depth: number,
  convert: Convert,
): unknown {
  if (depth > MAX_DEPTH) throw invalid({ path, message: `Nested deeper than ${MAX_DEPTH} levels` });
  if (Array.isArray(value))
    return value.map((each) => convertCondition(each, type, path, depth + 1, convert));
  // A date or an id of a step is a value.
  if (!isPlainObject(value))
    return type === undefined || value === null ? value : (convert(type, value) ?? value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key.startsWith('$') && !FILTER_OPERATORS.has(key))
        throw invalid({ path, message: `The operator "${key}" is not allowed` });
      const innerType = COMPARISONS.has(key) ? type : undefined;
      return [key, convertCondition(inner, innerType, `${path}.${key}`, depth + 1, convert)];
    }),
  );
}

function refuseName(name: string, path: string): void {
  const wrong = name === '' || name.startsWith('$') || name.includes('\0') || name.length > 200;
  const reserved = name.split('.').some((part) => part === '__proto__');
  if (wrong || reserved)
    throw invalid({ path, message: `${JSON.stringify(name)} is not the name of a field` });
}

function invalid(problem: FieldProblem) {
  return invalidRequest([problem]);
}
