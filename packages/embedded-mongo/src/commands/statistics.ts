/** @module The commands that measure collections: collStats, dbStats, validate; and compact. */
import { toPlain } from '../language/documents.ts';
import type { Collection } from '../storage/catalogue.ts';
import { numberOf } from '../values.ts';
import { type Command, type CommandContext, targetCollection } from './command.ts';

/** collStats, dbStats (also dbstats), validate, compact */
export const STATISTICS_COMMANDS: Record<string, Command> = {
  collStats: { fields: ['scale'], run: collectionStatistics },
  collstats: { fields: ['scale'], run: collectionStatistics },
  dbStats: { fields: ['scale', 'freeStorage'], run: databaseStatistics },
  dbstats: { fields: ['scale', 'freeStorage'], run: databaseStatistics },
  validate: { fields: ['full', 'repair', 'metadata', 'background', 'checkBSONConformance'], run: validate },
  compact: { fields: ['force', 'dryRun', 'freeSpaceTargetMB'], run: compact },
};

function collectionStatistics(context: CommandContext) {
  const { fields, database, request } = context;
  const scale = numberOf(fields.scale) ?? 1;
  const ns = `${database}.${request.collection}`;
  const collection = targetCollection(context);
  if (!collection) {
    return {
      ns,
      size: 0,
      count: 0,
      storageSize: 0,
      totalSize: 0,
      nindexes: 0,
      totalIndexSize: 0,
      indexSizes: {},
      scaleFactor: scale,
    };
  }
  const { count, bytes } = collection.store.size();
  const scaled = Math.floor(bytes / scale);
  return {
    ns,
    size: scaled,
    count,
    ...(count > 0 && { avgObjSize: Math.floor(bytes / count) }),
    storageSize: scaled,
    totalSize: scaled,
    capped: false,
    nindexes: collection.store.indexes.length + 1,
    indexDetails: {},
    indexBuilds: [],
    totalIndexSize: 0,
    indexSizes: Object.fromEntries(indexNames(collection).map((name) => [name, 0])),
    scaleFactor: scale,
  };
}

function databaseStatistics({ fields, database, server }: CommandContext) {
  const scale = numberOf(fields.scale) ?? 1;
  const collections = server.catalogue.collections(database);
  const sizes = collections.map(({ store }) => store.size());
  const objects = sizes.reduce((sum, { count }) => sum + count, 0);
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  return {
    db: database,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects > 0 ? bytes / objects : 0,
    dataSize: bytes / scale,
    storageSize: bytes / scale,
    indexes: collections.reduce((sum, { store }) => sum + store.indexes.length + 1, 0),
    indexSize: 0,
    totalSize: bytes / scale,
    scaleFactor: scale,
  };
}

/** Checks that each index has exactly the entries its documents give it. */
function validate({ database, request, server }: CommandContext) {
  const collection = server.catalogue.require(database, request.collection);
  const errors = findIndexErrors(collection);
  const { store } = collection;
  const count = store.count();
  return {
    ns: collection.namespace,
    nInvalidDocuments: 0,
    nrecords: count,
    nIndexes: store.indexes.length + 1,
    keysPerIndex: {
      _id_: count,
      ...Object.fromEntries(store.indexes.map((index) => [index.spec.name, index.count()])),
    },
    valid: errors.length === 0,
    repaired: false,
    warnings: [],
    errors,
  };
}

function findIndexErrors({ store }: Collection): string[] {
  const expected = new Map(store.indexes.map((index) => [index, 0]));
  for (const { bytes } of store.scan(store.wholeSpan())) {
    if (store.indexes.length === 0) break;
    const document = toPlain(bytes);
    for (const index of store.indexes)
      expected.set(index, expected.get(index)! + index.keysOf(document).length);
  }
  return store.indexes
    .filter((index) => index.count() !== expected.get(index))
    .map(
      (index) =>
        `index ${index.spec.name} has ${index.count()} entries, its documents give ${expected.get(index)}`,
    );
}

function compact({ database, request, server }: CommandContext) {
  server.catalogue.require(database, request.collection);
  server.file.compact();
  return { bytesFreed: 0 };
}

const indexNames = ({ store }: Collection) => ['_id_', ...store.indexes.map((index) => index.spec.name)];
