/** @module Reads BSON without decoding it: one element after the other, with every length checked. */
import { CommandError } from '../command-error.ts';

/** BSON's type bytes that this server names. */
export const BSON_TYPE = {
  double: 0x01,
  string: 0x02,
  document: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  boolean: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  code: 0x0d,
  symbol: 0x0e,
  codeWithScope: 0x0f,
  int32: 0x10,
  timestamp: 0x11,
  int64: 0x12,
  decimal128: 0x13,
  minKey: 0xff,
  maxKey: 0x7f,
} as const;

/** One element of a document: where it, its name and its value lie in the bytes. */
export interface BsonElement {
  /** BSON's type byte. */
  type: number;
  /** Offset of the type byte. */
  start: number;
  /** Offsets of the name, its closing zero excluded. */
  nameStart: number;
  nameEnd: number;
  /** Offsets of the value. */
  valueStart: number;
  end: number;
}

const MAX_DEPTH = 180;

/**
 * Walks the elements of the document that starts at `offset`.
 * @throws CommandError InvalidBSON (22) where a length or a terminator is wrong
 */
export function walkElements(
  bytes: Uint8Array,
  offset: number,
  visit: (element: BsonElement) => 'stop' | undefined,
): void {
  const end = documentEnd(bytes, offset, bytes.length);
  let position = offset + 4;
  while (position < end - 1) {
    const element = elementAt(bytes, position, end - 1);
    if (visit(element) === 'stop') return;
    position = element.end;
  }
}

/** The first element of that name at the document's top level, or undefined. */
export function findElement(bytes: Uint8Array, name: string, offset = 0): BsonElement | undefined {
  let found: BsonElement | undefined;
  walkElements(bytes, offset, (element) => {
    if (!nameIs(bytes, element, name)) return undefined;
    found = element;
    return 'stop';
  });
  return found;
}

/** An element's name as text. */
export function elementName(bytes: Uint8Array, element: BsonElement): string {
  const length = element.nameEnd - element.nameStart;
  if (length > 24) return decoder.decode(bytes.subarray(element.nameStart, element.nameEnd));
  let name = '';
  for (let i = element.nameStart; i < element.nameEnd; i++) {
    const byte = bytes[i]!;
    if (byte > 0x7f) return decoder.decode(bytes.subarray(element.nameStart, element.nameEnd));
    name += String.fromCharCode(byte);
  }
  return name;
}

/** The bytes of an element that is a document or an array, as a view. */
export function valueBytes(bytes: Uint8Array, element: BsonElement): Uint8Array {
  return bytes.subarray(element.valueStart, element.end);
}

/** The documents inside an array element, as views. */
export function arrayDocuments(bytes: Uint8Array, element: BsonElement): Uint8Array[] {
  const documents: Uint8Array[] = [];
  walkElements(bytes, element.valueStart, (item) => {
    if (item.type !== BSON_TYPE.document) throw invalid('an array of documents holds something else');
    documents.push(valueBytes(bytes, item));
    return undefined;
  });
  return documents;
}

/**
 * Checks a whole document, nested ones included, so that what is stored can always be read again.
 * @throws CommandError InvalidBSON (22)
 */
export function checkDocument(bytes: Uint8Array): void {
  if (documentEnd(bytes, 0, bytes.length) !== bytes.length)
    throw invalid('a document has bytes after its end');
  checkElements(bytes, 0, bytes.length, 0);
}

function checkElements(bytes: Uint8Array, offset: number, end: number, depth: number): void {
  if (depth > MAX_DEPTH)
    throw new CommandError('Overflow', `documents may be nested ${MAX_DEPTH} levels deep`);
  let position = offset + 4;
  while (position < end - 1) {
    const type = bytes[position]!;
    const element = elementAt(bytes, position, end - 1);
    if (type === BSON_TYPE.document || type === BSON_TYPE.array) {
      checkElements(bytes, element.valueStart, element.end, depth + 1);
    } else if (type === BSON_TYPE.codeWithScope) {
      const scope = element.valueStart + 8 + int32At(bytes, element.valueStart + 4, element.end);
      checkElements(bytes, scope, documentEnd(bytes, scope, element.end), depth + 1);
    } else if (type === BSON_TYPE.date) {
      checkDate(bytes, element.valueStart);
    } else if (type === BSON_TYPE.binary) {
      checkBinary(bytes, element.valueStart, element.end);
    } else if (type === BSON_TYPE.regex) {
      checkRegexOptions(bytes, element.valueStart, element.end);
    }
    position = element.end;
  }
}

/** The furthest date JavaScript can hold lies 8.64e15 ms from 1970; one beyond it could not be read again. */
const MAX_DATE_MS = 8_640_000_000_000_000n;

function checkDate(bytes: Uint8Array, at: number): void {
  const high = int32At(bytes, at + 4, at + 8);
  if (high > -2_000_000 && high < 2_000_000) return;
  const time = new DataView(bytes.buffer, bytes.byteOffset + at).getBigInt64(0, true);
  if (time > MAX_DATE_MS || time < -MAX_DATE_MS)
    throw invalid('a date is beyond the years this server can hold');
}

