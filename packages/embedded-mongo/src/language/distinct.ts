/** @module The distinct values of a field. */
import { type Collation, stringOrder } from './collation.ts';
import { compareStrings, compareValues } from './compare.ts';
import type { Document } from './fields.ts';
import { distinctOf } from './paths.ts';
import { valueKey } from './value-key.ts';

/**
 * The distinct values of a dotted path over documents, in the order in which they first appear; elements of an array
 * count singly, a missing field does not count. Values that a collation finds equal count as the first of them.
 */
export function distinctValues(
  documents: Iterable<Document>,
  path: string,
  options: { collation?: Collation } = {},
): unknown[] {
  const strings = stringOrder(options.collation);
  const values = distinctOf(documents, path, valueKey);
  if (strings === compareStrings) return values;
  const kept: unknown[] = [];
  for (const value of values) {
    if (!kept.some((other) => compareValues(other, value, strings) === 0)) kept.push(value);
  }
  return kept;
}
