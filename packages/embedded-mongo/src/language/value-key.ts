/** @module A string per value, equal exactly when the values are: what groups, sets and distinct values count by. */
import type { ObjectId } from 'bson';
import { encodeKey } from './encode-key.ts';
import { bsonClass } from './fields.ts';
import { isNumber, toInt64 } from './numbers.ts';

/** The string that stands for a value; 1, 1.0 and Long 1 share one, as do null, undefined and missing. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `n${value === 0 ? 0 : value}`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'symbol') return value.description === 'missing' ? 'null' : 'empty';
  if (bsonClass(value) === 'ObjectId') return `o${(value as ObjectId).toHexString()}`;
  // Exactly, so that a decimal 1.00 and an int 1 share a key and a decimal that rounds to 1 does not.
  const whole = isNumber(value) ? toInt64(value) : undefined;
  if (whole !== undefined && whole >= -MAX_SAFE && whole <= MAX_SAFE) return `n${whole}`;
  return `k${Buffer.from(encodeKey([value], [1])).toString('latin1')}`;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
