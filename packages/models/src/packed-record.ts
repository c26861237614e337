/** @module The whole log of an execution in one field: written once, read back as a whole. What the caller sent and how it ended are in it. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** What is packed. JSON; secrets in it are masked by the caller. */
export interface PackedRecord {
  /** Events in the order of their positions, the first of which is 1. */
  log: readonly unknown[];
  /** What records of former versions hold besides, whose logs do not tell it. */
  input?: unknown;
  result?: unknown;
}

/** Shorter JSON is kept as it is: packing it would cost more than it saves. */
const PLAIN_BYTES = 512;

/**
 * The fastest level: logs repeat themselves so much that a slower one gains little. Most records are small, and a window of their size takes
 * a tenth of the 256 kB that zlib would set up for each.
 */
const LARGE = { level: 1 } as const;
const SMALL = { level: 1, windowBits: 12, memLevel: 4 };
const SMALL_BYTES = 8 * 1024;

/** First byte of the field: how the rest is to be read. */
const PLAIN = 0;
const DEFLATED = 1;

/**
 * The bytes of a record.
 *
 * @throws TypeError for a value that has no JSON
 */
export function packRecord(record: PackedRecord): Buffer {
  const text = Buffer.from(toJson(record));
  if (text.length < PLAIN_BYTES) return Buffer.concat([Buffer.of(PLAIN), text]);
  return Buffer.concat([Buffer.of(DEFLATED), deflate(text)]);
}

/** Bun's own function sets up no stream: for a small record that is most of the work. */
const deflate: (text: Buffer<ArrayBuffer>) => Uint8Array =
  typeof Bun === 'undefined'
    ? (text) => deflateRawSync(text, text.length < SMALL_BYTES ? SMALL : LARGE)
    : (text) => Bun.deflateSync(text, LARGE);

/** A function that sees every value makes writing many times slower: only large integers, which have no JSON, need one. */
function toJson(record: PackedRecord): string {
  try {
    return JSON.stringify(record);
  } catch {
    return JSON.stringify(record, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  }
}

/** The bytes of a binary field, as the driver gives it without mongoose. */
export function bytesOf(field: Uint8Array | { buffer: Uint8Array }): Uint8Array {
  return field instanceof Uint8Array ? field : field.buffer;
}

/** @throws Error for bytes that {@link packRecord} did not make */
export function unpackRecord(packed: Uint8Array): PackedRecord {
  const body = packed.subarray(1);
  const text = packed[0] === DEFLATED ? inflateRawSync(body) : Buffer.from(body);
  return JSON.parse(text.toString()) as PackedRecord;
}
