/** @module Writes documents of the value model of `documents.ts` as BSON bytes. */
import {
  type Binary,
  BSONError,
  type BSONRegExp,
  type Code,
  type DBRef,
  type Decimal128,
  type ObjectId,
} from 'bson';
import type { DbPointer } from './bson-reader.ts';
import { type Document, isDocument, keysOf } from './fields.ts';

/** Writes one document. @throws BSONError for a value that BSON has no type for. */
export function writeDocument(document: Document): Uint8Array {
  const writer = new Writer();
  writer.document(document);
  return writer.finish();
}

/** One growing area for all writes: writing is synchronous, so it is never in use twice. */
let area = Buffer.allocUnsafe(16_384);
const MAX_DEPTH = 200;

class Writer {
  #at = 0;
  #depth = 0;

  finish(): Uint8Array {
    return new Uint8Array(area.subarray(0, this.#at));
  }

  document(document: Document): void {
    const start = this.#open();
    for (const key of keysOf(document)) this.#element(key, document[key]);
    this.#close(start);
  }

  #array(values: readonly unknown[]): void {
    const start = this.#open();
    for (let index = 0; index < values.length; index++) this.#element(String(index), values[index]);
    this.#close(start);
  }

  #open(): number {
    if (++this.#depth > MAX_DEPTH) throw new BSONError('a document is nested too deep');
    this.#reserve(4);
    this.#at += 4;
    return this.#at - 4;
  }

  #close(start: number): void {
    this.#byte(0);
    area.writeInt32LE(this.#at - start, start);
    this.#depth--;
  }

  #element(key: string, value: unknown): void {
    const typeAt = this.#at;
    this.#byte(0);
    this.#cString(key);
    // First the value: it may need a larger area, and the byte belongs into that one.
    const type = this.#value(value);
    area[typeAt] = type;
  }

  /** Writes a value and returns its type byte. */
  #value(value: unknown): number {
    switch (typeof value) {
      case 'string':
        this.#string(value);
        return 0x02;
      case 'number':
        return this.#number(value);
      case 'boolean':
        this.#byte(value ? 1 : 0);
        return 0x08;
      case 'bigint':
        this.#int64(value);
        return 0x12;
      case 'undefined':
        return 0x06;
      case 'object':
        return value === null ? 0x0a : this.#object(value);
      default:
        throw new BSONError(`BSON has no type for a ${typeof value}`);
    }
  }

  #number(value: number): number {
    if (value === (value | 0) && !Object.is(value, -0)) {
      this.#int32(value);
      return 0x10;
    }
    return this.#double(value);
  }

  #double(value: number): number {
    this.#reserve(8);
    this.#at = area.writeDoubleLE(value, this.#at);
    return 0x01;
  }

  #object(value: object): number {
    if (Array.isArray(value)) {
      this.#array(value);
      return 0x04;
    }
    if (isDocument(value)) {
      this.document(value);
      return 0x03;
    }
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) throw new BSONError('BSON has no invalid dates');
      this.#int64(BigInt(value.getTime()));
      return 0x09;
    }
    if (value instanceof Map) {
      const start = this.#open();
      for (const [key, item] of value) this.#element(String(key), item);
      this.#close(start);
      return 0x03;
    }
    if (value instanceof RegExp) {
      this.#cString(value.source);
      this.#cString([...value.flags].filter((flag) => 'imsux'.includes(flag)).join(''));
      return 0x0b;
    }
    if (value instanceof Uint8Array) return this.#bytesOf(value, 0);
    return this.#instance(value as { _bsontype?: string });
  }

  #instance(value: { _bsontype?: string }): number {
    switch (value._bsontype) {
      case 'ObjectId':
        this.#raw((value as unknown as ObjectId).id);
        return 0x07;
      case 'Double':
        return this.#double((value as unknown as { value: number }).value);
      case 'Int32':
        this.#int32((value as unknown as { value: number }).value);
        return 0x10;
      case 'Long':
        this.#int64((value as unknown as { toBigInt(): bigint }).toBigInt());
        return 0x12;
      case 'Timestamp':
        this.#int64(BigInt.asIntN(64, (value as unknown as { toBigInt(): bigint }).toBigInt()));
        return 0x11;
      case 'Decimal128':
        this.#raw((value as unknown as Decimal128).bytes);
        return 0x13;
      case 'Binary':
        return this.#bytesOf((value as unknown as Binary).value(), (value as unknown as Binary).sub_type);
      case 'BSONRegExp':
        this.#cString((value as unknown as BSONRegExp).pattern);
        this.#cString((value as unknown as BSONRegExp).options);
        return 0x0b;
      case 'BSONSymbol':
        this.#string((value as unknown as { value: string }).value);
        return 0x0e;
      case 'Code':
        return this.#code(value as unknown as Code);
      case 'DBRef':
        return this.#reference(value as unknown as DBRef);
      case 'DBPointer':
        this.#string((value as unknown as DbPointer).collection);
        this.#raw((value as unknown as DbPointer).id.id);
        return 0x0c;
      case 'MinKey':
        return 0xff;
      case 'MaxKey':
        return 0x7f;
      default:
        throw new BSONError('BSON has no type for this object');
    }
  }

  #code(code: Code): number {
    if (code.scope === null || code.scope === undefined) {
      this.#string(code.code);
      return 0x0d;
    }
    const start = this.#at;
    this.#int32(0);
    this.#string(code.code);
    this.document(code.scope as Document);
    area.writeInt32LE(this.#at - start, start);
    return 0x0f;
  }

  #reference(reference: DBRef): number {
    const database = reference.db === undefined ? {} : { $db: reference.db };
    const fields = reference.fields as Document;
    this.document({ $ref: reference.collection, $id: reference.oid, ...database, ...fields });
    return 0x03;
  }

  #bytesOf(bytes: Uint8Array, subtype: number): number {
    const repeatsLength = subtype === 2;
    this.#int32(bytes.length + (repeatsLength ? 4 : 0));
    this.#byte(subtype);
    if (repeatsLength) this.#int32(bytes.length);
    this.#raw(bytes);
    return 0x05;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    area.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    area[this.#at++] = byte;
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#at = area.writeInt32LE(value, this.#at);
  }

  #int64(value: bigint): void {
    this.#reserve(8);
    this.#at = area.writeBigInt64LE(value, this.#at);
  }

  #string(value: string): void {
    const start = this.#at;
    this.#int32(0);
    this.#text(value);
    this.#byte(0);
    area.writeInt32LE(this.#at - start - 4, start);
  }

  #cString(value: string): void {
    if (value.includes('\0')) throw new BSONError('a key or pattern must not contain a null byte');
    this.#text(value);
    this.#byte(0);
  }

  #text(value: string): void {
    this.#reserve(value.length * 3);
    this.#at += area.write(value, this.#at, 'utf8');
  }

  #reserve(count: number): void {
    if (this.#at + count <= area.length) return;
    const larger = Buffer.allocUnsafe(Math.max(area.length * 2, this.#at + count));
    area.copy(larger, 0, 0, this.#at);
    area = larger;
  }
}
