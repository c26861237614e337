/** @module The distinct values of a field. */

import { type Paced, sortPaced, type Task } from '../pace.ts';
import { type Collation, stringOrder } from './collation.ts';
import { compareStrings, compareValues } from './compare.ts';
import type { Document } from './fields.ts';
import { distinctOf } from './paths.ts';
import { valueKey } from './value-key.ts';

/**
 * The distinct values of a dotted path over documents, in MongoDB's order of values; elements of an array count
 * singly, a missing field does not count. Values that a collation finds equal count as the first of them.
 */
export function* distinctValues(
  documents: Iterable<Paced<Document>>,
  path: string,
  options: { collation?: Collation } = {},
): Task<unknown[]> {
  const strings = stringOrder(options.collation);
  const found = yield* distinctOf(documents, path, valueKey);
  const values = yield* sortPaced(found, (a, b) => compareValues(a, b, strings));
  if (strings === compareStrings) return values;
  // The sort is stable, so that of equal values the first stays in front.
  return values.filter((value, at) => at === 0 || compareValues(values[at - 1], value, strings) !== 0);
}
