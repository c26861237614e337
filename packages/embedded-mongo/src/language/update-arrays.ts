/** @module The update operators on arrays: `$push`, `$addToSet`, `$pull`, `$pullAll` and `$pop`. */
import { CommandError } from '../command-error.ts';
import { compareValues, type StringOrder, typeNameOf } from './compare.ts';
import { type Document, getField, isDocument, keysOf, MISSING } from './fields.ts';
import { compileElementTest, type FilterOptions } from './filter.ts';
import { isNumber, toNumber } from './numbers.ts';
import { sortDocuments } from './sort.ts';
import { describeId, type FieldOperator, leafName } from './update-values.ts';

/** What array operators need to compare values. */
export interface ArrayOptions extends FilterOptions {
  strings: StringOrder;
}

/** Compiles an array operator's operand for a field; `undefined` when the name is no array operator's. */
export function compileArrayOperator(
  operator: string,
  operand: unknown,
  field: string,
  options: ArrayOptions,
): FieldOperator | undefined {
  switch (operator) {
    case '$push':
      return push(operand, options);
    case '$addToSet':
      return addToSet(operand, options.strings);
    case '$pull':
      return pull(compileElementTest(operand, options));
    case '$pullAll':
      return pullAll(operand, options.strings);
    case '$pop':
      return pop(operand, field);
    default:
      return undefined;
  }
}

interface PushParts {
  values: readonly unknown[];
  position: number | undefined;
  slice: number | undefined;
  sort: unknown;
}

function push(operand: unknown, options: ArrayOptions): FieldOperator {
  const parts = pushParts(operand);
  return {
    reach: 'create',
    change(current, { document, path }) {
      const array = arrayOf(current, () => {
        const type = typeNameOf(current);
        return `The field '${leafName(path)}' must be an array but is of type ${type} in document ${describeId(document)}`;
      });
      const at = parts.position ?? array.length;
      const start = at < 0 ? Math.max(0, array.length + at) : at;
      const inserted = [...array.slice(0, start), ...parts.values, ...array.slice(start)];
      return sliced(sortedBy(inserted, parts.sort, options), parts.slice);
    },
  };
}

const CLAUSES = new Set(['$each', '$slice', '$sort', '$position']);

function pushParts(operand: unknown): PushParts {
  if (!isDocument(operand) || !keysOf(operand).some((key) => CLAUSES.has(key))) {
    return { values: [operand], position: undefined, slice: undefined, sort: undefined };
  }
  for (const key of keysOf(operand)) {
    if (!CLAUSES.has(key)) throw new CommandError('BadValue', `Unrecognized clause in $push: ${key}`);
  }
  return {
    values: eachOf(operand, '$push'),
    position: wholeClause(operand, '$position'),
    slice: wholeClause(operand, '$slice'),
    sort: sortClause(getField(operand, '$sort')),
  };
}

function eachOf(operand: Document, operator: string): unknown[] {
  const each = getField(operand, '$each');
  if (Array.isArray(each)) return each;
  throw new CommandError(
    operator === '$push' ? 'BadValue' : 'TypeMismatch',
    `The argument to $each in ${operator} must be an array but it was of type: ${typeNameOf(each)}`,
  );
}

function wholeClause(operand: Document, clause: string): number | undefined {
  const value = getField(operand, clause);
  if (value === undefined) return undefined;
  const number = isNumber(value) ? toNumber(value) : Number.NaN;
  if (Number.isInteger(number)) return number;
  throw new CommandError(
    'BadValue',
    `The value for ${clause} must be an integer value but was given type: ${typeNameOf(value)}`,
  );
}

function sortClause(sort: unknown): unknown {
  if (sort === undefined || isDocument(sort)) return sort;
  const direction = isNumber(sort) ? toNumber(sort) : 0;
  if (direction === 1 || direction === -1) return direction;
  throw new CommandError(
    'BadValue',
    'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
  );
}

function sortedBy(array: unknown[], sort: unknown, options: ArrayOptions): unknown[] {
  if (sort === undefined) return array;
  if (typeof sort === 'number') return array.sort((a, b) => sort * compareValues(a, b, options.strings));
  const spec = Object.fromEntries(
    keysOf(sort as Document).map((key) => [`item.${key}`, (sort as Document)[key]]),
  );
  const rows = array.map((item) => ({ item }));
  return sortDocuments(rows, spec, options).map(({ item }) => item);
}

function sliced(array: unknown[], slice: number | undefined): unknown[] {
  if (slice === undefined) return array;
  if (slice === 0) return [];
  return slice > 0 ? array.slice(0, slice) : array.slice(slice);
}

function addToSet(operand: unknown, strings: StringOrder): FieldOperator {
  const hasEach = isDocument(operand) && keysOf(operand)[0] === '$each';
  if (hasEach && keysOf(operand).length > 1) {
    throw new CommandError(
      'BadValue',
      `Found unexpected fields after $each in $addToSet: ${keysOf(operand).slice(1).join(', ')}`,
    );
  }
  const values = hasEach ? eachOf(operand, '$addToSet') : [operand];
  return {
    reach: 'create',
    change(current, { path }) {
      const array = arrayOf(current, () => {
        const type = typeNameOf(current);
        return `Cannot apply $addToSet to non-array field. Field named '${leafName(path)}' has non-array type ${type}`;
      });
      const result = [...array];
      for (const value of values) {
        if (!result.some((item) => compareValues(item, value, strings) === 0)) result.push(value);
      }
      return current !== MISSING && result.length === array.length ? current : result;
    },
  };
}

function pull(matches: (element: unknown) => boolean): FieldOperator {
  return {
    reach: 'existing',
    change(current) {
      if (current === MISSING) return MISSING;
      const array = arrayOf(current, () => 'Cannot apply $pull to a non-array value');
      const kept = array.filter((item) => !matches(item));
      return kept.length === array.length ? current : kept;
    },
  };
}

function pullAll(operand: unknown, strings: StringOrder): FieldOperator {
  if (!Array.isArray(operand)) {
    throw new CommandError(
      'BadValue',
      `$pullAll requires an array argument but was given a ${typeNameOf(operand)}`,
    );
  }
  return pull((element) => operand.some((value) => compareValues(element, value, strings) === 0));
}

function pop(operand: unknown, field: string): FieldOperator {
  const end = isNumber(operand) ? toNumber(operand) : Number.NaN;
  if (end !== 1 && end !== -1) {
    throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${field}`);
  }
  return {
    reach: 'existing',
    change(current, { path }) {
      if (current === MISSING) return MISSING;
      if (!Array.isArray(current)) {
        throw new CommandError(
          'TypeMismatch',
          `Path '${path}' contains an element of non-array type '${typeNameOf(current)}'`,
        );
      }
      if (current.length === 0) return current;
      return end === 1 ? current.slice(0, -1) : current.slice(1);
    },
  };
}

function arrayOf(current: unknown, message: () => string): unknown[] {
  if (current === MISSING) return [];
  if (Array.isArray(current)) return current;
  throw new CommandError('BadValue', message());
}
