/** @module Routes for the documents of a collection. */
import { buildFilter, type CollectionService, readSort } from '@orchestrix/models';
import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import { COLLECTION_ID, ID, NEXT_CURSOR, PAGE_QUERY } from './schemas.ts';

/** `/collections/:id/data` and below. */
export function documentRoutes({ collections }: { collections: CollectionService }): Route[] {
  const about = { tag: 'Collections', auth: 'required' } as const;
  return [
    defineRoute({
      ...about,
      method: 'get',
      path: '/collections/:id/data',
      summary: 'Documents of a collection: filtered, sorted, in pages',
      description:
        'Every other query parameter is a field that must have the given value; repeated, one of the given values. ' +
        'Newest first, unless sort says otherwise.',
      params: z.object({ id: COLLECTION_ID }),
      query: LIST_QUERY,
      responses: { 200: z.object({ documents: z.array(DOCUMENT), nextCursor: NEXT_CURSOR }) },
      handler: async ({ user, params, query }) => {
        const { cursor, limit, sort, filter, ...pairs } = query;
        const { items, nextCursor } = await collections.listData(user.userId, params.id, ({ fields }) => ({
          filter: buildFilter(fields, filter, new Map(Object.entries(pairs))),
          ...(sort !== undefined && { sort: readSort(sort) }),
          cursor,
          limit,
        }));
        return { status: 200, body: { documents: items, nextCursor } };
      },
    }),
    defineRoute({
      ...about,
      method: 'post',
      path: '/collections/:id/data',
      summary: 'Store a document',
      description:
        'The body is the document. It is checked against the fields of the definition; others are kept as they are.',
      params: z.object({ id: COLLECTION_ID }),
      body: BODY,
      responses: { 201: ONE.describe('The document as stored') },
      handler: async ({ user, params, body }) => ({
        status: 201,
        body: { document: await collections.insert(user.userId, params.id, body) },
      }),
    }),
    defineRoute({
      ...about,
      method: 'get',
      path: '/collections/:id/data/:docId',
      summary: 'One document',
      params: DOCUMENT_PATH,
      responses: { 200: ONE },
      handler: async ({ user, params }) => ({
        status: 200,
        body: { document: await collections.getDocument(user.userId, params.id, params.docId) },
      }),
    }),
    defineRoute({
      ...about,
      method: 'put',
      path: '/collections/:id/data/:docId',
      summary: 'Replace a document',
      params: DOCUMENT_PATH,
      body: BODY,
      responses: { 200: ONE },
      handler: async ({ user, params, body }) => ({
        status: 200,
        body: { document: await collections.replace(user.userId, params.id, params.docId, body) },
      }),
    }),
    defineRoute({
      ...about,
      method: 'delete',
      path: '/collections/:id/data/:docId',
      summary: 'Delete a document',
      params: DOCUMENT_PATH,
      responses: { 200: z.object({ ok: z.literal(true) }) },
      handler: async ({ user, params }) => {
        await collections.deleteDocument(user.userId, params.id, params.docId);
        return { status: 200, body: { ok: true } };
      },
    }),
  ];
}

const DOCUMENT_PATH = z.object({ id: COLLECTION_ID, docId: ID });

const BODY = z.record(z.string(), z.unknown()).describe('Field → value');

const TEXTS = z
  .union([z.string(), z.array(z.string()).max(100)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const LIST_QUERY = z
  .object({
    ...PAGE_QUERY,
    sort: z
      .string()
      .max(500)
      .optional()
      .describe(
        'Fields, the most important first, "-" before one or ":desc" behind it for descending: name,-age',
      ),
    filter: z.string().optional().describe('A MongoDB filter as JSON text: {"age":{"$gte":18}}'),
  })
  .catchall(TEXTS);

const DOCUMENT = z.record(z.string(), z.unknown());
const ONE = z.object({ document: DOCUMENT });
