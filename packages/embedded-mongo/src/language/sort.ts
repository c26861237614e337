/** @module Orders documents by a sort specification, with MongoDB's rule for arrays: smallest up, greatest down. */
import { CommandError } from '../command-error.ts';
import { spend } from '../pace.ts';
import { type Collation, stringOrder } from './collation.ts';
import { compareValues, type StringOrder } from './compare.ts';
import { plainOf } from './documents.ts';
import { type Document, getField, isDocument, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';
import { indexValues } from './paths.ts';

/** What a comparison of strings may need. */
export interface OrderOptions {
  collation?: Collation;
}

/** One field of a sort specification. */
export interface SortField {
  path: string;
  direction: 1 | -1;
}

/**
 * Compiles `{field: 1 | -1, …}` into a comparison for `Array.prototype.sort`; `$natural` compares nothing.
 *
 * @throws CommandError BadValue for a direction that is neither 1 nor -1, or for `$meta`
 */
export function compileSort(
  spec: Document,
  options: OrderOptions = {},
): (a: Document, b: Document) => number {
  const fields = sortFields(spec);
  const strings = stringOrder(options.collation);
  return (a, b) => {
    for (const field of fields) {
      const order = compareValues(sortValue(a, field, strings), sortValue(b, field, strings), strings);
      if (order !== 0) return order * field.direction;
    }
    return 0;
  };
}

/** Sorts into a new array, reading each document's sort values once. Stable. @throws CommandError as {@link compileSort} */
export function sortDocuments<T extends Document>(
  documents: Iterable<T>,
  spec: Document,
  options: OrderOptions = {},
): T[] {
  const fields = sortFields(spec);
  const strings = stringOrder(options.collation);
  const rows = Array.from(documents, (document) => sortRow(document, fields, strings));
  return rows.sort(compareSortRows(fields, strings)).map((row) => row.document);
}

/** A document with the values it is sorted by. */
export interface SortRow<T> {
  document: T;
  values: unknown[];
}

/** Reads the values that a document is sorted by. */
export function sortRow<T extends Document>(
  document: T,
  fields: readonly SortField[],
  strings: StringOrder,
): SortRow<T> {
  if (fields.length > 1) refuseParallelArrays(document, fields);
  return { document, values: fields.map((field) => sortValue(document, field, strings)) };
}

/** Fields below one array go together element by element; below two, each pair of elements would be a key. */
function refuseParallelArrays(document: Document, fields: readonly SortField[]): void {
  const arrays = new Set<string>();
  for (const { path } of fields) {
    const array = firstArray(document, path);
    if (array !== null) arrays.add(array);
  }
  if (arrays.size > 1) throw new CommandError('BadValue', 'cannot sort with keys that are parallel arrays');
}

function firstArray(document: Document, path: string): string | null {
  let value: unknown = document;
  let at = 0;
  for (;;) {
    const end = path.indexOf('.', at);
    const key = end < 0 ? path.slice(at) : path.slice(at, end);
    value = isDocument(value) ? getField(value, key) : undefined;
    if (Array.isArray(value)) return end < 0 ? path : path.slice(0, end);
    if (end < 0 || value === undefined) return null;
    at = end + 1;
  }
}

/** Compares documents by the values read from them. */
export function compareSortRows(
  fields: readonly SortField[],
  strings: StringOrder,
): (a: SortRow<unknown>, b: SortRow<unknown>) => number {
  return (a, b) => {
    spend();
    for (let at = 0; at < fields.length; at++) {
      const order = compareValues(a.values[at], b.values[at], strings);
      if (order !== 0) return order * fields[at]!.direction;
    }
    return 0;
  };
}

/** The values that a document is sorted by, one for each field of the specification. */
export function sortKeyValues(document: Document, spec: Document, options: OrderOptions = {}): unknown[] {
  const strings = stringOrder(options.collation);
  return sortRow(document, sortFields(spec), strings).values;
}

/** The fields of a sort specification in order. @throws CommandError BadValue as {@link compileSort} */
export function sortFields(spec: Document): SortField[] {
  const plain = plainOf(spec);
  const fields: SortField[] = [];
  for (const path of keysOf(plain)) {
    const direction = directionOf(path, plain[path]);
    if (path === '$natural') continue;
    if (path === '' || path.startsWith('$')) {
      throw new CommandError(
        'BadValue',
        `FieldPath field names may not start with '$' or be empty: '${path}'`,
      );
    }
    fields.push({ path, direction });
  }
  return fields;
}

function directionOf(path: string, value: unknown): 1 | -1 {
  const direction = isNumber(value) ? toNumber(value) : undefined;
  if (direction === 1 || direction === -1) return direction;
  if (direction !== undefined && path !== '$natural') {
    throw new CommandError(
      'Location15975',
      '$sort key ordering must be 1 (for ascending) or -1 (for descending)',
    );
  }
  throw new CommandError('Location15974', `Illegal key in $sort specification: ${path}`);
}

function sortValue(document: Document, field: SortField, strings: StringOrder): unknown {
  const direct = field.path.includes('.') ? undefined : getField(document, field.path);
  if (direct !== undefined && !Array.isArray(direct)) return direct;
  const values = indexValues(document, field.path);
  let best = values[0];
  for (let at = 1; at < values.length; at++) {
    if (compareValues(values[at], best, strings) * field.direction < 0) best = values[at];
  }
  return best;
}
