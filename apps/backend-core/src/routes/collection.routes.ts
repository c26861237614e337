/** @module Routes for collections. */
import { type CollectionService, FIELD_TYPES } from '@orchestrix/models';
import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import { documentRoutes } from './document.routes.ts';
import { COLLECTION_ID } from './schemas.ts';

/** `/collections` and everything below it. */
export function collectionRoutes({ collections }: { collections: CollectionService }): Route[] {
  const about = { tag: 'Collections', auth: 'required' } as const;
  return [
    defineRoute({
      ...about,
      method: 'get',
      path: '/collections',
      summary: 'All collections of the owner, by name',
      description: 'Those with a definition, and those that a workflow step has made by itself.',
      responses: { 200: z.object({ collections: z.array(COLLECTION) }) },
      handler: async ({ user }) => ({
        status: 200,
        body: { collections: await collections.list(user.userId) },
      }),
    }),
    defineRoute({
      ...about,
      method: 'post',
      path: '/collections',
      summary: 'Define a collection',
      description: 'It is the same collection that workflow steps reach under this name.',
      body: z.object({ name: NAME, description: DESCRIPTION.optional(), fields: FIELDS.default([]) }),
      responses: { 201: ONE.describe('The new collection') },
      handler: async ({ user, body }) => {
        const collection = await collections.create(user.userId, body);
        return { status: 201, headers: { Location: `/collections/${collection.id}` }, body: { collection } };
      },
    }),
    defineRoute({
      ...about,
      method: 'get',
      path: '/collections/:id',
      summary: 'One collection, by its id or name',
      params: z.object({ id: COLLECTION_ID }),
      responses: { 200: ONE },
      handler: async ({ user, params }) => ({
        status: 200,
        body: { collection: await collections.get(user.userId, params.id) },
      }),
    }),
    defineRoute({
      ...about,
      method: 'put',
      path: '/collections/:id',
      summary: "Change a collection's description or fields",
      description:
        'The name stays. Stored documents are not held against new fields, except where these are unique.',
      params: z.object({ id: COLLECTION_ID }),
      body: z.object({ description: DESCRIPTION.optional(), fields: FIELDS.optional() }),
      responses: { 200: ONE },
      handler: async ({ user, params, body }) => ({
        status: 200,
        body: { collection: await collections.update(user.userId, params.id, body) },
      }),
    }),
    defineRoute({
      ...about,
      method: 'delete',
      path: '/collections/:id',
      summary: 'Delete a collection',
      params: z.object({ id: COLLECTION_ID }),
      query: z.object({
        force: z.enum(['true', 'false']).default('false').describe('true: delete its documents, too'),
      }),
      responses: { 200: z.object({ ok: z.literal(true) }) },
      handler: async ({ user, params, query }) => {
        await collections.delete(user.userId, params.id, query.force === 'true' ? 'delete' : 'keep');
        return { status: 200, body: { ok: true } };
      },
    }),
    ...documentRoutes({ collections }),
  ];
}

const NAME = z.string().trim().min(1).max(100);
const DESCRIPTION = z.string().max(2000);

const FIELD_NAME = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, {
    error: 'A field name has letters, digits, _ and -, and begins with a letter or _',
  })
  .refine(
    (name) =>
      !['_id', '__v', '__proto__', 'createdAt', 'updatedAt', 'constructor', 'prototype'].includes(name),
    {
      error: 'This name is kept for the server',
    },
  );

const FIELDS = z
  .array(
    z.object({
      name: FIELD_NAME,
      type: z.enum(FIELD_TYPES),
      required: z.boolean().optional(),
      unique: z.boolean().optional().describe('No two documents have the same value'),
    }),
  )
  .max(200)
  .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, {
    error: 'Two fields have the same name',
  })
  // Every unique field costs an index, of which a collection can have 64.
  .refine((fields) => fields.filter(({ unique }) => unique).length <= 20, {
    error: 'At most 20 fields can be unique',
  });

const COLLECTION = z
  .object({
    id: z.string().describe('Id of the definition; the name where there is none. Both are accepted in paths'),
    name: z.string(),
    description: z.string().nullable(),
    fields: z.array(
      z.looseObject({
        name: z.string(),
        type: z.string(),
        required: z.boolean().optional(),
        unique: z.boolean().optional(),
      }),
    ),
    defined: z.boolean().describe('false for a collection that exists only by its documents'),
    createdAt: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Collection' });

const ONE = z.object({ collection: COLLECTION });
