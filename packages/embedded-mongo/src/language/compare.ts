/** @module The total order of BSON values across types, as sorting, indexes and comparisons use it. */
import type { Binary, BSONRegExp, Code, ObjectId } from 'bson';
import { bsonClass, type Document, isDocument, keysOf, MISSING } from './fields.ts';
import { compareNumbers, type NumberValue, numberKind } from './numbers.ts';

/** Compares two strings; a collation gives another one than {@link compareStrings}. */
export type StringOrder = (left: string, right: string) => number;

/** Where an empty array stands in sorting and in an index: before null. It is never part of a document. */
export const EMPTY_ARRAY: unique symbol = Symbol('empty array');

/** Order of types. Values whose ranks differ never compare as numbers or strings do. */
export const RANK = {
  MinKey: 1,
  emptyArray: 2,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  boolean: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  reference: 55,
  code: 60,
  codeWithScope: 65,
  MaxKey: 127,
} as const;

/** The place of a value's type in {@link RANK}. Missing, undefined and null share one. */
export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return RANK.number;
    case 'string':
      return RANK.string;
    case 'boolean':
      return RANK.boolean;
    case 'undefined':
      return RANK.null;
    case 'symbol':
      return value === EMPTY_ARRAY ? RANK.emptyArray : RANK.null;
    default:
      return value === null ? RANK.null : rankOfObject(value as object);
  }
}

/**
 * Order of any two BSON values: negative, 0 or positive. Numbers compare by value across their types; null, undefined
 * and missing are equal.
 */
export function compareBson(left: unknown, right: unknown): number {
  return compareValues(left, right, compareStrings);
}

/** {@link compareBson} with the string order of a collation. */
export function compareValues(left: unknown, right: unknown, strings: StringOrder): number {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') return strings(left, right);
  const rank = rankOf(left);
  const difference = rank - rankOf(right);
  if (difference !== 0) return difference;
  return compareSameRank(left, right, rank, strings);
}

/** Whether two values are equal as a query sees it. */
export function equalBson(left: unknown, right: unknown): boolean {
  return compareBson(left, right) === 0;
}

/** Order of strings by code points, which is the order of their UTF-8 bytes. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // A surrogate stands for a code point above every single unit, though its own number is lower than some.
    const aHigh = a >= 0xd800 && a <= 0xdfff;
    const bHigh = b >= 0xd800 && b <= 0xdfff;
    if (aHigh !== bHigh) return aHigh ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

/** Order of byte strings: unsigned, a prefix first. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = left[at]! - right[at]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** The text of a string or of the deprecated symbol type, which sorts as a string. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (value as { value: string }).value;
}

function rankOfObject(value: object): number {
  if (Array.isArray(value)) return RANK.array;
  if (isDocument(value)) return RANK.object;
  if (value instanceof Date) return RANK.date;
  if (value instanceof RegExp) return RANK.regex;
  if (value instanceof Uint8Array) return RANK.binary;
  switch (bsonClass(value)) {
    case 'ObjectId':
      return RANK.objectId;
    case 'Double':
    case 'Int32':
    case 'Long':
    case 'Decimal128':
      return RANK.number;
    case 'Binary':
      return RANK.binary;
    case 'Timestamp':
      return RANK.timestamp;
    case 'BSONRegExp':
      return RANK.regex;
    case 'BSONSymbol':
      return RANK.string;
    case 'Code':
      return (value as Code).scope ? RANK.codeWithScope : RANK.code;
    case 'DBRef':
    case 'DBPointer':
      return RANK.reference;
    case 'MinKey':
      return RANK.MinKey;
    case 'MaxKey':
      return RANK.MaxKey;
    default:
      return RANK.object;
  }
}

function compareSameRank(left: unknown, right: unknown, rank: number, strings: StringOrder): number {
  switch (rank) {
    case RANK.number:
      return compareNumbers(left as NumberValue, right as NumberValue);
    case RANK.string:
      return strings(textOf(left), textOf(right));
    case RANK.object:
      return compareDocuments(left as Document, right as Document, strings);
    case RANK.array:
      return compareArrays(left as unknown[], right as unknown[], strings);
    case RANK.binary:
      return compareBinaries(left as Binary, right as Binary);
    case RANK.objectId:
      return compareBytes((left as ObjectId).id, (right as ObjectId).id);
    case RANK.boolean:
      return Number(left) - Number(right);
    case RANK.date:
      return Number(left) - Number(right);
    case RANK.timestamp:
      return compareNumbers(timestampOf(left), timestampOf(right));
    case RANK.regex:
      return compareRegexes(left as BSONRegExp, right as BSONRegExp);
    case RANK.code:
    case RANK.codeWithScope:
      return compareCodes(left as Code, right as Code, strings);
    case RANK.reference:
      return compareDocuments(referenceOf(left), referenceOf(right), strings);
    default:
      return 0;
  }
}

/** Unsigned value of a Timestamp. */
export function timestampOf(value: unknown): bigint {
  return BigInt.asUintN(64, (value as { toBigInt(): bigint }).toBigInt());
}

