/** @module The order in which MongoDB sorts values, for putting two sorted lists together. */
import type { Document } from '@orchestrix/engine';

/** Field → direction, in order of importance. */
export type Sort = Record<string, 1 | -1>;

/** Merges lists that are each in the given order into one. */
export function mergeSorted(first: readonly Document[], second: readonly Document[], sort: Sort): Document[] {
  return [...first, ...second].sort((a, b) => {
    for (const [path, direction] of Object.entries(sort)) {
      const order = compareValues(valueAt(a, path), valueAt(b, path));
      if (order !== 0) return order * direction;
    }
    return 0;
  });
}

function compareValues(a: unknown, b: unknown): number {
  const byType = typeRank(a) - typeRank(b);
  if (byType !== 0) return byType;
  const [left, right] = [comparable(a), comparable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** MongoDB sorts by type first. */
function typeRank(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' || typeof value === 'bigint') return 1;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return 6;
  if (value instanceof Date) return 7;
  if (Array.isArray(value)) return 4;
  return isObjectId(value) ? 5 : 3;
}

function comparable(value: unknown): number | bigint | string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date) return value.getTime();
  if (value === undefined || value === null) return 0;
  return isObjectId(value) ? String(value) : JSON.stringify(value);
}

const isObjectId = (value: object): boolean => '_bsontype' in value && value._bsontype === 'ObjectId';

function valueAt(document: Document, path: string): unknown {
  let value: unknown = document;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
