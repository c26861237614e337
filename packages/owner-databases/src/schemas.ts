/** @module What is in a database: its collections, and the fields of each. */
import {
  type CollectionData,
  type Collections,
  type Connection,
  sampleCollections,
} from '@orchestrix/models';
import { listFields } from './fields.ts';

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
export async function readSchemas(connection: Connection): Promise<Schemas> {
  const limits = { collections: MAX_COLLECTIONS, documents: SAMPLE, timeoutMs: SAMPLE_MS };
  const samples = await sampleCollections(connection, limits);
  return Object.fromEntries(samples.map(({ name, documents }) => [name, listFields(documents)]));
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
  const entries: [string, string[]][] = [];
  for (let start = 0; start < collections.length; start += AT_ONCE) {
    const batch = collections.slice(start, start + AT_ONCE).map(async ({ name, fields }) => {
      const { items } = await data.list(name, { filter: {}, limit: SAMPLE });
      const names = new Set([...fields.map((field) => field.name), ...listFields(items)]);
      return [name, [...names]] satisfies [string, string[]];
    });
    entries.push(...(await Promise.all(batch)));
  }
  return Object.fromEntries(entries);
}