function referenceOf(value: unknown): Document {
  return (value as { toJSON(): Document }).toJSON();
}

/** Field by field: type, then name, then value; the shorter document first. */
function compareDocuments(left: Document, right: Document, strings: StringOrder): number {
  const leftKeys = keysOf(left);
  const rightKeys = keysOf(right);
  const length = Math.min(leftKeys.length, rightKeys.length);
  for (let at = 0; at < length; at++) {
    const leftKey = leftKeys[at]!;
    const rightKey = rightKeys[at]!;
    const a = left[leftKey];
    const b = right[rightKey];
    const order = rankOf(a) - rankOf(b) || compareStrings(leftKey, rightKey) || compareValues(a, b, strings);
    if (order !== 0) return order;
  }
  return leftKeys.length - rightKeys.length;
}

function compareArrays(left: readonly unknown[], right: readonly unknown[], strings: StringOrder): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const order = compareValues(left[at], right[at], strings);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareBinaries(left: Binary, right: Binary): number {
  const a = bytesOf(left);
  const b = bytesOf(right);
  return a.length - b.length || subtypeOf(left) - subtypeOf(right) || compareBytes(a, b);
}

/** The bytes of a binary value. */
export function bytesOf(value: Binary | Uint8Array): Uint8Array {
  return value instanceof Uint8Array ? value : value.value();
}

/** The subtype of a binary value. */
export function subtypeOf(value: Binary | Uint8Array): number {
  return value instanceof Uint8Array ? 0 : value.sub_type;
}

function compareRegexes(left: BSONRegExp, right: BSONRegExp): number {
  return compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options);
}

function compareCodes(left: Code, right: Code, strings: StringOrder): number {
  const order = compareStrings(left.code, right.code);
  if (order !== 0 || !left.scope || !right.scope) return order;
  return compareDocuments(left.scope as Document, right.scope as Document, strings);
}

/** MongoDB's name of a value's type, as `$type` gives it. */
export function typeNameOf(value: unknown): string {
  if (value === MISSING) return 'missing';
  const kind = numberKind(value);
  if (kind !== undefined) return kind;
  if (value === undefined) return 'undefined';
  if (bsonClass(value) === 'BSONSymbol') return 'symbol';
  return TYPE_NAMES.get(rankOf(value)) ?? 'object';
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [RANK.MinKey, 'minKey'],
  [RANK.null, 'null'],
  [RANK.string, 'string'],
  [RANK.object, 'object'],
  [RANK.array, 'array'],
  [RANK.binary, 'binData'],
  [RANK.objectId, 'objectId'],
  [RANK.boolean, 'bool'],
  [RANK.date, 'date'],
  [RANK.timestamp, 'timestamp'],
  [RANK.regex, 'regex'],
  [RANK.reference, 'dbPointer'],
  [RANK.code, 'javascript'],
  [RANK.codeWithScope, 'javascriptWithScope'],
  [RANK.MaxKey, 'maxKey'],
]);
