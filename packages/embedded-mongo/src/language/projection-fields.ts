/** @module Reads a projection into a list of paths and what to do with each. */
import { CommandError } from '../command-error.ts';
import { type Document, isDocument, keysOf } from './fields.ts';
import { compileElementTest } from './filter.ts';
import { isNumber, toNumber } from './numbers.ts';

/** What a projection does with one path. */
export type ProjectionKind =
  | { type: 'include' }
  | { type: 'exclude' }
  | { type: 'computed'; expression: unknown }
  | { type: 'slice'; skip: number | undefined; limit: number }
  | { type: 'element'; matches: (element: unknown) => boolean }
  | { type: 'positional' };

/** One path of a projection. */
export interface ProjectionField {
  path: string[];
  kind: ProjectionKind;
}

/** A projection's paths, and whether fields that it does not name are left out or kept. */
export interface ParsedProjection {
  fields: ProjectionField[];
  mode: 'include' | 'exclude';
}

/** Reads a projection. @throws CommandError for mixed or malformed parts */
export function parseProjection(projection: Document, language: 'find' | 'aggregate'): ParsedProjection {
  const fields = keysOf(projection).flatMap((key) => parseField([], key, projection[key], language));
  if (fields.filter(({ kind }) => kind.type === 'positional').length > 1) {
    throw new CommandError('Location31276', 'Cannot specify more than one positional projection per query.');
  }
  const mode = modeOf(fields);
  return { fields, mode };
}

function parseField(
  parent: string[],
  key: string,
  value: unknown,
  language: 'find' | 'aggregate',
): ProjectionField[] {
  const name = [...parent, key].join('.');
  if (key === '' || key.split('.').includes('')) {
    throw new CommandError('Location40353', `FieldPath must not end with a '.' or be empty: '${name}'`);
  }
  if (key.startsWith('$')) {
    throw new CommandError(
      'Location16410',
      `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
    );
  }
  const path = [...parent, ...key.split('.')];
  if (path.at(-1) === '$') return [positional(path, value, language)];
  if (isNumber(value)) return [{ path, kind: { type: toNumber(value) === 0 ? 'exclude' : 'include' } }];
  if (typeof value === 'boolean') return [{ path, kind: { type: value ? 'include' : 'exclude' } }];
  if (!isDocument(value)) return [{ path, kind: { type: 'computed', expression: value } }];
  const [first] = keysOf(value);
  if (first === undefined) {
    throw new CommandError(
      'Location51270',
      `An empty sub-projection is not a valid value. Found empty object at path`,
    );
  }
  if (first.startsWith('$')) return [{ path, kind: operatorKind(first, value, name, language) }];
  return keysOf(value).flatMap((inner) => parseField(path, inner, value[inner], language));
}

function positional(path: string[], value: unknown, language: 'find' | 'aggregate'): ProjectionField {
  const isIncluding = value === true || (isNumber(value) && toNumber(value) !== 0);
  if (language === 'aggregate' || !isIncluding) {
    throw new CommandError(
      'Location31395',
      `positional projection cannot be used with exclusion or in an aggregation: '${path.join('.')}'`,
    );
  }
  return { path: path.slice(0, -1), kind: { type: 'positional' } };
}

function operatorKind(
  operator: string,
  value: Document,
  name: string,
  language: 'find' | 'aggregate',
): ProjectionKind {
  const operand = value[operator];
  if (operator === '$meta') {
    throw new CommandError('CommandNotSupported', `$meta is not supported by this server: '${name}'`);
  }
  if (language === 'find' && operator === '$slice') {
    const slice = sliceKind(operand);
    if (slice !== undefined) return slice;
  }
  if (language === 'find' && operator === '$elemMatch') {
    if (!isDocument(operand))
      throw new CommandError(
        'Location31274',
        `elemMatch: Invalid argument, object required, but got other type`,
      );
    if (name.includes('.')) {
      throw new CommandError(
        'Location31275',
        `Cannot use $elemMatch projection on a nested field. Field: ${name}`,
      );
    }
    return { type: 'element', matches: compileElementTest(operand) };
  }
  return { type: 'computed', expression: value };
}

function sliceKind(operand: unknown): ProjectionKind | undefined {
  if (isNumber(operand)) return { type: 'slice', skip: undefined, limit: Math.trunc(toNumber(operand)) };
  if (!Array.isArray(operand) || operand.length !== 2 || !operand.every(isNumber)) return undefined;
  const [skip, limit] = operand.map((part) => Math.trunc(toNumber(part))) as [number, number];
  if (limit <= 0)
    throw new CommandError('Location28724', `First argument to $slice must be an array, but is of type: int`);
  return { type: 'slice', skip, limit };
}

function modeOf(fields: readonly ProjectionField[]): 'include' | 'exclude' {
  let mode: 'include' | 'exclude' | undefined;
  for (const { path, kind } of fields) {
    if (path.length === 1 && path[0] === '_id' && (kind.type === 'include' || kind.type === 'exclude'))
      continue;
    const wanted = kindMode(kind);
    if (wanted === undefined) continue;
    if (mode !== undefined && mode !== wanted) throw mixed(path.join('.'), kind, mode);
    mode = wanted;
  }
  if (mode !== undefined) return mode;
  if (fields.some(({ kind }) => kind.type === 'element' || kind.type === 'include')) return 'include';
  return 'exclude';
}

function kindMode(kind: ProjectionKind): 'include' | 'exclude' | undefined {
  switch (kind.type) {
    case 'slice':
    case 'element':
      return undefined;
    case 'exclude':
      return 'exclude';
    default:
      return 'include';
  }
}

function mixed(path: string, kind: ProjectionKind, mode: 'include' | 'exclude'): CommandError {
  if (mode === 'include') {
    return new CommandError('Location31254', `Cannot do exclusion on field ${path} in inclusion projection`);
  }
  if (kind.type === 'include') {
    return new CommandError('Location31253', `Cannot do inclusion on field ${path} in exclusion projection`);
  }
  return new CommandError(
    'Location31252',
    `Cannot use an expression on field ${path} in exclusion projection`,
  );
}
