/** @module The commands that create and drop indexes. */
import { CommandError } from '../command-error.ts';
import { equalBson } from '../language/compare.ts';
import { isDocument } from '../language/fields.ts';
import { PAUSE, type Task } from '../pace.ts';
import { collectionDropped } from '../planner/run-plan.ts';
import { buildIndex } from '../storage/build-index.ts';
import type { Collection } from '../storage/catalogue.ts';
import { type IndexSpec, parseIndexSpec, sameOptions, sameSignature } from '../storage/index-spec.ts';
import type { IndexStore } from '../storage/index-store.ts';
import { checkPartialFilter } from '../storage/partial-filter.ts';
import type { Command, CommandAnswer, CommandContext } from './command.ts';

const MAX_INDEXES = 64;

/** createIndexes, dropIndexes and its older spelling */
export const INDEX_COMMANDS: Record<string, Command> = {
  createIndexes: { fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'], run: createIndexes },
  dropIndexes: { fields: ['index'], run: dropIndexes },
  deleteIndexes: { fields: ['index'], run: dropIndexes },
};

function* createIndexes({ fields, database, request, server }: CommandContext): Task<CommandAnswer> {
  const { catalogue } = server;
  const given = request.statements('indexes');
  if (given.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
  const existing = catalogue.find(database, request.collection);
  const specs = given.map((document) => parseIndexSpec(document, existing?.collation ?? null));
  for (const { partialFilter } of specs) if (partialFilter) checkPartialFilter(partialFilter);
  if (fields.commitQuorum !== undefined)
    throw new CommandError('BadValue', "Standalones can't specify commitQuorum");
  const collection = catalogue.findOrCreate(database, request.collection);
  const before = collection.store.indexes.length + 1;
  const built: IndexStore[] = [];
  try {
    for (const spec of specs) {
      yield* waitForBuilds(collection, spec);
      if (isThere(collection, spec)) continue;
      built.push(yield* buildIndex(catalogue, collection, spec));
    }
  } catch (error) {
    // All of a command's indexes come to be, or none.
    if (!collection.store.dropped) {
      for (const index of built) {
        if (collection.store.indexes.includes(index)) catalogue.dropIndex(collection, index);
      }
    }
    throw error;
  }
  return {
    numIndexesBefore: before,
    numIndexesAfter: collection.store.indexes.length + 1,
    createdCollectionAutomatically: existing === undefined,
    ...(built.length === 0 && { note: 'all indexes already exist' }),
  };
}

/** An index that another client is building may still come to nothing. */
function* waitForBuilds(collection: Collection, { name, document }: IndexSpec): Task<void> {
  const { store } = collection;
  const isAlike = ({ spec }: IndexStore) => spec.name === name || equalBson(spec.document.key, document.key);
  while (store.indexes.some((index) => index.building && isAlike(index))) {
    yield PAUSE;
    if (store.dropped) throw collectionDropped(collection);
  }
}

/**
 * Whether this very index exists already.
 * @throws CommandError IndexOptionsConflict (85), IndexKeySpecsConflict (86), CannotCreateIndex (67)
 */
function isThere({ store }: Collection, spec: IndexSpec): boolean {
  const isIdKey =
    spec.fields.length === 1 && spec.fields[0]!.path === '_id' && spec.fields[0]!.direction === 1;
  if (isIdKey) return true;
  if (spec.name === '_id_') {
    throw new CommandError(
      'BadValue',
      "The index name '_id_' is reserved for the _id index, which must have key pattern {_id: 1}",
    );
  }
  const named = store.indexes.find((index) => index.spec.name === spec.name)?.spec;
  const alike = store.indexes.find((index) => sameSignature(index.spec, spec))?.spec;
  if (named) {
    if (named !== alike)
      throw conflict(
        'IndexKeySpecsConflict',
        named,
        spec,
        'An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation.',
      );
    if (sameOptions(named, spec)) return true;
    throw conflict(
      'IndexOptionsConflict',
      named,
      spec,
      'An equivalent index already exists with the same name but different options.',
    );
  }
  if (alike)
    throw conflict(
      'IndexOptionsConflict',
      alike,
      spec,
      `Index already exists with a different name: ${alike.name}`,
    );
  if (store.indexes.length + 1 >= MAX_INDEXES) {
    throw new CommandError('CannotCreateIndex', `a collection may have ${MAX_INDEXES} indexes`);
  }
  return false;
}

function conflict(
  code: 'IndexOptionsConflict' | 'IndexKeySpecsConflict',
  existing: IndexSpec,
  wanted: IndexSpec,
  why: string,
) {
  const show = (spec: IndexSpec) => JSON.stringify(spec.document);
  return new CommandError(code, `${why} Requested index: ${show(wanted)}, existing index: ${show(existing)}`);
}

function dropIndexes({ fields, database, request, server }: CommandContext) {
  const { catalogue } = server;
  const collection = catalogue.require(database, request.collection);
  const nIndexesWas = collection.store.indexes.length + 1;
  for (const index of chosen(collection, fields.index)) catalogue.dropIndex(collection, index);
  if (fields.index !== '*') return { nIndexesWas };
  return { nIndexesWas, msg: 'non-_id indexes dropped for collection' };
}

function chosen(collection: Collection, wanted: unknown): IndexStore[] {
  const { indexes } = collection.store;
  if (wanted === '*') return indexes;
  if (Array.isArray(wanted)) return wanted.flatMap((name) => chosen(collection, name));
  if (wanted === '_id_' || (isDocument(wanted) && equalBson(wanted, { _id: 1 }))) {
    throw new CommandError('InvalidOptions', 'cannot drop _id index');
  }
  if (typeof wanted === 'string') {
    const named = indexes.filter(({ spec }) => spec.name === wanted);
    if (named.length > 0) return named;
    throw new CommandError('IndexNotFound', `index not found with name [${wanted}]`);
  }
  if (!isDocument(wanted))
    throw new CommandError(
      'TypeMismatch',
      "BSON field 'dropIndexes.index' must be a string, an object or an array",
    );
  const alike = indexes.filter(({ spec }) => equalBson(spec.document.key, wanted));
  if (alike.length === 0)
    throw new CommandError('IndexNotFound', `can't find index with key: ${JSON.stringify(wanted)}`);
  if (alike.length > 1) {
    throw new CommandError(
      'AmbiguousIndexKeyPattern',
      `${alike.length} indexes found for key: ${JSON.stringify(wanted)}, identify by name instead.`,
    );
  }
  return alike;
}
