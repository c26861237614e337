/** @module A string per value, equal exactly when the values are: what groups, sets and distinct values count by. */
import type { ObjectId } from 'bson';
import { encodeKey } from './encode-key.ts';
import { bsonClass } from './fields.ts';

/** The string that stands for a value; 1, 1.0 and Long 1 share one, as do null, undefined and missing. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `n${value === 0 ? 0 : value}`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'symbol') return value.description === 'missing' ? 'null' : 'empty';
  const name = bsonClass(value);
  if (name === 'ObjectId') return `o${(value as ObjectId).toHexString()}`;
  const number = smallInteger(value, name);
  if (number !== undefined) return `n${number}`;
  return `k${Buffer.from(encodeKey([value], [1])).toString('latin1')}`;
}

function smallInteger(value: unknown, name: string | undefined): number | undefined {
  const isPlainNumber = typeof value === 'bigint' || name === 'Double' || name === 'Int32' || name === 'Long';
  if (isPlainNumber) {
    const number = Number(typeof value === 'bigint' ? value : String(value));
    return Number.isSafeInteger(number) ? number + 0 : undefined;
  }
  if (name !== 'Decimal128') return undefined;
  const number = Number(String(value));
  // Only when the text says a whole number can rounding not have hidden a fraction.
  return Number.isSafeInteger(number) && /^-?\d{1,15}$/.test(String(value)) ? number + 0 : undefined;
}
