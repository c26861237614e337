/** @module Collections of an owner: those with a definition, and those that have documents only. */
import { OrchestrixError, TerminalError } from '@orchestrix/engine';
import { duplicateKeyOf } from '../duplicate-key.ts';
import { objectIdOf, requireOwner, requireText } from '../identity.ts';
import { createLegacyData } from '../legacy-data.ts';
import type { Models } from '../models.ts';
import { DEFAULT_QUERY_MS } from '../mongo-database.ts';
import { listOwnerCollections, nameProblem } from '../owner-namespace.ts';
import type { CollectionDefinitionRow, FieldDefinition } from '../schemas/collection.ts';
import { requireStorable } from '../storable.ts';

/** A collection of an owner. */
export interface StoredCollection {
  /** The definition's id; the name of a collection that has no definition. Both are accepted wherever an id is. */
  id: string;
  name: string;
  description: string | null;
  /** The typed fields; `[]` when there is no definition. */
  fields: FieldDefinition[];
  /** Whether somebody has defined it; `false` for one that a workflow step, or the earlier backend, has made. */
  defined: boolean;
  createdAt: Date | null;
  updatedAt: Date | null;
}

/** What a definition takes. */
export interface CollectionContent {
  name: string;
  description?: string | undefined;
  fields: FieldDefinition[];
}

/** The collections of owners. Documents are reached through `createCollectionData`. */
export interface Collections {
  /** All of them by name: an owner has few. */
  list(ownerId: string): Promise<StoredCollection[]>;
  /** By id or by name; `null` when there is neither a definition nor a document. */
  get(ownerId: string, idOrName: string): Promise<StoredCollection | null>;
  /** @throws OrchestrixError `COLLECTION_EXISTS` (409), TerminalError `COLLECTION_NAME_INVALID` (400) */
  create(ownerId: string, content: CollectionContent): Promise<StoredCollection>;
  /** Changes description or fields; a collection without a definition gets one. The name stays. */
  update(
    ownerId: string,
    idOrName: string,
    changes: Partial<Omit<CollectionContent, 'name'>>,
  ): Promise<StoredCollection | null>;
  /** Removes the definition only. Whether there was one. */
  delete(ownerId: string, idOrName: string): Promise<boolean>;
}

/** The repository of collections. */
export function createCollections({ CollectionDefinitions, connection }: Models): Collections {
  const findRow = async (ownerId: string, idOrName: string): Promise<CollectionDefinitionRow | null> => {
    const owner = { ownerId: requireOwner(ownerId) };
    const _id = objectIdOf(requireText(idOrName, 'id'));
    const byId =
      _id && (await CollectionDefinitions.findOne({ ...owner, _id }).lean<CollectionDefinitionRow>());
    if (byId) return byId;
    return CollectionDefinitions.findOne({
      ...owner,
      collectionName: idOrName,
    }).lean<CollectionDefinitionRow>();
  };

  /** Names with documents, whether defined or not. */
  const namesWithData = async (ownerId: string): Promise<Set<string>> => {
    const [own, old] = await Promise.all([
      listOwnerCollections(connection, ownerId),
      createLegacyData(connection, requireOwner(ownerId), DEFAULT_QUERY_MS).names(),
    ]);
    return new Set([...own, ...old.filter((name) => nameProblem(name) === null)]);
  };

  const get = async (ownerId: string, idOrName: string): Promise<StoredCollection | null> => {
    const row = await findRow(ownerId, idOrName);
    if (row) return toCollection(row);
    return (await namesWithData(ownerId)).has(idOrName) ? undefinedCollection(idOrName) : null;
  };

  async function create(
    ownerId: string,
    { name, description, fields }: CollectionContent,
  ): Promise<StoredCollection> {
    requireOwner(ownerId);
    const problem = nameProblem(name);
    if (problem !== null) throw new TerminalError(problem, { code: 'COLLECTION_NAME_INVALID', status: 400 });
    requireStorable(fields, 'The definition', { keys: 'fields' });
    try {
      const text = description === undefined ? {} : { description };
      const definition = { ownerId, collectionName: name, definition: fields, ...text };
      const row = await CollectionDefinitions.create(definition as CollectionDefinitionRow);
      return toCollection(row.toObject());
    } catch (error) {
      throw duplicateKeyOf(error) ? collectionExists(name) : error;
    }
  }

  return {
    get,
    create,

    async list(ownerId) {
      const [rows, names] = await Promise.all([
        CollectionDefinitions.find({ ownerId: requireOwner(ownerId) }).lean<CollectionDefinitionRow[]>(),
        namesWithData(ownerId),
      ]);
      const defined = rows.map(toCollection);
      for (const { name } of defined) names.delete(name);
      return [...defined, ...[...names].map(undefinedCollection)].sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async update(ownerId, idOrName, { description, fields }) {
      const row = await findRow(ownerId, idOrName);
      if (!row) {
        const existing = await get(ownerId, idOrName);
        return existing && create(ownerId, { name: existing.name, description, fields: fields ?? [] });
      }
      requireStorable(fields, 'The definition', { keys: 'fields' });
      const changes = {
        ...(fields === undefined ? {} : { definition: fields }),
        ...(description === undefined ? {} : { description }),
      };
      const changed = await CollectionDefinitions.findOneAndUpdate(
        { _id: row._id, ownerId },
        { $set: changes },
        { returnDocument: 'after' },
      ).lean<CollectionDefinitionRow>();
      return changed && toCollection(changed);
    },

    async delete(ownerId, idOrName) {
      const row = await findRow(ownerId, idOrName);
      if (!row) return false;
      return (await CollectionDefinitions.deleteOne({ _id: row._id, ownerId })).deletedCount === 1;
    },
  };
}

const collectionExists = (name: string): OrchestrixError =>
  new OrchestrixError(`A collection "${name}" exists already`, { code: 'COLLECTION_EXISTS', status: 409 });

const undefinedCollection = (name: string): StoredCollection => ({
  id: name,
  name,
  description: null,
  fields: [],
  defined: false,
  createdAt: null,
  updatedAt: null,
});

const toCollection = (row: CollectionDefinitionRow): StoredCollection => ({
  id: String(row._id),
  name: row.collectionName ?? '',
  description: row.description ?? null,
  fields: row.definition ?? Object.entries(row.fields ?? {}).map(([name, type]) => ({ name, type })),
  defined: true,
  createdAt: row.createdAt ?? null,
  updatedAt: row.updatedAt ?? null,
});
