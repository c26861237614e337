/** @module What is in a database: its collections, and the fields of each. */
import type { CollectionData, Collections } from '@orchestrix/models';
import { type Connection, mongo } from 'mongoose';
import { fieldsOf } from './fields.ts';

/** Names of fields by name of a collection; `[]` for an empty one. */
export type Schemas = Record<string, string[]>;

/** Documents a collection is judged by: its newest. */
const SAMPLE = 20;
/** Most collections that are shown. */
const MAX_COLLECTIONS = 500;
/** How many collections are read at the same time. */
const AT_ONCE = 4;
/** How long the sample of one collection may take, in milliseconds. */
const SAMPLE_MS = 5_000;

/** Everything in a database but what MongoDB keeps for itself. */
export async function readSchemas({ db }: Connection): Promise<Schemas> {
  if (!db) throw new Error('the connection is closed');
  const listed = await db.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray();
  const collections = listed
    .filter(({ name }) => !name.startsWith('system.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, MAX_COLLECTIONS);
  return inOrder(collections, async ({ name, type = 'collection' }) => {
    const found = db.collection(name).find({}, { limit: SAMPLE, batchSize: 5, maxTimeMS: SAMPLE_MS });
    // Only ordinary collections surely have an index on _id to sort by.
    const newest = type === 'collection' ? found.sort({ _id: -1 }) : found;
    return [name, await sampled(newest)];
  });
}

/** Where an owner's own collections are. */
export interface OwnCollections {
  definitions: Pick<Collections, 'list'>;
  data: CollectionData;
}

/**
 * The collections an owner has in the server's own database, by the names that workflow steps use: the fields of the definition, if there
 * is one, then those of documents.
 */
export async function readOwnSchemas(
  ownerId: string,
  { definitions, data }: OwnCollections,
): Promise<Schemas> {
  const collections = (await definitions.list(ownerId)).slice(0, MAX_COLLECTIONS);
  return inOrder(collections, async ({ name, fields }) => {
    const { items } = await data.list(name, { filter: {}, limit: SAMPLE });
    return [name, [...new Set([...fields.map((field) => field.name), ...fieldsOf(items)])]];
  });
}

async function sampled(cursor: AsyncIterable<unknown>): Promise<string[]> {
  const documents: unknown[] = [];
  try {
    for await (const document of cursor) documents.push(document);
  } catch (error) {
    // A collection that may not be read, or takes too long, must not hide the others.
    if (!(error instanceof mongo.MongoServerError)) throw error;
  }
  return fieldsOf(documents);
}

async function inOrder<Item>(
  items: readonly Item[],
  read: (item: Item) => Promise<[string, string[]]>,
): Promise<Schemas> {
  const entries: [string, string[]][] = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    entries.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(read))));
  return Object.fromEntries(entries);
}
