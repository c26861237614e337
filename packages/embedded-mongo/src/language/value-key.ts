/** @module A string per value, equal exactly when the values are: what groups, sets and distinct values count by. */
import type { BSONSymbol, ObjectId } from 'bson';
import { compareStrings, type StringOrder } from './compare.ts';
import { encodeKey } from './encode-key.ts';
import { bsonClass, documentOf, isDocument, keysOf } from './fields.ts';
import { isNumber, toInt64 } from './numbers.ts';

/** The string that stands for a value; 1, 1.0 and Long 1 share one, as do null, undefined and missing, and a text and its symbol. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `n${value === 0 ? 0 : value}`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'symbol') return value.description === 'missing' ? 'null' : 'empty';
  const name = bsonClass(value);
  if (name === 'ObjectId') return `o${(value as ObjectId).toHexString()}`;
  if (name === 'BSONSymbol') return `s${(value as BSONSymbol).value}`;
  // Exactly, so that a decimal 1.00 and an int 1 share a key and a decimal that rounds to 1 does not.
  const whole = isNumber(value) ? toInt64(value) : undefined;
  if (whole !== undefined && whole >= -MAX_SAFE && whole <= MAX_SAFE) return `n${whole}`;
  return `k${Buffer.from(encodeKey([value], [1])).toString('latin1')}`;
}

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Gives values the same string exactly when they are equal under an order of strings; for one set of values. */
export function valueKeys(strings: StringOrder): (value: unknown) => string {
  if (strings === compareStrings) return valueKey;
  const canonical = canonicalTexts(strings);
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return canonical(value);
    if (Array.isArray(value)) return value.map(replaced);
    if (!isDocument(value)) return value;
    return documentOf(keysOf(value).map((key) => [key, replaced(value[key])] as const));
  };
  return (value) => valueKey(replaced(value));
}

/** Of the texts that a collation holds for equal, the first one that came. */
function canonicalTexts(strings: StringOrder): (text: string) => string {
  const known = new Map<string, string>();
  const sorted: string[] = [];
  return (text) => {
    let found = known.get(text);
    if (found !== undefined) return found;
    let from = 0;
    let to = sorted.length;
    while (from < to && found === undefined) {
      const middle = (from + to) >> 1;
      const order = strings(sorted[middle]!, text);
      if (order === 0) found = sorted[middle]!;
      else if (order < 0) from = middle + 1;
      else to = middle;
    }
    if (found === undefined) {
      sorted.splice(from, 0, text);
      found = text;
    }
    known.set(text, found);
    return found;
  };
}
