/**
 * @module Documents between BSON bytes and JavaScript values, without losing a type or the order of keys.
 *
 * One value model serves both forms of the brief, because it is lossless: int32 and every double that does not look
 * like an int32 are numbers; a double that does is a `Double`; int64 is a bigint; BSON undefined is `undefined`;
 * strings, booleans, null, arrays and `Date` are JavaScript's own; everything else keeps its `bson` class. A document
 * is an ordinary object; one with integer-like keys remembers its order (`keysOf` in `fields.ts`).
 */
import { Binary, BSONRegExp } from 'bson';
import { doubleValue, readDocument } from './bson-reader.ts';
import { writeDocument } from './bson-writer.ts';
import { type Document, documentOf, isDocument, keysOf } from './fields.ts';

export type { Document } from './fields.ts';

/** Reads a document for matching, sorting and aggregation. @throws BSONError on malformed bytes. */
export function toPlain(bytes: Uint8Array): Document {
  return readDocument(bytes);
}

/** Reads a document for updates; `toBytes(toTyped(bytes))` equals `bytes`. @throws BSONError on malformed bytes. */
export function toTyped(bytes: Uint8Array): Document {
  return readDocument(bytes);
}

/** Writes a document. @throws BSONError for a value that has no BSON type. */
export function toBytes(document: Document): Uint8Array {
  return writeDocument(document);
}

/**
 * Brings a document made by hand or by the `bson` package's own deserialiser into the value model: `Int32`, `Long`,
 * `Double`, `RegExp`, `Uint8Array` and `Map` are converted. A document that is in the model comes back as it is.
 */
export function plainOf(document: Document): Document {
  return plainValue(document) as Document;
}

/** {@link plainOf} for any value. */
export function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) {
    const items = value.map(plainValue);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (isDocument(value)) return plainDocument(value);
  if (value instanceof RegExp) return new BSONRegExp(value.source, regexOptions(value));
  if (value instanceof Map)
    return documentOf([...value].map(([key, item]) => [String(key), plainValue(item)]));
  if (value instanceof Uint8Array) return new Binary(value);
  return plainInstance(value as { _bsontype?: string });
}

function plainDocument(document: Document): Document {
  let changed = false;
  const entries = keysOf(document).map((key): [string, unknown] => {
    const item = plainValue(document[key]);
    changed ||= item !== document[key];
    return [key, item];
  });
  return changed ? documentOf(entries) : document;
}

function plainInstance(value: { _bsontype?: string }): unknown {
  switch (value._bsontype) {
    case 'Int32':
      return (value as unknown as { value: number }).value;
    case 'Double': {
      const double = doubleValue((value as unknown as { value: number }).value);
      return typeof double === 'number' ? double : value;
    }
    case 'Long':
      return (value as unknown as { toBigInt(): bigint }).toBigInt();
    case 'DBRef':
      return plainValue((value as unknown as { toJSON(): Document }).toJSON());
    default:
      return value;
  }
}

function regexOptions(regex: RegExp): string {
  return [...regex.flags].filter((flag) => 'imsu'.includes(flag)).join('');
}
