/** @module Reads and copies documents field by field, keeping the order BSON gave them. */

/** A document of the value model described in `documents.ts`. */
export type Document = Record<string, unknown>;

/** Stands for a field that is not there, where BSON's own (deprecated) undefined must stay distinct. */
export const MISSING: unique symbol = Symbol('missing');

/**
 * Carries the true key order of a document that has integer-like keys: JavaScript lists those first, BSON does not.
 * An own enumerable symbol, so that a spread copies it and `Object.keys` does not show it.
 */
const KEY_ORDER: unique symbol = Symbol('key order');

interface Ordered {
  [KEY_ORDER]?: readonly string[];
}

/** The keys of a document in BSON order. */
export function keysOf(document: Document): string[] {
  const order = (document as Ordered)[KEY_ORDER];
  if (order === undefined) return Object.keys(document);
  const known = new Set(order);
  const kept = order.filter((key) => Object.hasOwn(document, key));
  const added = Object.keys(document).filter((key) => !known.has(key));
  return [...kept, ...added];
}

/** The value of a field, or {@link MISSING}. */
export function fieldOf(document: Document, key: string): unknown {
  return Object.hasOwn(document, key) ? document[key] : MISSING;
}

/** The value of a field, `undefined` when it is not there; never something inherited. */
export function getField(document: Document, key: string): unknown {
  return Object.hasOwn(document, key) ? document[key] : undefined;
}

/** Builds a document with exactly these fields in this order; a later duplicate replaces the earlier value. */
export function documentOf(entries: Iterable<readonly [string, unknown]>): Document {
  const document: Document = {};
  const order: string[] = [];
  let ordered = false;
  for (const [key, value] of entries) {
    ordered ||= isIntegerLike(key);
    if (!Object.hasOwn(document, key)) order.push(key);
    assignField(document, key, value);
  }
  if (ordered) keepOrder(document, order);
  return document;
}

/** A copy of the document with one field set; a new field goes last. */
export function withField(document: Document, key: string, value: unknown): Document {
  const copy = { ...document };
  assignField(copy, key, value);
  const order = (document as Ordered)[KEY_ORDER];
  if (!Object.hasOwn(document, key) && (order !== undefined || isIntegerLike(key))) {
    keepOrder(copy, [...keysOf(document), key]);
  }
  return copy;
}

/** A copy of the document without one field. */
export function withoutField(document: Document, key: string): Document {
  const copy = { ...document };
  delete copy[key];
  return copy;
}

/** Sets an own field, `__proto__` included. For a document under construction; integer-like keys need {@link keepOrder}. */
export function assignField(document: Document, key: string, value: unknown): void {
  if (key !== '__proto__') {
    document[key] = value;
    return;
  }
  Object.defineProperty(document, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Remembers the key order of a finished document that has integer-like keys, where JavaScript's own differs. */
export function keepOrder(document: Document, order: readonly string[]): void {
  const isNatural = Object.keys(document).every((key, at) => key === order[at]);
  if (!isNatural) (document as Ordered)[KEY_ORDER] = order;
  else if (KEY_ORDER in document) delete (document as Ordered)[KEY_ORDER];
}

/** Whether JavaScript would list this key before all others. */
export function isIntegerLike(key: string): boolean {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57)) return false;
  return isArrayIndex(key);
}

/** Whether a path component is a decimal array index without leading zeros. */
export function isArrayIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key);
}

/** Whether a value is an embedded document: neither an array, nor a date, nor any BSON value class. */
export function isDocument(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}

/** The BSON class name of a value such as `ObjectId` or `Decimal128`; `undefined` for everything else. */
export function bsonClass(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || isDocument(value)) return undefined;
  const name = (value as { _bsontype?: unknown })._bsontype;
  return typeof name === 'string' ? name : undefined;
}
