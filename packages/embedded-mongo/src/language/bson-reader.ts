/** @module Reads BSON bytes into the value model of `documents.ts`, losing neither types nor key order. */

import {
  Binary,
  BSONError,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { CommandError } from '../command-error.ts';
import { assignField, type Document, isIntegerLike, keepOrder } from './fields.ts';

/** Reads one whole document. @throws BSONError when the bytes are not one well-formed document. */
export function readDocument(bytes: Uint8Array): Document {
  const reader = new Reader(bytes);
  const document = reader.document();
  if (reader.at !== bytes.byteLength) throw new BSONError('bytes follow the end of the BSON document');
  return document;
}

/** MongoDB's own limit. */
const MAX_DEPTH = 200;

/** A double that a plain number can stand for: writing the number gives a double again. */
export function doubleValue(value: number): number | Double {
  const looksLikeInt32 = Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0);
  return looksLikeInt32 ? new Double(value) : value;
}

/** BSON's deprecated pointer to a document, which the `bson` package has no class for. */
export class DbPointer {
  readonly _bsontype = 'DBPointer';
  readonly collection: string;
  readonly id: ObjectId;

  constructor(collection: string, id: ObjectId) {
    this.collection = collection;
    this.id = id;
  }

  /** The pointer as a reference document, for comparing. */
  toJSON(): Document {
    return { $ref: this.collection, $id: this.id };
  }
}

class Reader {
  at = 0;
  readonly #buffer: Buffer;
  readonly #view: DataView;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  document(): Document {
    const document: Document = {};
    const end = this.#open();
    let order: string[] | undefined;
    for (let type = this.#byte(); type !== 0; type = this.#byte()) {
      const key = this.#cString();
      if (order === undefined && isIntegerLike(key)) order = Object.keys(document);
      order?.push(key);
      assignField(document, key, this.#value(type));
    }
    if (order !== undefined) keepOrder(document, [...new Set(order)]);
    this.#close(end);
    return document;
  }

  #array(): unknown[] {
    const values: unknown[] = [];
    const end = this.#open();
    for (let type = this.#byte(); type !== 0; type = this.#byte()) {
      while (this.#byte() !== 0);
      values.push(this.#value(type));
    }
    this.#close(end);
    return values;
  }

  #open(): number {
    if (++this.#depth > MAX_DEPTH) {
      throw new CommandError('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`);
    }
    const start = this.at;
    const size = this.#int32();
    if (size < 5 || start + size > this.#buffer.length) throw new BSONError(`invalid BSON size ${size}`);
    return start + size;
  }

  #close(end: number): void {
    this.#depth--;
    if (this.at !== end) throw new BSONError('a BSON document does not end where its size says');
  }

  #value(type: number): unknown {
    switch (type) {
      case 0x01:
        this.at += 8;
        return doubleValue(this.#view.getFloat64(this.at - 8, true));
      case 0x02:
        return this.#string();
      case 0x03:
        return this.document();
      case 0x04:
        return this.#array();
      case 0x05:
        return this.#binary();
      case 0x06:
        return undefined;
      case 0x07:
        return new ObjectId(this.#bytes(12));
      case 0x08:
        return this.#byte() !== 0;
      case 0x09:
        return this.#date();
      case 0x0a:
        return null;
      case 0x0b:
        return new BSONRegExp(this.#cString(), this.#cString());
      case 0x0c:
        return new DbPointer(this.#string(), new ObjectId(this.#bytes(12)));
      case 0x0d:
        return new Code(this.#string());
      case 0x0e:
        return new BSONSymbol(this.#string());
      case 0x0f:
        this.#int32();
        return new Code(this.#string(), this.document());
      case 0x10:
        return this.#int32();
      case 0x11:
        this.at += 8;
        return new Timestamp(this.#view.getBigUint64(this.at - 8, true));
      case 0x12:
        return this.#int64();
      case 0x13:
        return new Decimal128(this.#bytes(16));
      case 0xff:
        return new MinKey();
      case 0x7f:
        return new MaxKey();
      default:
        throw new BSONError(`unknown BSON type 0x${type.toString(16)}`);
    }
  }

  #date(): Date {
    const date = new Date(Number(this.#int64()));
    // JavaScript's dates end in the year 275760; a later one must not become another date silently.
    if (Number.isNaN(date.getTime()))
      throw new BSONError('a BSON date is beyond the years this server can hold');
    return date;
  }

  #binary(): Binary {
    const size = this.#int32();
    const subtype = this.#byte();
    if (subtype !== Binary.SUBTYPE_BYTE_ARRAY) return new Binary(this.#bytes(size), subtype);
    // The old subtype repeats the length inside its data.
    const inner = this.#int32();
    if (inner !== size - 4) throw new BSONError('binary subtype 2 with a wrong inner size');
    return new Binary(this.#bytes(inner), subtype);
  }

  #byte(): number {
    const byte = this.#buffer[this.at++];
    if (byte === undefined) throw new BSONError('BSON ends too early');
    return byte;
  }

  #int32(): number {
    this.at += 4;
    return this.#view.getInt32(this.at - 4, true);
  }

  #int64(): bigint {
    this.at += 8;
    return this.#view.getBigInt64(this.at - 8, true);
  }

  /** A copy, because the network buffer behind it is reused. */
  #bytes(length: number): Uint8Array {
    const end = this.at + length;
    if (length < 0 || end > this.#buffer.length) throw new BSONError('BSON ends too early');
    const copy = new Uint8Array(this.#buffer.subarray(this.at, end));
    this.at = end;
    return copy;
  }

  #string(): string {
    const start = this.at + 4;
    const size = this.#int32();
    const end = start + size - 1;
    if (size < 1 || end >= this.#buffer.length || this.#buffer[end] !== 0) {
      throw new BSONError('a BSON string does not end where its size says');
    }
    this.at = end + 1;
    return this.#text(start, end);
  }

  #cString(): string {
    const start = this.at;
    const end = this.#buffer.indexOf(0, start);
    if (end < 0) throw new BSONError('a BSON key does not end');
    this.at = end + 1;
    return this.#text(start, end);
  }

  #text(start: number, end: number): string {
    if (end - start > 24) return this.#buffer.toString('utf8', start, end);
    let text = '';
    for (let at = start; at < end; at++) {
      const byte = this.#buffer[at]!;
      if (byte > 127) return this.#buffer.toString('utf8', start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
