/** @module What can be found out about the database behind a connection. */
import { type Connection, mongo } from 'mongoose';

/** Bounds of {@link sampleCollections}. */
export interface SampleLimits {
  /** Most collections, in order of their names. */
  collections: number;
  /** The newest documents of each. */
  documents: number;
  /** How long the sample of one collection may take, in milliseconds. */
  timeoutMs: number;
}

/** A collection with some of its documents. */
export interface SampledCollection {
  name: string;
  /** Empty also when the collection cannot be read, or not in time. */
  documents: unknown[];
}

/** How many collections are read at the same time. */
const AT_ONCE = 4;

/** Documents of every collection but those that MongoDB keeps for itself. */
export async function sampleCollections(
  { db }: Connection,
  { collections, documents, timeoutMs }: SampleLimits,
): Promise<SampledCollection[]> {
  if (!db) throw new Error('the connection is closed');
  const listed = await db.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray();
  const chosen = listed
    .filter(({ name }) => !name.startsWith('system.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, collections);
  const samples: SampledCollection[] = [];
  for (let start = 0; start < chosen.length; start += AT_ONCE) {
    const batch = chosen.slice(start, start + AT_ONCE).map(async ({ name, type = 'collection' }) => {
      const found = db.collection(name).find({}, { limit: documents, batchSize: 5, maxTimeMS: timeoutMs });
      // Only ordinary collections surely have an index on _id to sort by.
      return { name, documents: await readAll(type === 'collection' ? found.sort({ _id: -1 }) : found) };
    });
    samples.push(...(await Promise.all(batch)));
  }
  return samples;
}

/** A collection that may not be read, or takes too long, must not hide the others. */
async function readAll(cursor: AsyncIterable<unknown>): Promise<unknown[]> {
  const documents: unknown[] = [];
  try {
    for await (const document of cursor) documents.push(document);
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError)) throw error;
  }
  return documents;
}

/** Whether the server that a connection leads to takes writes. */
export async function takesWrites({ db }: Connection): Promise<boolean> {
  const { isWritablePrimary, msg } = (await db?.command({ hello: 1 })) ?? {};
  return isWritablePrimary === true || msg === 'isdbgrid';
}

/**
 * Whether two connections lead to the same database: then a collection of one, which has an id of its own, is in the other. Addresses do
 * not tell, because one server can have many.
 */
export async function isSameDatabase(one: Connection, other: Connection): Promise<boolean> {
  if (one.name.toLowerCase() !== other.name.toLowerCase()) return false;
  const [ids, others] = await Promise.all([listCollectionIds(one), listCollectionIds(other)]);
  return ids.some((id) => others.includes(id));
}

async function listCollectionIds({ db }: Connection): Promise<string[]> {
  const listed = (await db?.listCollections({}, { nameOnly: false }).toArray()) ?? [];
  return listed.flatMap(({ info }) => (info?.uuid ? [info.uuid.toString('hex')] : []));
}
