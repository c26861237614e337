/** @module The commands that make, change, rename and drop collections. */
import { CommandError } from '../command-error.ts';
import { equalBson } from '../language/compare.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import type { Collection } from '../storage/catalogue.ts';
import { parseIndexSpec } from '../storage/index-spec.ts';
import { checkNamespace } from '../storage/names.ts';
import { isOn, numberOf } from '../values.ts';
import { type Command, type CommandContext, targetCollection } from './command.ts';
import { collationOption, documentOption } from './options.ts';
import { checkValidatorOptions, VALIDATOR_OPTIONS } from './validation.ts';

/** create, collMod, drop, dropDatabase, renameCollection */
export const COLLECTION_COMMANDS: Record<string, Command> = {
  create: {
    fields: [
      'autoIndexId',
      'capped',
      'changeStreamPreAndPostImages',
      'clusteredIndex',
      'collation',
      'encryptedFields',
      'expireAfterSeconds',
      'flags',
      'idIndex',
      'indexOptionDefaults',
      'max',
      'pipeline',
      'size',
      'storageEngine',
      'timeseries',
      'viewOn',
      ...VALIDATOR_OPTIONS,
    ],
    run: create,
  },
  collMod: { fields: ['index', 'capped', 'pipeline', 'viewOn', ...VALIDATOR_OPTIONS], run: modify },
  drop: { fields: [], run: drop },
  dropDatabase: { fields: [], run: dropDatabase },
  renameCollection: { fields: ['to', 'dropTarget', 'stayTemp'], run: rename },
};

/** Options of create that this server refuses, and what they would be. */
const REFUSED_OPTIONS: Record<string, string> = {
  capped: 'capped collections',
  changeStreamPreAndPostImages: 'change streams',
  encryptedFields: 'encrypted collections',
  expireAfterSeconds: 'time series and collections that expire',
  timeseries: 'time series collections',
  viewOn: 'views',
  pipeline: 'views',
};

function create(context: CommandContext) {
  const { fields, database, request, server } = context;
  for (const [option, what] of Object.entries(REFUSED_OPTIONS)) {
    if (fields[option] === undefined || fields[option] === false) continue;
    throw new CommandError('CommandNotSupported', `${what} are not supported by this server`);
  }
  checkNamespace(database, request.collection);
  const options = pick(fields, ['collation', ...VALIDATOR_OPTIONS]);
  const collation = collationOption(fields, undefined);
  if (!collation) delete options.collation;
  const clusteredIndex = clusteredOption(fields);
  if (clusteredIndex) options.clusteredIndex = clusteredIndex;
  checkValidatorOptions(options);
  const existing = targetCollection(context);
  if (existing) {
    if (equalBson(existing.options, options)) return {};
    throw new CommandError('NamespaceExists', `Collection ${existing.namespace} already exists.`);
  }
  server.catalogue.create(database, request.collection, options);
  return {};
}

/**
 * Every collection here is kept by row and has its `_id` index, so a clustered one is an ordinary one that says so.
 * @throws CommandError InvalidIndexSpecificationOption (197)
 */
function clusteredOption(fields: Document): Document | undefined {
  const given = documentOption(fields, 'clusteredIndex');
  if (!given) return undefined;
  const { key, unique, name } = given;
  if (!isDocument(key) || keysOf(key).join() !== '_id' || numberOf(key._id) !== 1 || unique !== true) {
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      'The clusteredIndex option must be { key: { _id: 1 }, unique: true }, with a name or without',
    );
  }
  return { v: 2, key: { _id: 1 }, name: typeof name === 'string' ? name : '_id_', unique: true };
}

function modify(context: CommandContext) {
  const { fields, database, request, server } = context;
  const collection = server.catalogue.require(database, request.collection);
  for (const option of ['capped', 'pipeline', 'viewOn']) {
    if (fields[option] !== undefined)
      throw new CommandError('CommandNotSupported', `collMod's '${option}' is not supported by this server`);
  }
  const changes = pick(fields, VALIDATOR_OPTIONS);
  checkValidatorOptions(changes);
  const answer = fields.index === undefined ? {} : modifyIndex(context, collection);
  if (keysOf(changes).length > 0) {
    const options = { ...collection.options, ...changes };
    if (isDocument(options.validator) && keysOf(options.validator).length === 0) delete options.validator;
    server.catalogue.setOptions(collection, options);
  }
  return answer;
}

function modifyIndex({ fields, server }: CommandContext, collection: Collection): Document {
  const change = documentOption(fields, 'index')!;
  const name = change.name;
  const keyPattern = change.keyPattern;
  const index = collection.store.indexes.find(({ spec }) =>
    typeof name === 'string' ? spec.name === name : equalBson(spec.document.key, keyPattern),
  );
  if (!index)
    throw new CommandError(
      'IndexNotFound',
      `cannot find index ${describe(change)} for ns ${collection.namespace}`,
    );
  const known = ['name', 'keyPattern', 'expireAfterSeconds', 'hidden'];
  const unknown = keysOf(change).find((option) => !known.includes(option));
  if (unknown)
    throw new CommandError(
      'InvalidOptions',
      `collMod's index option '${unknown}' is not supported by this server`,
    );
  const before = index.spec;
  const document = { ...before.document, ...pick(change, ['expireAfterSeconds', 'hidden']) };
  if (document.hidden !== undefined && !isOn(document.hidden)) delete document.hidden;
  const after = parseIndexSpec(document, null);
  server.catalogue.setIndexSpec(index, after);
  return {
    ...(change.expireAfterSeconds !== undefined && {
      ...(before.expireAfterSeconds !== null && { expireAfterSeconds_old: before.expireAfterSeconds }),
      expireAfterSeconds_new: numberOf(change.expireAfterSeconds),
    }),
    ...(change.hidden !== undefined && { hidden_old: before.hidden, hidden_new: after.hidden }),
  };
}

const describe = ({ name }: Document) => (typeof name === 'string' ? name : 'with that key pattern');

function drop(context: CommandContext) {
  const collection = targetCollection(context);
  if (!collection) return {};
  context.server.catalogue.drop(collection);
  return { nIndexesWas: collection.store.indexes.length + 1, ns: collection.namespace };
}

function dropDatabase({ database, server }: CommandContext) {
  const collections = server.catalogue.collections(database);
  for (const collection of collections) server.catalogue.drop(collection);
  return collections.length > 0 ? { dropped: database } : {};
}

function rename({ fields, server }: CommandContext) {
  const source = splitNamespace(fields.renameCollection);
  const target = splitNamespace(fields.to);
  const collection = server.catalogue.find(source.database, source.name);
  if (!collection)
    throw new CommandError(
      'NamespaceNotFound',
      `Source collection ${source.database}.${source.name} does not exist`,
    );
  checkNamespace(target.database, target.name);
  if (source.database === target.database && source.name === target.name) {
    throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
  }
  const existing = server.catalogue.find(target.database, target.name);
  if (existing && !isOn(fields.dropTarget))
    throw new CommandError('NamespaceExists', 'target namespace exists');
  if (existing) server.catalogue.drop(existing);
  server.catalogue.rename(collection, target.database, target.name);
  return {};
}

function splitNamespace(value: unknown): { database: string; name: string } {
  if (typeof value !== 'string' || !value.includes('.')) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${String(value)}'`);
  }
  const dot = value.indexOf('.');
  return { database: value.slice(0, dot), name: value.slice(dot + 1) };
}

function pick(fields: Document, names: readonly string[]): Document {
  return Object.fromEntries(
    names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}
