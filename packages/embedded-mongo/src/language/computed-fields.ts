/** @module Puts computed values at dotted paths, as `$addFields` and projections do. */
import { getField, isDocument, withField } from './fields.ts';

/**
 * Sets a value at a path in a copy. An array on the way gets it in each element; anything else that is no document is
 * replaced by one.
 */
export function setComputed(container: unknown, path: readonly string[], value: unknown): unknown {
  if (Array.isArray(container)) return container.map((item) => setComputed(item, path, value));
  const document = isDocument(container) ? container : {};
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (rest.length === 0) return withField(document, key, value);
  return withField(document, key, setComputed(getField(document, key), rest, value));
}
