/** @module Collections and their documents. */
import type { Body, CallOptions, Collection, CollectionDocument, Query } from './api-types.ts';
import type { Http } from './http.ts';
import { type Page, type PagedList, pagedList } from './paged-list.ts';

/** Which documents, in which order, how many a page. */
export interface DocumentQuery {
  /** A MongoDB filter. */
  filter?: Readonly<Record<string, unknown>> | undefined;
  /** Fields, the most important first, `-` before one for descending: `name,-age`. Default: newest first. */
  sort?: string | undefined;
  /** Documents of a page, 1 to 100. */
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Collections; they are named by id or name. */
export interface CollectionsApi {
  list(options?: CallOptions): Promise<Collection[]>;
  get(collection: string, options?: CallOptions): Promise<Collection>;
  create(definition: Body<'POST /collections'>, options?: CallOptions): Promise<Collection>;
  update(
    collection: string,
    changes: Body<'PUT /collections/{id}'>,
    options?: CallOptions,
  ): Promise<Collection>;
  /** Refused for one that holds documents (`COLLECTION_NOT_EMPTY`), unless `documents` says to delete them, too. */
  delete(collection: string, options?: CallOptions & { documents?: 'keep' | 'delete' }): Promise<void>;
  /** Documents of one collection. */
  documents(collection: string): DocumentsApi;
}

/** The documents of a collection. */
export interface DocumentsApi {
  /** Pages are read as they are needed. */
  list(query?: Omit<DocumentQuery, 'cursor'>, options?: CallOptions): PagedList<CollectionDocument>;
  page(query?: DocumentQuery, options?: CallOptions): Promise<Page<CollectionDocument>>;
  get(documentId: string, options?: CallOptions): Promise<CollectionDocument>;
  insert(document: CollectionDocument, options?: CallOptions): Promise<CollectionDocument>;
  replace(
    documentId: string,
    document: CollectionDocument,
    options?: CallOptions,
  ): Promise<CollectionDocument>;
  delete(documentId: string, options?: CallOptions): Promise<void>;
}

/** Builds {@link CollectionsApi}. */
export function createCollections(http: Http): CollectionsApi {
  return {
    list: async ({ signal } = {}) => (await http.request('GET /collections', { signal })).collections,
    get: async (id, { signal } = {}) =>
      (await http.request('GET /collections/{id}', { params: { id }, signal })).collection,
    create: async (body, { signal } = {}) =>
      (await http.request('POST /collections', { body, signal })).collection,
    update: async (id, body, { signal } = {}) =>
      (await http.request('PUT /collections/{id}', { params: { id }, body, signal })).collection,
    delete: async (id, { documents, signal } = {}) => {
      const query: Query<'DELETE /collections/{id}'> = documents === 'delete' ? { force: 'true' } : {};
      await http.request('DELETE /collections/{id}', { params: { id }, query, signal });
    },
    documents: (id) => createDocuments(http, id),
  };
}

function createDocuments(http: Http, id: string): DocumentsApi {
  const page: DocumentsApi['page'] = async ({ filter, ...query } = {}, { signal } = {}) => {
    const { documents: items, nextCursor } = await http.request('GET /collections/{id}/data', {
      params: { id },
      query: { ...withoutGaps(query), ...(filter && { filter: JSON.stringify(filter) }) },
      signal,
    });
    return { items, nextCursor };
  };
  return {
    page,
    list: (query = {}, options) => pagedList((cursor) => page({ ...query, cursor }, options)),
    get: async (docId, { signal } = {}) =>
      (await http.request('GET /collections/{id}/data/{docId}', { params: { id, docId }, signal })).document,
    insert: async (body, { signal } = {}) =>
      (await http.request('POST /collections/{id}/data', { params: { id }, body, signal })).document,
    replace: async (docId, body, { signal } = {}) => {
      const params = { id, docId };
      return (await http.request('PUT /collections/{id}/data/{docId}', { params, body, signal })).document;
    },
    delete: async (docId, { signal } = {}) => {
      await http.request('DELETE /collections/{id}/data/{docId}', { params: { id, docId }, signal });
    },
  };
}

function withoutGaps<Fields extends object>(
  fields: Fields,
): { [name in keyof Fields]: NonNullable<Fields[name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [name in keyof Fields]: NonNullable<Fields[name]>;
  };
}
