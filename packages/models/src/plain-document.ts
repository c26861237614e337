/** @module Documents of a database as plain values, as JSON shows them. */
import type { Document } from '@orchestrix/engine';

/** A copy in which ids are hexadecimal text, dates ISO text, and other database types as their `toJSON` gives them. */
export function plainDocument(document: Document): Document {
  return plain(document) as Document;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof RegExp) return String(value);
  const { toHexString, toJSON } = value as { toHexString?: unknown; toJSON?: unknown };
  if (typeof toHexString === 'function') return toHexString.call(value);
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  // Decimals, timestamps, binaries: the driver's classes say themselves how they look in JSON.
  if (typeof toJSON === 'function') return plain(toJSON.call(value));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
