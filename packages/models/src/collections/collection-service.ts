/** @module Collections of an owner: their definitions, and documents that fit them. */
import type { Document, Passwords } from '@orchestrix/engine';
import type { CollectionData, DataQuery } from '../collection-data.ts';
import type { Page } from '../page.ts';
import { isBcryptHash } from '../passwords.ts';
import type { CollectionContent, Collections, StoredCollection } from '../repositories/collections.ts';
import { invalidRequest, notEmpty, notFound } from './collection-errors.ts';
import type { DefinitionCache } from './defined-database.ts';
import { checkDocument } from './typed-fields.ts';

/** What {@link createCollectionService} is built from. */
export interface CollectionParts {
  collections: Collections;
  /** The documents of an owner. */
  dataOf(ownerId: string): CollectionData;
  passwordsOf(ownerId: string): Passwords;
  definitions: Pick<DefinitionCache, 'forget'>;
}

/**
 * Collections and their documents. `id` is a definition's id or the collection's name.
 *
 * Every method that takes an `id` throws an OrchestrixError `NOT_FOUND` when the owner has no such collection. Passwords in documents are
 * hashed before they are stored and left out of what is returned.
 */
export interface CollectionService {
  list(ownerId: string): Promise<StoredCollection[]>;
  /** @throws OrchestrixError `COLLECTION_EXISTS`, `COLLECTION_NAME_INVALID`, `UNIQUE_VIOLATED` */
  create(ownerId: string, content: CollectionContent): Promise<StoredCollection>;
  get(ownerId: string, id: string): Promise<StoredCollection>;
  /** Stored documents are not held against new fields, except where these are unique. @throws OrchestrixError `UNIQUE_VIOLATED` */
  update(
    ownerId: string,
    id: string,
    changes: Partial<Omit<CollectionContent, 'name'>>,
  ): Promise<StoredCollection>;
  /** @throws OrchestrixError `COLLECTION_NOT_EMPTY`, unless the documents may go, too */
  delete(ownerId: string, id: string, documents: 'keep' | 'delete'): Promise<void>;
  /** @param query makes the filter, once the fields are known */
  listData(
    ownerId: string,
    id: string,
    query: (collection: StoredCollection) => DataQuery,
  ): Promise<Page<Document>>;
  /** @throws OrchestrixError `VALIDATION_ERROR`, `DUPLICATE_VALUE` */
  insert(ownerId: string, id: string, document: Document): Promise<Document>;
  /** @throws OrchestrixError `NOT_FOUND`, also for an unknown document; so do the next two */
  getDocument(ownerId: string, id: string, documentId: string): Promise<Document>;
  /** A password that is not given stays. @throws OrchestrixError `VALIDATION_ERROR`, `DUPLICATE_VALUE` */
  replace(ownerId: string, id: string, documentId: string, document: Document): Promise<Document>;
  deleteDocument(ownerId: string, id: string, documentId: string): Promise<void>;
}

/** Collections on their repository and their documents' store. */
export function createCollectionService({
  collections,
  dataOf,
  passwordsOf,
  definitions,
}: CollectionParts): CollectionService {
  const get = async (ownerId: string, id: string): Promise<StoredCollection> => {
    const collection = await collections.get(ownerId, id);
    if (!collection) throw notFound('There is no collection with this id or name.');
    return collection;
  };

  const checked = async (
    ownerId: string,
    { fields }: StoredCollection,
    given: Document,
  ): Promise<Document> => {
    const { document, problems } = checkDocument(fields, given);
    if (problems.length > 0) throw invalidRequest(problems);
    const { password } = document;
    if (typeof password !== 'string' || password === '' || isBcryptHash(password)) return document;
    return { ...document, password: await passwordsOf(ownerId).hash(password) };
  };

  return {
    get,
    list: (ownerId) => collections.list(ownerId),

    create: async (ownerId, content) => {
      const collection = await collections.create(ownerId, content);
      definitions.forget(ownerId);
      try {
        await dataOf(ownerId).ensureUnique(collection.name, uniqueNames(collection.fields));
      } catch (error) {
        // A definition that promises what the data does not keep must not stay behind.
        await collections.delete(ownerId, collection.id);
        definitions.forget(ownerId);
        throw error;
      }
      return collection;
    },

    update: async (ownerId, id, changes) => {
      const { name } = await get(ownerId, id);
      if (changes.fields) await dataOf(ownerId).ensureUnique(name, uniqueNames(changes.fields));
      const updated = await collections.update(ownerId, id, changes);
      definitions.forget(ownerId);
      return updated ?? get(ownerId, id);
    },

    delete: async (ownerId, id, documents) => {
      const { name } = await get(ownerId, id);
      const data = dataOf(ownerId);
      if (documents === 'keep' && (await data.hasData(name))) throw notEmpty();
      await data.drop(name);
      await collections.delete(ownerId, id);
      definitions.forget(ownerId);
    },

    listData: async (ownerId, id, query) => {
      const collection = await get(ownerId, id);
      const { items, nextCursor } = await dataOf(ownerId).list(collection.name, query(collection));
      return { items: items.map(shown), nextCursor };
    },

    insert: async (ownerId, id, given) => {
      const collection = await get(ownerId, id);
      return shown(await dataOf(ownerId).insert(collection.name, await checked(ownerId, collection, given)));
    },

    getDocument: async (ownerId, id, documentId) => {
      const { name } = await get(ownerId, id);
      return shown(found(await dataOf(ownerId).get(name, documentId)));
    },

    replace: async (ownerId, id, documentId, given) => {
      const collection = await get(ownerId, id);
      const data = dataOf(ownerId);
      const former = found(await data.get(collection.name, documentId));
      const kept = former.password === undefined ? {} : { password: former.password };
      const document = await checked(ownerId, collection, { ...kept, ...given });
      return shown(found(await data.replace(collection.name, documentId, document)));
    },

    deleteDocument: async (ownerId, id, documentId) => {
      const { name } = await get(ownerId, id);
      if (!(await dataOf(ownerId).delete(name, documentId))) found(null);
    },
  };
}

function uniqueNames(fields: CollectionContent['fields']): string[] {
  return fields.filter(({ unique }) => unique).map(({ name }) => name);
}

function shown({ password: _, ...document }: Document): Document {
  return document;
}

function found(document: Document | null): Document {
  if (!document) throw notFound('There is no document with this id in the collection.');
  return document;
}
