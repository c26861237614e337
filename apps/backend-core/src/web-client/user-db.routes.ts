/** @module Routes by which owners connect databases of their own, as the existing web client calls them. */

import { OrchestrixError } from '@orchestrix/engine';
import type { Limits } from '@orchestrix/limits';
import type { OwnerDatabases, Schemas } from '@orchestrix/owner-databases';
import { defineRoute, type Route, type RouteResult } from '@orchestrix/routes';
import type { AuthenticatedUser } from '@orchestrix/sessions';
import { z } from 'zod';
import { DATE } from '../routes/schemas.ts';
import { fieldsOf } from '../utils/fields.ts';
import type { DraftedCollections } from './drafted-collections.ts';
import { invalid, isMissing, LOOSE, textOf } from './loose-input.ts';
import { type BuilderOwners, dataOwnerOf } from './owners.ts';

/** What the routes are built from. */
export interface UserDbRoutesParts {
  databases: OwnerDatabases;
  drafted: DraftedCollections;
  owners: BuilderOwners;
  limits: Pick<Limits, 'connectDatabase'>;
}

/** `/user/db/*` and `/db/schemas`. */
export function userDbRoutes({ databases, drafted, owners, limits }: UserDbRoutesParts): Route[] {
  const about = { tag: 'Databases of owners', auth: 'optional' } as const;
  const ownerOf = async (user: AuthenticatedUser | undefined, given: unknown): Promise<string> =>
    dataOwnerOf(await owners.ownerOf(user?.userId, textOf(given, 'ownerId')));
  /** A token says who calls; without one, the name has to. */
  const requireOwner = (user: AuthenticatedUser | undefined, given: unknown, message: string): void => {
    if (!user && isMissing(given)) throw invalid(message);
  };
  /** Where nothing is stored yet, drafts are all that there is. */
  const storedSchemas = async (ownerId: string): Promise<Schemas> => {
    try {
      return await databases.schemas(ownerId);
    } catch (error) {
      const isMissing = error instanceof OrchestrixError && error.code === 'OWNER_DATABASE_MISSING';
      if (isMissing && drafted.has(ownerId)) return {};
      throw error;
    }
  };
  return [
    defineRoute({
      ...about,
      method: 'post',
      path: '/user/db/connect',
      summary: 'Connect a database',
      description: 'It is tried first, and its address is stored encrypted. Steps of later runs work on it.',
      body: LOOSE.describe('{ownerId, uri, label?}'),
      responses: {
        200: z.object({ ok: z.literal(true), label: z.string(), uriMasked: URI_MASKED }),
        422: FAILURE.describe('The database was refused or did not answer; nothing was stored'),
      },
      handler: async ({ user, body, requestId }) => {
        const { ownerId: given, uri, label } = fieldsOf(body);
        requireOwner(user, given, 'ownerId and uri are required');
        if (isMissing(uri)) throw invalid('ownerId and uri are required');
        const address = textOf(uri, 'uri', 10_000)?.trim() ?? '';
        const name = textOf(label, 'label')?.trim() ?? '';
        const ownerId = await ownerOf(user, given);
        await limits.connectDatabase(ownerId);
        return failing('Could not connect to database', requestId, async () => ({
          ok: true,
          ...(await databases.connect(ownerId, address, name)),
        }));
      },
    }),
    defineRoute({
      ...about,
      method: 'post',
      path: '/user/db/disconnect',
      summary: 'Forget the connected database',
      description: 'Nothing in it is touched. It is no error when none was connected.',
      body: LOOSE.describe('{ownerId}'),
      responses: { 200: z.object({ ok: z.literal(true) }) },
      handler: async ({ user, body }) => {
        const { ownerId: given } = fieldsOf(body);
        requireOwner(user, given, 'ownerId required');
        await databases.disconnect(await ownerOf(user, given));
        return { status: 200, body: { ok: true } };
      },
    }),
    defineRoute({
      ...about,
      method: 'get',
      path: '/user/db/status',
      summary: 'Which database is connected',
      description: 'Tells what is stored, and connects to nothing.',
      query: OWNER_QUERY,
      responses: { 200: z.union([NOT_CONNECTED, CONNECTED]) },
      handler: async ({ user, query }) => {
        requireOwner(user, query.ownerId, 'ownerId required');
        return { status: 200, body: await databases.status(await ownerOf(user, query.ownerId)) };
      },
    }),
    defineRoute({
      ...about,
      method: 'get',
      path: '/user/db/schemas',
      summary: 'Collections and fields of the connected database',
      description:
        'Fields are taken from the newest documents. With nothing connected: of the collections that the owner has here. Collections of ' +
        'newly drafted graphs are listed before their first document is stored.',
      query: OWNER_QUERY,
      responses: { 200: SCHEMAS, 422: FAILURE.describe('There is no database, or it does not answer') },
      handler: async ({ user, query, requestId }) => {
        requireOwner(user, query.ownerId, 'ownerId required');
        const ownerId = await ownerOf(user, query.ownerId);
        return failing('Could not connect to your database', requestId, async () => ({
          ok: true,
          schemas: drafted.addTo(ownerId, await storedSchemas(ownerId)),
        }));
      },
    }),
    defineRoute({
      ...about,
      method: 'get',
      path: '/db/schemas',
      summary: 'Collections and fields that the owner has in the database of this server',
      description: 'Without a login: those of the anonymous owner, and of nobody else.',
      responses: { 200: SCHEMAS },
      handler: async ({ user }) => {
        const ownerId = await ownerOf(user, undefined);
        return { status: 200, body: { ok: true, schemas: await databases.ownSchemas(ownerId) } };
      },
    }),
  ];
}

const OWNER_QUERY = z.object({ ownerId: z.unknown().optional().describe('Whose; needed without a login') });

const URI_MASKED = z.string().describe('The connection string without its secrets');

const NOT_CONNECTED = z.object({
  connected: z.literal(false),
  problem: z.string().optional().describe('Why what is stored cannot be used, and what to do'),
});

const CONNECTED = z.object({
  connected: z.literal(true),
  label: z.string(),
  uriMasked: URI_MASKED,
  connectedAt: DATE.nullable(),
  status: z.string(),
});

const SCHEMAS = z.object({
  ok: z.literal(true),
  schemas: z.record(z.string(), z.array(z.string())).describe('Names of fields by collection'),
});

const FAILURE = z.object({
  error: z.string(),
  detail: z.string().describe('What was wrong and what to do'),
  code: z.string(),
  requestId: z.string(),
  timestamp: DATE,
});

/** Clients show `detail`, so what is wrong with a database goes there; every other error is answered like everywhere. */
async function failing(error: string, requestId: string, run: () => Promise<object>): Promise<RouteResult> {
  try {
    return { status: 200, body: await run() };
  } catch (cause) {
    if (!(cause instanceof OrchestrixError) || cause.status !== 422) throw cause;
    const { message: detail, code } = cause;
    return { status: 422, body: { error, detail, code, requestId, timestamp: new Date().toISOString() } };
  }
}
