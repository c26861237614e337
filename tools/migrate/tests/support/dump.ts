/** @module A database as it is, byte for byte: documents as the server sends them, indexes, collections. */
import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';

/** Collection → its options, its indexes by name, its documents by id as hexadecimal BSON. */
export type Dump = Record<string, { indexes: string[]; documents: string[] }>;

/** Reads everything. */
export async function dump(db: mongo.Db): Promise<Dump> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
  const entries = await Promise.all(
    names.map(async (name) => {
      const indexes = (await db.collection(name).indexes()).map((index) => JSON.stringify(index)).sort();
      const documents = await db.collection(name).find({}, { raw: true }).sort({ _id: 1 }).toArray();
      return [
        name,
        { indexes, documents: documents.map((bytes) => Buffer.from(bytes as never).toString('hex')) },
      ];
    }),
  );
  return Object.fromEntries(entries) as Dump;
}

/** A short text that is the same for the same bytes and for no others. */
export async function fingerprint(db: mongo.Db): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await dump(db)))
    .digest('hex');
}
