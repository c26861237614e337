/** @module Whether two values are the same down to types and key order, so that writing one over the other changes nothing. */
import type { Decimal128 } from 'bson';
import { compareBson, compareBytes, typeNameOf } from './compare.ts';
import { isDocument, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';

/** Whether two values have the same BSON bytes. */
export function isIdentical(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  const type = typeNameOf(left);
  if (type !== typeNameOf(right)) return false;
  if (isDocument(left) && isDocument(right)) {
    const keys = keysOf(left);
    const others = keysOf(right);
    return (
      keys.length === others.length &&
      keys.every((key, at) => key === others[at] && isIdentical(left[key], right[key]))
    );
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => isIdentical(item, right[at]));
  }
  if (type === 'double' && isNumber(left) && isNumber(right))
    return Object.is(toNumber(left), toNumber(right));
  if (type === 'decimal') return compareBytes((left as Decimal128).bytes, (right as Decimal128).bytes) === 0;
  return compareBson(left, right) === 0;
}
