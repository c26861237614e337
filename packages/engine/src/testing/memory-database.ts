/** @module A database in memory with the operators that workflows commonly use. */

import { TerminalError } from '../errors.ts';
import type { Database, Document, FindQuery } from '../ports.ts';
import { copyPlain, isPlainObject } from '../values/copy.ts';
import { matches } from './match.ts';

/**
 * A {@link Database} that lives as long as the test. Identifiers are 24 hex digits, as texts; an operator it does not
 * know is refused, so that a test never passes on a filter that was not applied.
 *
 * @param seed documents by collection; those without `_id` get one
 */
export function memoryDatabase(
  seed: Record<string, Document[]> = {},
): Database & { documents(collection: string): Document[] } {
  const collections = new Map<string, Document[]>();
  let counter = 0;
  const nextId = () => (++counter).toString(16).padStart(24, '0');
  const of = (name: string) => {
    if (!collections.has(name)) collections.set(name, []);
    return collections.get(name)!;
  };
  for (const [name, documents] of Object.entries(seed)) {
    for (const document of documents) of(name).push({ _id: nextId(), ...copyPlain(document) });
  }
  const select = (name: string, filter: Document) => {
    checkId(name, filter);
    return of(name).filter((document) => matches(document, filter));
  };
  const remove = (name: string, document: Document) => of(name).splice(of(name).indexOf(document), 1);
  return {
    documents: of,
    async find(name, query) {
      return page(select(name, query.filter), query).map((document) => project(document, query.projection));
    },
    async findOne(name, query) {
      const [first] = page(select(name, query.filter), { ...query, limit: 1 });
      return first ? project(first, query.projection) : null;
    },
    async insertOne(name, document, { unique = [] } = {}) {
      const now = new Date();
      for (const field of unique) {
        const value = document[field];
        if (value === undefined || value === null || value === '') continue;
        if (of(name).some((other) => other[field] === value)) {
          throw new TerminalError(`A document with the same ${field} exists already in "${name}"`, {
            code: 'DUPLICATE_VALUE',
            status: 409,
            details: { fields: [field] },
          });
        }
      }
      const stored = { _id: nextId(), ...copyPlain(document), createdAt: now, updatedAt: now, __v: 0 };
      of(name).push(stored);
      return copyPlain(stored);
    },
    async updateOne(name, filter, update) {
      const [first] = select(name, filter);
      if (!first) return null;
      apply(first, update);
      return copyPlain(first);
    },
    async updateMany(name, filter, update) {
      const found = select(name, filter);
      for (const document of found) apply(document, update);
      return { acknowledged: true, matchedCount: found.length, modifiedCount: found.length };
    },
    async deleteOne(name, filter) {
      const [first] = select(name, filter);
      if (first) remove(name, first);
      return first ?? null;
    },
    async deleteMany(name, filter) {
      const found = select(name, filter);
      for (const document of found) remove(name, document);
      return { acknowledged: true, deletedCount: found.length };
    },
  };
}

/** What a MongoDB model says of an identifier that is none. */
function checkId(name: string, filter: Document): void {
  const id = filter._id;
  if (typeof id === 'string' && !/^[0-9a-f]{24}$/i.test(id)) {
    throw new Error(
      `Cast to ObjectId failed for value "${id}" (type string) at path "_id" for model "${name}"`,
    );
  }
}

function page(documents: Document[], { sort, skip = 0, limit }: Partial<FindQuery>): Document[] {
  const sorted = sort ? [...documents].sort((a, b) => compareBy(a, b, sort)) : documents;
  return sorted.slice(skip, limit ? skip + limit : undefined);
}

function compareBy(a: Document, b: Document, sort: Record<string, 1 | -1>): number {
  for (const [field, direction] of Object.entries(sort)) {
    const [x, y] = [a[field] as number, b[field] as number];
    if (x !== y) return (x < y ? -1 : 1) * direction;
  }
  return 0;
}

function project(document: Document, projection: FindQuery['projection']): Document {
  if (!projection) return copyPlain(document);
  const including = Object.entries(projection).some(([field, include]) => field !== '_id' && include === 1);
  return Object.fromEntries(
    Object.entries(copyPlain(document)).filter(([field]) =>
      including
        ? projection[field] === 1 || (field === '_id' && projection._id !== 0)
        : projection[field] !== 0,
    ),
  );
}

function apply(document: Document, update: Document): void {
  for (const [operator, fields] of Object.entries(update)) {
    for (const [field, value] of Object.entries(fields as Document)) {
      // A path would be stored as a name with dots in it.
      if (field.includes('.')) throw unknown(operator);
      if (operator === '$set') document[field] = copyPlain(value);
      else if (operator === '$unset') delete document[field];
      else if (operator === '$inc') document[field] = Number(document[field] ?? 0) + Number(value);
      else if (operator === '$push' && !isPlainObject(value))
        document[field] = [...((document[field] as unknown[]) ?? []), value];
      else throw unknown(operator);
    }
  }
  document.updatedAt = new Date();
}

function unknown(operator: string): Error {
  return new Error(`The database in memory does not know the update operator "${operator}" in this form`);
}
