/** @module The Database port with typed collections: a workflow's values are converted to the fields' types, or refused by field. */
import { type Database, type Document, TerminalError } from '@orchestrix/engine';
import { ReadCache } from '../read-cache.ts';
import type { FieldProblem } from './collection-errors.ts';
import { checkDocument, convertStepValue, describeType, type Field } from './typed-fields.ts';
import { convertFilter } from './typed-filter.ts';

/** The fields of a collection; `undefined` when it is not defined. */
export type FieldsOf = (collection: string) => Promise<readonly Field[] | undefined>;

/**
 * The same database, with documents, changes and filters held to the definitions.
 *
 * Methods reject with a TerminalError `VALIDATION_FAILED` (422) whose details name the fields.
 */
export function definedDatabase(database: Database, fieldsOf: FieldsOf): Database {
  const filterOf = async (collection: string, filter: Document): Promise<Document> => {
    const fields = await fieldsOf(collection);
    return fields ? convertFilter(fields, filter, convertStepValue) : filter;
  };
  const changeOf = async (collection: string, update: Document): Promise<Document> => {
    const fields = await fieldsOf(collection);
    return fields ? checkUpdate(collection, fields, update) : update;
  };
  return {
    find: async (name, query, options) =>
      database.find(name, { ...query, filter: await filterOf(name, query.filter) }, options),
    findOne: async (name, query, options) =>
      database.findOne(name, { ...query, filter: await filterOf(name, query.filter) }, options),
    insertOne: async (name, document, options) => {
      const fields = await fieldsOf(name);
      return database.insertOne(name, fields ? checkInsert(name, fields, document) : document, options);
    },
    updateOne: async (name, filter, update, options) =>
      database.updateOne(name, await filterOf(name, filter), await changeOf(name, update), options),
    updateMany: async (name, filter, update, options) =>
      database.updateMany(name, await filterOf(name, filter), await changeOf(name, update), options),
    deleteOne: async (name, filter, options) =>
      database.deleteOne(name, await filterOf(name, filter), options),
    deleteMany: async (name, filter, options) =>
      database.deleteMany(name, await filterOf(name, filter), options),
  };
}

const STEPS = { convert: convertStepValue, prefix: '' };

function checkInsert(collection: string, fields: readonly Field[], document: Document): Document {
  const { document: checked, problems } = checkDocument(fields, document, STEPS);
  refuse(collection, problems);
  // The API drops what the server keeps itself; a workflow may set an id of its own.
  const own = ['_id', 'createdAt'].filter((name) => document[name] !== undefined);
  return { ...checked, ...Object.fromEntries(own.map((name) => [name, document[name]])) };
}

/** Operators whose operand is a new value of the field. */
const SETTING = ['$set', '$min', '$max'];

function checkUpdate(collection: string, fields: readonly Field[], update: Document): Document {
  const checked: Document = { ...update };
  const problems: FieldProblem[] = [];
  for (const operator of SETTING) {
    const values = update[operator];
    if (typeof values !== 'object' || values === null) continue;
    const kept: Document = { ...(values as Document) };
    for (const { name, type, required } of fields) {
      if (!Object.hasOwn(kept, name)) continue;
      const value = kept[name];
      if (value === null || value === '') {
        if (required) problems.push({ path: name, message: 'Field is required' });
        continue;
      }
      const converted = convertStepValue(type, value);
      if (converted === undefined) problems.push({ path: name, message: `Expected ${describeType(type)}` });
      else kept[name] = converted;
    }
    checked[operator] = kept;
  }
  refuse(collection, problems);
  return checked;
}

function refuse(collection: string, problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  const details: Record<string, string[]> = {};
  for (const { path, message } of problems) details[path] = [...(details[path] ?? []), message];
  const [first] = problems;
  throw new TerminalError(
    `The document does not fit the collection "${collection}": ${first?.path}: ${first?.message}`,
    {
      code: 'VALIDATION_FAILED',
      status: 422,
      details,
    },
  );
}

/** How long definitions count before they are read again, in milliseconds; changes in this process count at once. */
const KEEP_MS = 3_000;

/** Definitions of owners, read once for many operations. */
export class DefinitionCache {
  readonly #owners: ReadCache<Map<string, readonly Field[]>>;

  /** @param list all definitions of an owner */
  constructor(list: (ownerId: string) => Promise<{ name: string; fields: readonly Field[] }[]>) {
    this.#owners = new ReadCache(
      async (ownerId) => new Map((await list(ownerId)).map(({ name, fields }) => [name, fields])),
      { keepMs: KEEP_MS },
    );
  }

  /** The definitions of one owner. */
  of(ownerId: string): FieldsOf {
    return async (collection) => (await this.#owners.get(ownerId)).get(collection);
  }

  /** Reads an owner's definitions again when they are next asked for. */
  forget(ownerId: string): void {
    this.#owners.forget(ownerId);
  }
}
