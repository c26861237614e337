/** @module Writes values the way MongoDB's messages show them. */
import type { BSONRegExp, ObjectId } from 'bson';
import { bsonClass, isDocument, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';

/** A value as in `{ a: 1, b: "text" }`. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'boolean') return String(value);
  if (isNumber(value))
    return typeof value === 'object' && bsonClass(value) === 'Decimal128' ? String(value) : numberText(value);
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(describeValue).join(', ')} ]`;
  if (isDocument(value)) {
    const fields = keysOf(value).map((key) => `${key}: ${describeValue(value[key])}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  if (bsonClass(value) === 'ObjectId') return `ObjectId('${(value as ObjectId).toHexString()}')`;
  if (bsonClass(value) === 'BSONRegExp') {
    const { pattern, options } = value as BSONRegExp;
    return `/${pattern}/${options}`;
  }
  return String(value);
}

/** One field as in `{a: 1}`. */
export function describeField(key: string, value: unknown): string {
  return `{${key}: ${describeValue(value)}}`;
}

function numberText(value: Parameters<typeof toNumber>[0]): string {
  if (typeof value === 'bigint') return value.toString();
  const number = toNumber(value);
  return typeof value === 'object' && Number.isInteger(number) ? number.toFixed(1) : String(number);
}
