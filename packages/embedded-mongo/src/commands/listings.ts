/** @module The commands that list databases, collections and indexes. */
import { Binary } from 'bson';
import { assembleCursorAnswer } from '../bson/assemble.ts';
import { toBytes } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import type { Collection } from '../storage/catalogue.ts';
import { isOn } from '../values.ts';
import type { Command, CommandContext } from './command.ts';
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

function listDatabases({ fields, server }: CommandContext) {
  const { matches } = compileFilter(documentOption(fields, 'filter') ?? {});
  const databases = server.catalogue
    .databaseNames()
    .map((name) => ({ name, ...sizeOf(server.catalogue.collections(name)) }))
    .filter((database) => matches(database));
  if (isOn(fields.nameOnly)) return { databases: databases.map(({ name }) => ({ name })) };
  const totalSize = databases.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk, 0);
  return { databases, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024) };
}

function sizeOf(collections: readonly Collection[]) {
  const sizeOnDisk = collections.reduce((sum, { store }) => sum + store.size().bytes, 0);
  return { sizeOnDisk, empty: sizeOnDisk === 0 };
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
  const specs = [collection.store.idIndex, ...collection.store.indexes.map((index) => index.spec)];
  return cursorOver(
    context,
    collection.namespace,
    specs.map((spec) => spec.document),
  );
}

function cursorOver({ fields, server }: CommandContext, namespace: string, documents: readonly Document[]) {
  const cursor = documentOption(fields, 'cursor') ?? {};
  const batchSize = countOption(cursor, 'batchSize') ?? Number.POSITIVE_INFINITY;
  const source = documents.map(toBytes)[Symbol.iterator]();
  const batch = server.cursors.open(namespace, source, batchSize, 'keep');
  return assembleCursorAnswer({ batchName: 'firstBatch', namespace, ...batch });
}
