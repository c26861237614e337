/** @module The keys that a document has in an index, as bytes in index order. */
import { CommandError } from '../command-error.ts';
import type { Collation } from '../language/collation.ts';
import { encodeKey } from '../language/encode-key.ts';
import { type Document, isDocument } from '../language/fields.ts';
import { indexValues } from '../language/paths.ts';
import { foldString } from './collation-key.ts';
import type { IndexSpec } from './index-spec.ts';

/** One key of a document: its bytes, and the values it was made of. */
export interface IndexKey {
  bytes: Uint8Array;
  values: unknown[];
}

/**
 * The different keys of a document, several where an indexed field is an array. Empty when the index is sparse and
 * the document has none of its fields.
 * @throws CommandError CannotIndexParallelArrays (171)
 */
export function indexKeys(spec: IndexSpec, document: Document): IndexKey[] {
  const perField = spec.fields.map(({ path }) => indexValues(document, path));
  if (spec.sparse && perField.every((values) => values.length === 1 && values[0] === undefined)) return [];
  const directions = spec.fields.map(({ direction }) => direction);
  if (perField.every((values) => values.length === 1)) {
    return [
      keyOf(
        perField.map(([value]) => value),
        directions,
        spec.collation,
      ),
    ];
  }
  const different = new Map<string, IndexKey>();
  for (const values of combine(spec, document, perField)) {
    const key = keyOf(values, directions, spec.collation);
    different.set(Buffer.from(key.bytes).toString('latin1'), key);
  }
  return [...different.values()];
}

/** The bytes of a key for values of an index's first fields; a prefix of every key that starts with these values. */
export function encodeIndexKey(
  values: readonly unknown[],
  directions: readonly (1 | -1)[],
  collation: Collation | null,
): Uint8Array {
  if (!collation) return encodeKey(values, directions);
  return encodeKey(
    values.map((value) => foldValue(value, collation)),
    directions,
  );
}

function keyOf(values: unknown[], directions: readonly (1 | -1)[], collation: Collation | null): IndexKey {
  return { bytes: encodeIndexKey(values, directions, collation), values };
}

function foldValue(value: unknown, collation: Collation): unknown {
  if (typeof value === 'string') return foldString(value, collation);
  if (Array.isArray(value)) return value.map((item) => foldValue(item, collation));
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, foldValue(item, collation)]));
}

/**
 * Fields below one array go together element by element; fields below different arrays cannot be indexed together,
 * because the keys would be every pair of their elements.
 */
function combine(spec: IndexSpec, document: Document, perField: readonly unknown[][]): unknown[][] {
  const arrays = spec.fields.map(({ path }, at) =>
    perField[at]!.length > 1 ? arrayPathOf(document, path) : null,
  );
  const different = [...new Set(arrays.filter((path) => path !== null))];
  if (different.length > 1) {
    throw new CommandError(
      'CannotIndexParallelArrays',
      `cannot index parallel arrays [${different[1]}] [${different[0]}]`,
    );
  }
  const lengths = new Set(perField.map((values) => values.length).filter((length) => length > 1));
  if (lengths.size > 1) return everyPair(perField);
  const [length = 1] = lengths;
  return Array.from({ length }, (_, at) =>
    perField.map((values) => (values.length > 1 ? values[at] : values[0])),
  );
}

/** Fields below nested arrays of one outer array: more keys than needed do no harm, as candidates are checked again. */
function everyPair(perField: readonly unknown[][]): unknown[][] {
  return perField.reduce<unknown[][]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

function arrayPathOf(document: Document, path: string): string | null {
  const parts = path.split('.');
  let value: unknown = document;
  for (let at = 0; at < parts.length; at++) {
    value = isDocument(value) ? value[parts[at]!] : undefined;
    if (Array.isArray(value)) return parts.slice(0, at + 1).join('.');
  }
  return null;
}
