/** @module The distinct values of a field. */
import { type Collation, stringOrder } from './collation.ts';
import { compareStrings, compareValues } from './compare.ts';
import type { Document } from './fields.ts';
import { distinctOf } from './paths.ts';
import { valueKey } from './value-key.ts';

/**
 * The distinct values of a dotted path over documents, smallest first; elements of an array count singly, a missing
 * field does not count.
 */
export function distinctValues(
  documents: Iterable<Document>,
  path: string,
  options: { collation?: Collation } = {},
): unknown[] {
  const strings = stringOrder(options.collation);
  const values = distinctOf(documents, path, valueKey).sort((a, b) => compareValues(a, b, strings));
  if (strings === compareStrings) return values;
  return values.filter((value, at) => at === 0 || compareValues(values[at - 1], value, strings) !== 0);
}
