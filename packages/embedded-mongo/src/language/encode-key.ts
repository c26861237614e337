/** @module Turns values into bytes whose order is the order of `compareBson`, for the keys of an index. */
import type { Binary, BSONRegExp, Code, ObjectId } from 'bson';
import { bytesOf, RANK, rankOf, subtypeOf, textOf, timestampOf } from './compare.ts';
import { compareDecimals, type ExactDecimal, exactDouble, roughly } from './decimals.ts';
import { type Document, keysOf } from './fields.ts';
import { exactOf, type NumberValue } from './numbers.ts';

/**
 * The key of a compound value. Keys compare as unsigned bytes exactly like their values compare one after the other
 * with `compareBson`, a value with direction -1 the other way round. Equal values give equal bytes.
 */
export function encodeKey(values: readonly unknown[], directions: readonly (1 | -1)[]): Uint8Array {
  const writer = new KeyWriter();
  values.forEach((value, index) => {
    const start = writer.length;
    writer.value(value);
    if (directions[index] === -1) writer.invertFrom(start);
  });
  return writer.bytes();
}

class KeyWriter {
  #area = new Uint8Array(64);
  #view = new DataView(this.#area.buffer);
  length = 0;

  bytes(): Uint8Array {
    return this.#area.slice(0, this.length);
  }

  invertFrom(start: number): void {
    for (let at = start; at < this.length; at++) this.#area[at] = 255 - this.#area[at]!;
  }

  value(value: unknown): void {
    const rank = rankOf(value);
    this.#byte(rank);
    this.#payload(value, rank);
  }

  #payload(value: unknown, rank: number): void {
    switch (rank) {
      case RANK.number:
        this.#number(value as NumberValue);
        return;
      case RANK.string:
        this.#text(textOf(value));
        return;
      case RANK.object:
        this.#document(value as Document);
        return;
      case RANK.array:
        for (const item of value as unknown[]) this.value(item);
        this.#byte(0);
        return;
      case RANK.binary:
        this.#binary(value as Binary);
        return;
      case RANK.objectId:
        this.#raw((value as ObjectId).id);
        return;
      case RANK.boolean:
        this.#byte(value === true ? 1 : 0);
        return;
      case RANK.date:
        this.#uint64(BigInt(Number(value) || 0) + (1n << 63n));
        return;
      case RANK.timestamp:
        this.#uint64(timestampOf(value));
        return;
      case RANK.regex:
        this.#text((value as BSONRegExp).pattern);
        this.#text((value as BSONRegExp).options);
        return;
      case RANK.code:
      case RANK.codeWithScope: {
        const code = value as Code;
        this.#text(code.code);
        if (code.scope) this.#document(code.scope as Document);
        return;
      }
      case RANK.reference:
        this.#document((value as { toJSON(): Document }).toJSON());
        return;
      default:
        return;
    }
  }

  #document(document: Document): void {
    for (const key of keysOf(document)) {
      const value = document[key];
      const rank = rankOf(value);
      this.#byte(rank);
      this.#text(key);
      this.#payload(value, rank);
    }
    this.#byte(0);
  }

  /**
   * The greatest double that is not above the number, then 0 when it is the number, or 1 and the exact decimal.
   * Doubles and small integers, nearly all there is, take nine bytes.
   */
  #number(value: NumberValue): void {
    const exact = typeof value === 'number' ? value : exactOf(value);
    if (typeof exact === 'number') {
      this.#double(exact);
      this.#byte(0);
      return;
    }
    const floor = floorDouble(exact);
    this.#double(floor);
    if (Number.isFinite(floor) && compareDecimals(exactDouble(floor), exact) === 0) {
      this.#byte(0);
      return;
    }
    this.#byte(1);
    this.#decimal(exact);
  }

  #double(value: number): void {
    if (Number.isNaN(value)) {
      this.#uint64(0n);
      return;
    }
    this.#reserve(8);
    const positiveZero = value === 0 ? 0 : value;
    this.#view.setFloat64(this.length, positiveZero);
    if (positiveZero < 0)
      for (let at = this.length; at < this.length + 8; at++) this.#area[at] = 255 - this.#area[at]!;
    else this.#area[this.length] = this.#area[this.length]! | 0x80;
    this.length += 8;
  }

  #decimal(value: ExactDecimal): void {
    const start = this.length;
    const negative = value.coefficient < 0n;
    const digits = (negative ? -value.coefficient : value.coefficient).toString();
    const exponent = digits.length + value.exponent + 16_384;
    this.#byte(exponent >> 8);
    this.#byte(exponent & 255);
    for (const digit of digits.replace(/0+$/, '')) this.#byte(digit.charCodeAt(0));
    this.#byte(0);
    if (negative) this.invertFrom(start);
  }

  #binary(binary: Binary): void {
    const bytes = bytesOf(binary);
    this.#reserve(4);
    this.#view.setUint32(this.length, bytes.length);
    this.length += 4;
    this.#byte(subtypeOf(binary));
    this.#raw(bytes);
  }

  /** A zero byte ends the text, so that one inside it is followed by 255, which no later type byte is. */
  #text(text: string): void {
    for (const byte of Buffer.from(text, 'utf8')) {
      this.#byte(byte);
      if (byte === 0) this.#byte(255);
    }
    this.#byte(0);
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#area.set(bytes, this.length);
    this.length += bytes.length;
  }

  #uint64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.length, value);
    this.length += 8;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#area[this.length++] = byte;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#area.length) return;
    const larger = new Uint8Array(Math.max(this.#area.length * 2, this.length + count));
    larger.set(this.#area);
    this.#area = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const scratch = new DataView(new ArrayBuffer(8));

function floorDouble(value: ExactDecimal): number {
  const nearest = roughly(value);
  if (nearest === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  if (nearest === Number.NEGATIVE_INFINITY) return nearest;
  return compareDecimals(exactDouble(nearest), value) > 0 ? nextDown(nearest) : nearest;
}

function nextDown(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  scratch.setFloat64(0, value);
  scratch.setBigInt64(0, scratch.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return scratch.getFloat64(0);
}