/** The old subtype 2 repeats the length inside of its data. */
function checkBinary(bytes: Uint8Array, at: number, end: number): void {
  if (bytes[at + 4] !== 2) return;
  const length = int32At(bytes, at, end);
  if (length < 4 || int32At(bytes, at + 5, end) !== length - 4)
    throw invalid('binary subtype 2 has a wrong inner length');
}

const REGEX_OPTIONS = new Set(Buffer.from('ilmsux'));

/** Options come after the pattern's zero; one that BSON does not know could be stored and never be read again. */
function checkRegexOptions(bytes: Uint8Array, at: number, end: number): void {
  for (let position = bytes.indexOf(0, at) + 1; position < end - 1; position++) {
    if (!REGEX_OPTIONS.has(bytes[position]!)) throw invalid('a regular expression has an unknown option');
  }
}

/** Where the document at `offset` ends; it must end with a zero byte at or before `limit`. */
export function documentEnd(bytes: Uint8Array, offset: number, limit: number): number {
  const size = int32At(bytes, offset, limit);
  const end = offset + size;
  if (size < 5 || end > limit) throw invalid(`a document says it is ${size} bytes long`);
  if (bytes[end - 1] !== 0) throw invalid('a document does not end with a zero byte');
  return end;
}

function elementAt(bytes: Uint8Array, start: number, limit: number): BsonElement {
  const type = bytes[start]!;
  const nameEnd = zeroAfter(bytes, start + 1, limit);
  const valueStart = nameEnd + 1;
  const end = valueStart + valueLength(bytes, type, valueStart, limit);
  if (end > limit) throw invalid('a value reaches beyond its document');
  return { type, start, nameStart: start + 1, nameEnd, valueStart, end };
}

function valueLength(bytes: Uint8Array, type: number, at: number, limit: number): number {
  switch (type) {
    case BSON_TYPE.string:
    case BSON_TYPE.code:
    case BSON_TYPE.symbol:
      return stringLength(bytes, at, limit);
    case BSON_TYPE.objectId:
      return 12;
    case BSON_TYPE.int32:
      return 4;
    case BSON_TYPE.double:
    case BSON_TYPE.date:
    case BSON_TYPE.timestamp:
    case BSON_TYPE.int64:
      return 8;
    case BSON_TYPE.boolean:
      return 1;
    case BSON_TYPE.undefined:
    case BSON_TYPE.null:
    case BSON_TYPE.minKey:
    case BSON_TYPE.maxKey:
      return 0;
    case BSON_TYPE.document:
    case BSON_TYPE.array:
      return documentEnd(bytes, at, limit) - at;
    case BSON_TYPE.decimal128:
      return 16;
    case BSON_TYPE.binary: {
      const length = int32At(bytes, at, limit);
      if (length < 0) throw invalid('a binary value has a negative length');
      return 5 + length;
    }
    case BSON_TYPE.regex:
      return zeroAfter(bytes, zeroAfter(bytes, at, limit) + 1, limit) + 1 - at;
    case BSON_TYPE.dbPointer:
      return stringLength(bytes, at, limit) + 12;
    case BSON_TYPE.codeWithScope:
      return codeWithScopeLength(bytes, at, limit);
    default:
      throw invalid(`there is no BSON type ${type}`);
  }
}

function stringLength(bytes: Uint8Array, at: number, limit: number): number {
  const length = int32At(bytes, at, limit);
  if (length < 1 || at + 4 + length > limit) throw invalid(`a string says it is ${length} bytes long`);
  if (bytes[at + 3 + length] !== 0) throw invalid('a string does not end with a zero byte');
  return 4 + length;
}

function codeWithScopeLength(bytes: Uint8Array, at: number, limit: number): number {
  const length = int32At(bytes, at, limit);
  if (length < 14 || at + length > limit) throw invalid('code with scope has a wrong length');
  const scope = at + 4 + stringLength(bytes, at + 4, at + length);
  if (documentEnd(bytes, scope, at + length) !== at + length)
    throw invalid('code with scope has a wrong length');
  return length;
}

function zeroAfter(bytes: Uint8Array, from: number, limit: number): number {
  for (let i = from; i < limit; i++) if (bytes[i] === 0) return i;
  throw invalid('a name does not end');
}

function int32At(bytes: Uint8Array, at: number, limit: number): number {
  if (at + 4 > limit) throw invalid('a length is cut off');
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function nameIs(bytes: Uint8Array, element: BsonElement, name: string): boolean {
  if (element.nameEnd - element.nameStart !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[element.nameStart + i] !== name.charCodeAt(i)) return false;
  return true;
}

const invalid = (message: string) => new CommandError('InvalidBSON', `Invalid BSON: ${message}`);
const decoder = new TextDecoder();
