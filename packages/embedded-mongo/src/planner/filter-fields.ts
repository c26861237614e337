/** @module Which fields of a document a filter looks at. */
import { type Document, isDocument, keysOf } from '../language/fields.ts';

/**
 * The top-level fields that decide whether a document matches; null when any may, as with `$expr` or a schema, or
 * when they are so many that reading the whole document is no dearer.
 */
export function filterFields(filter: Document): ReadonlySet<string> | null {
  const fields = new Set<string>();
  return collect(filter, fields) && fields.size <= MAX_FIELDS ? fields : null;
}

const MAX_FIELDS = 6;
const BRANCHES = new Set(['$and', '$or', '$nor']);

function collect(filter: Document, fields: Set<string>): boolean {
  return keysOf(filter).every((key) => {
    if (!key.startsWith('$')) {
      fields.add(key.split('.', 1)[0]!);
      return true;
    }
    const operand = filter[key];
    if (key === '$comment') return true;
    if (!BRANCHES.has(key) || !Array.isArray(operand)) return false;
    return operand.every((branch) => isDocument(branch) && collect(branch, fields));
  });
}
