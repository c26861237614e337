/** @module The fields of a collection, as a sample of its documents shows them. */

import { isPlainObject } from '@orchestrix/engine';

/** How far a sample is looked into. */
export interface FieldLimits {
  /** Most names. Default: 200. */
  fields?: number;
  /** How many levels of nested documents. Default: 4. */
  depth?: number;
}

/**
 * The names of all fields, in the order in which they first appear; nested fields as dotted names after their parent's, also those of
 * documents in lists. `__v` is left out.
 *
 * @example
 * listFields([{ name: 'Ann', address: { city: 'Bern' } }]); // ['name', 'address', 'address.city']
 */
export function listFields(documents: readonly unknown[], limits: FieldLimits = {}): string[] {
  const { fields = 200, depth = 4 } = limits;
  const names = new Set<string>();
  const visit = (value: unknown, prefix: string, level: number): void => {
    for (const document of nestedIn(value)) {
      for (const [key, inner] of Object.entries(document)) {
        if (names.size >= fields) return;
        if (prefix === '' && key === '__v') continue;
        const name = prefix + key;
        if (name.length > MAX_NAME) continue;
        names.add(name);
        if (level < depth) visit(inner, `${name}.`, level + 1);
      }
    }
  };
  for (const document of documents) visit(document, '', 1);
  return [...names];
}

const MAX_NAME = 200;

/** How many elements of a list are looked at. */
const LIST_SAMPLE = 5;

function nestedIn(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value.slice(0, LIST_SAMPLE) : [value]).filter(isDocument);
}

/** Object ids, dates and binary data have insides that are no fields. */
function isDocument(value: unknown): value is Record<string, unknown> {
  return isPlainObject(value) && !('_bsontype' in value);
}
