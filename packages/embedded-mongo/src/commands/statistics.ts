/** @module The commands that measure collections: collStats, dbStats, validate; and compact. */
import { toPlain } from '../language/documents.ts';
import { isTurnOver, PAUSE, type Task } from '../pace.ts';
import { collectionDropped } from '../planner/run-plan.ts';
import type { Collection } from '../storage/catalogue.ts';
import { numberOf } from '../values.ts';
import { type Command, type CommandAnswer, type CommandContext, targetCollection } from './command.ts';

/** collStats, dbStats (also dbstats), validate, compact */
export const STATISTICS_COMMANDS: Record<string, Command> = {
  collStats: { fields: ['scale'], run: collectionStatistics },
  collstats: { fields: ['scale'], run: collectionStatistics },
  dbStats: { fields: ['scale', 'freeStorage'], run: databaseStatistics },
  dbstats: { fields: ['scale', 'freeStorage'], run: databaseStatistics },
  validate: { fields: ['full', 'repair', 'metadata', 'background', 'checkBSONConformance'], run: validate },
  compact: { fields: ['force', 'dryRun', 'freeSpaceTargetMB'], run: compact },
};

function* collectionStatistics(context: CommandContext): Task<CommandAnswer> {
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
  const { count, bytes } = yield* collection.store.size();
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

function* databaseStatistics({ fields, database, server }: CommandContext): Task<CommandAnswer> {
  const scale = numberOf(fields.scale) ?? 1;
  const collections = server.catalogue.collections(database);
  const sizes: { count: number; bytes: number }[] = [];
  for (const { store } of collections) sizes.push(yield* store.size());
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
function* validate({ database, request, server }: CommandContext): Task<CommandAnswer> {
  const collection = server.catalogue.require(database, request.collection);
  const errors = yield* findIndexErrors(collection);
  const { store } = collection;
  const count = store.count();
  return {
    ns: collection.namespace,
    nInvalidDocuments: 0,
    nrecords: count,
    nIndexes: store.readyIndexes.length + 1,
    keysPerIndex: {
      _id_: count,
      ...Object.fromEntries(store.readyIndexes.map((index) => [index.spec.name, index.count()])),
    },
    valid: errors.length === 0,
    repaired: false,
    warnings: [],
    errors,
  };
}

/** Counting is repeated while others write; the last time without letting others in. */
const MAX_ROUNDS = 5;

function* findIndexErrors(collection: Collection): Task<string[]> {
  const { store } = collection;
  for (let round = 1; ; round++) {
    const { version } = store;
    const errors = yield* countEntries(collection, round < MAX_ROUNDS ? 'pausing' : 'at once');
    if (store.version === version) return errors;
  }
}

function* countEntries(collection: Collection, manner: 'pausing' | 'at once'): Task<string[]> {
  const { store } = collection;
  const indexes = store.readyIndexes;
  const expected = new Map(indexes.map((index) => [index, 0]));
  for (const { bytes } of store.scan(store.wholeSpan())) {
    if (indexes.length === 0) break;
    const document = toPlain(bytes);
    for (const index of indexes) expected.set(index, expected.get(index)! + index.keysOf(document).length);
    if (manner === 'at once' || !isTurnOver(8 + bytes.length / 128)) continue;
    yield PAUSE;
    if (store.dropped) throw collectionDropped(collection);
  }
  return indexes
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
