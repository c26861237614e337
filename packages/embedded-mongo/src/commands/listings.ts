/** @module The commands that list databases, collections and indexes. */
import { Binary } from 'bson';
import { assembleCursorAnswer } from '../bson/assemble.ts';
import { toBytes } from '../language/documents.ts';
import { type Document, isDocument } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import { mapPaced, type Task } from '../pace.ts';
import type { Collection } from '../storage/catalogue.ts';
import { isOn } from '../values.ts';
import type { Command, CommandAnswer, CommandContext } from './command.ts';
import { countOption, documentOption } from './options.ts';

/** listDatabases, listCollections, listIndexes */
export const LISTING_COMMANDS: Record<string, Command> = {
  listDatabases: { fields: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
  listCollections: {
    fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor', 'includePendingDrops'],
    run: listCollections,
  },
  listIndexes: { fields: ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'], run: listIndexes },
};

function* listDatabases({ fields, server }: CommandContext): Task<CommandAnswer> {
  const { matches } = compileFilter(documentOption(fields, 'filter') ?? {});
  const all: { name: string; sizeOnDisk: number; empty: boolean }[] = [];
  for (const name of server.catalogue.databaseNames()) {
    const sizeOnDisk = yield* sizeOf(server.catalogue.collections(name));
    all.push({ name, sizeOnDisk, empty: sizeOnDisk === 0 });
  }
  const databases = all.filter((database) => matches({ ...database }));
  if (isOn(fields.nameOnly)) return { databases: databases.map(({ name }) => ({ name })) };
  const totalSize = databases.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk, 0);
  return { databases, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024) };
}

function* sizeOf(collections: readonly Collection[]): Task<number> {
  let bytes = 0;
  for (const { store } of collections) bytes += (yield* store.size()).bytes;
  return bytes;
}

function listCollections(context: CommandContext) {
  const { fields, database, server } = context;
  const { matches } = compileFilter(documentOption(fields, 'filter') ?? {});
  const described = server.catalogue.collections(database).map(describeCollection).filter(matches);
  const shown = isOn(fields.nameOnly) ? described.map(({ name, type }) => ({ name, type })) : described;
  return cursorOver(context, `${database}.$cmd.listCollections`, shown);
}

function describeCollection({ name, uuid, options, store }: Collection): Document {
  return {
    name,
    type: 'collection',
    options,
    info: { readOnly: false, uuid: new Binary(uuid, Binary.SUBTYPE_UUID) },
    idIndex: store.idIndex.document,
  };
}

function listIndexes(context: CommandContext) {
  const { database, request, server } = context;
  const collection = server.catalogue.require(database, request.collection);
  const { idIndex, readyIndexes } = collection.store;
  const { clusteredIndex } = collection.options;
  const first = isDocument(clusteredIndex) ? { ...clusteredIndex, clustered: true } : idIndex.document;
  const others = readyIndexes.map(({ spec }) => spec.document);
  return cursorOver(context, collection.namespace, [first, ...others]);
}

function* cursorOver(
  { fields, server, terms }: CommandContext,
  namespace: string,
  documents: readonly Document[],
): Task<CommandAnswer> {
  const cursor = documentOption(fields, 'cursor') ?? {};
  const batchSize = countOption(cursor, 'batchSize') ?? Number.POSITIVE_INFINITY;
  const source = mapPaced(documents, toBytes);
  const batch = yield* server.cursors.open({ namespace, source, batchSize, rest: 'keep', terms });
  return assembleCursorAnswer({ batchName: 'firstBatch', namespace, ...batch });
}
