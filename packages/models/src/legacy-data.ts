/** @module The rows of `dynamicdatas`: an owner's documents of the earlier backend, seen as what they wrap. */
import type { Document } from '@orchestrix/engine';
import type { Connection, mongo, Types } from 'mongoose';
import type { Sort } from './document-order.ts';

/** Old documents of one owner; arguments are checked by the caller. */
export interface LegacyData {
  /** The names of collections that have old documents. */
  names(): Promise<string[]>;
  /** How many there are, up to `most`. */
  count(name: string, filter: Document, most: number): Promise<number>;
  find(name: string, filter: Document, sort: Sort, limit: number): Promise<Document[]>;
  get(name: string, id: Types.ObjectId): Promise<Document | null>;
  update(name: string, id: Types.ObjectId, changes: Document, now: Date): Promise<Document | null>;
  replace(name: string, id: Types.ObjectId, document: Document, now: Date): Promise<Document | null>;
  delete(name: string, id: Types.ObjectId): Promise<boolean>;
  deleteAll(name: string): Promise<void>;
}

/** The old documents of an owner. They stay in the row they are in, so the earlier backend still finds them. */
export function createLegacyData(connection: Connection, ownerId: string, maxTimeMs: number): LegacyData {
  const limits = maxTimeMs > 0 ? { maxTimeMS: maxTimeMs } : {};
  const rows = (): mongo.Collection<Document> => connection.db!.collection<Document>('dynamicdatas');
  const of = (collectionName: string): { ownerId: string; collectionName: string } => ({
    ownerId,
    collectionName,
  });
  /** The wrapped documents with the row's `_id` and times, so that filter and sort see what a caller sees. */
  const unwrapped = (name: string, filter: Document): Document[] => [
    // A row whose data is no document cannot be shown, and must not keep the others from being shown.
    { $match: { ...of(name), data: { $type: 'object' } } },
    {
      $replaceRoot: {
        newRoot: {
          $mergeObjects: ['$data', { _id: '$_id', createdAt: '$createdAt', updatedAt: '$updatedAt' }],
        },
      },
    },
    { $match: filter },
  ];

  return {
    names: () => rows().distinct('collectionName', { ownerId }) as Promise<string[]>,

    async count(name, filter, most) {
      const pipeline = [...unwrapped(name, filter), { $limit: most }, { $count: 'count' }];
      const [counted] = await rows().aggregate<{ count: number }>(pipeline, limits).toArray();
      return counted?.count ?? 0;
    },

    find: (name, filter, sort, limit) =>
      rows()
        .aggregate<Document>([...unwrapped(name, filter), { $sort: sort }, { $limit: limit }], limits)
        .toArray(),

    async get(name, _id) {
      return unwrap(await rows().findOne({ ...of(name), _id, data: { $type: 'object' } }));
    },

    async update(name, _id, changes, now) {
      const fields = Object.fromEntries(
        Object.entries(changes).map(([key, value]) => [`data.${key}`, value]),
      );
      const change = { $set: { ...fields, updatedAt: now } };
      return unwrap(await rows().findOneAndUpdate({ ...of(name), _id }, change, { returnDocument: 'after' }));
    },

    async replace(name, _id, data, now) {
      const change = { $set: { data, updatedAt: now } };
      return unwrap(await rows().findOneAndUpdate({ ...of(name), _id }, change, { returnDocument: 'after' }));
    },

    async delete(name, _id) {
      return (await rows().deleteOne({ ...of(name), _id })).deletedCount === 1;
    },

    async deleteAll(name) {
      await rows().deleteMany(of(name));
    },
  };
}

function unwrap(row: Document | null): Document | null {
  if (!row) return null;
  const times = { createdAt: row.createdAt, updatedAt: row.updatedAt };
  return { _id: row._id, ...(row.data as Document), ...(row.createdAt ? times : {}) };
}
