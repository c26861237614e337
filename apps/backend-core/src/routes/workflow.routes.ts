/** @module Routes for stored workflows: change, versions, publish. */

import { API_METHODS, addressOf, type PublishedApi, type PublishedApiService } from '@orchestrix/executions';
import type { StoredWorkflow, WorkflowSummary, WorkflowVersion } from '@orchestrix/models';
import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import { type CheckedWorkflow, MAX_DIAGNOSTICS, type WorkflowService } from '../services/workflows.ts';
import { DATE, DIAGNOSTIC, ID, NEXT_CURSOR, PAGE_QUERY } from './schemas.ts';

/** What the routes are built from. */
export interface WorkflowRoutesParts {
  workflows: WorkflowService;
  published: PublishedApiService;
}

/** Everything under `/workflows` but running. */
export function workflowRoutes({ workflows, published }: WorkflowRoutesParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/workflows',
      tag: 'Workflows',
      summary: 'List your workflows, newest first',
      auth: 'required',
      query: z.object({
        ...PAGE_QUERY,
        q: z.string().max(200).optional().describe('Part of the name or the id'),
      }),
      responses: { 200: z.object({ workflows: z.array(SUMMARY), nextCursor: NEXT_CURSOR }) },
      handler: async ({ user, query }) => {
        const { items, nextCursor } = await workflows.list(user.userId, query);
        return { status: 200, body: { workflows: items.map(summary), nextCursor } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/workflows',
      tag: 'Workflows',
      summary: 'Store a new workflow',
      description:
        'A definition that does not compile is refused with its diagnostics; warnings are in the answer.',
      auth: 'required',
      body: CONTENT.extend({ workflowId: NEW_ID.optional(), name: NAME.optional() }),
      responses: { 201: STORED },
      handler: async ({ user, body: { workflowId, ...content } }) => {
        const stored = await workflows.create(user.userId, workflowId, { name: UNTITLED, ...content });
        return { status: 201, body: storedBody(stored) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/workflows/:workflowId',
      tag: 'Workflows',
      summary: 'Read a workflow',
      auth: 'required',
      params: z.object({ workflowId: ID }),
      responses: { 200: z.object({ workflow: WORKFLOW, apis: z.array(API) }) },
      handler: async ({ user, params: { workflowId } }) => {
        const workflow = await workflows.get(user.userId, workflowId);
        const apis = await published.list(user.userId, workflowId);
        return { status: 200, body: { workflow: whole(workflow), apis: apis.map(apiBody) } };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/workflows/:workflowId',
      tag: 'Workflows',
      summary: 'Change a workflow',
      description:
        'Fields that are left out stay. Send the version you read: when somebody changed the workflow meanwhile, the answer is 409. Every former version is kept.',
      auth: 'required',
      params: z.object({ workflowId: ID }),
      body: CHANGES,
      responses: { 200: STORED },
      handler: async ({ user, params: { workflowId }, body: { version, ...changes } }) => {
        const stored = await workflows.update(user.userId, workflowId, changes, version);
        return { status: 200, body: storedBody(stored) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/workflows/:workflowId',
      tag: 'Workflows',
      summary: 'Delete a workflow and its published APIs',
      auth: 'required',
      params: z.object({ workflowId: ID }),
      responses: { 200: z.object({ ok: z.literal(true) }) },
      handler: async ({ user, params: { workflowId } }) => {
        await workflows.delete(user.userId, workflowId);
        published.changed();
        return { status: 200, body: { ok: true } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/workflows/:workflowId/versions',
      tag: 'Workflows',
      summary: 'List the versions of a workflow, newest first',
      auth: 'required',
      params: z.object({ workflowId: ID }),
      responses: { 200: z.object({ versions: z.array(VERSION) }) },
      handler: async ({ user, params: { workflowId } }) => {
        const versions = await workflows.versions(user.userId, workflowId);
        return { status: 200, body: { versions: versions.map(versionSummary) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/workflows/:workflowId/versions/:version',
      tag: 'Workflows',
      summary: 'Read one version of a workflow',
      auth: 'required',
      params: z.object({ workflowId: ID, version: z.coerce.number().int().min(1) }),
      responses: { 200: z.object({ workflow: WORKFLOW.omit({ updatedAt: true }) }) },
      handler: async ({ user, params: { workflowId, version } }) => {
        const workflow = await workflows.version(user.userId, workflowId, version);
        return { status: 200, body: { workflow: { ...versionSummary(workflow), ...definition(workflow) } } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/workflows/:workflowId/publish',
      tag: 'Published APIs',
      summary: 'Publish the current version of a workflow as an HTTP endpoint',
      description:
        'Under a name (/workflow/run/<workflowId>/<name>) or a path of your own (/api/<your slug>/<path>). Publishing again under the same name or path moves it to the newest version; until then it runs the version that was published.',
      auth: 'required',
      params: z.object({ workflowId: ID }),
      body: z.object({
        apiName: API_NAME.optional(),
        path: OWN_PATH.optional(),
        ownerSlug: z
          .string()
          .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'has 1 to 40 letters a-z, digits and "-"')
          .optional()
          .describe('What your own paths begin with after /api/; chosen once. Default: from your address'),
        method: z.enum(API_METHODS).default('POST'),
        mode: z
          .enum(['sync', 'async'])
          .default('sync')
          .describe('async: callers get 202 at once and do not wait'),
        errors: z
          .enum(['plain', 'full'])
          .default('plain')
          .describe('full: failed calls are answered with the result of the run, its steps included'),
        record: z
          .enum(['all', 'failures', 'none'])
          .default('all')
          .describe('Which calls are kept with their logs'),
        cors: z
          .array(z.union([z.literal('*'), ORIGIN]))
          .max(50)
          .optional()
          .describe('Origins whose pages may call; "*" for all. Default: those of FRONTEND_URL'),
      }),
      responses: { 200: API },
      handler: async ({ user, params: { workflowId }, body }) => ({
        status: 200,
        body: apiBody(await published.publish(user.userId, workflowId, body)),
      }),
    }),
    defineRoute({
      method: 'delete',
      path: '/workflows/:workflowId/publish',
      tag: 'Published APIs',
      summary: 'Take a published path back',
      auth: 'required',
      description:
        'Name it by apiName, or by path and method, in the body or behind ?; a workflow with one published path needs no name. The path stays yours.',
      params: z.object({ workflowId: ID }),
      query: WHICH_API,
      body: WHICH_API.optional(),
      responses: { 200: API },
      handler: async ({ user, params: { workflowId }, query, body }) => ({
        status: 200,
        body: apiBody(await published.unpublish(user.userId, workflowId, { ...query, ...body })),
      }),
    }),
  ];
}

const UNTITLED = 'Untitled workflow';

const NAME = z.string().trim().min(1).max(200);
const OWN_PATH = z.string().min(1).max(200).describe('/customers/:id, with parameters as :name');
const ORIGIN = z.string().regex(/^https?:\/\/[^\s/]+$/, 'is an origin, such as https://example.org');
const API_NAME = z.string().trim().min(1).max(200).describe('Becomes the last part of the path');

const WHICH_API = z.object({
  apiName: API_NAME.optional(),
  path: OWN_PATH.optional(),
  method: z.enum(API_METHODS).optional(),
});

/** Ids stand in paths. */
const NEW_ID = z
  .string()
  .regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/)
  .describe('Made up when absent; letters, digits, "_", "-" and "."');

const STEPS = z.array(z.unknown()).max(10_000).describe('Flat steps in the order in which they run');
const EDGES = z
  .array(z.unknown())
  .max(50_000)
  .describe('{source, target, when?}; without any, steps run in list order');
const INPUT_VARIABLES = z.array(z.looseObject({ name: z.string() })).max(1_000);
const DESCRIPTION = z.string().max(5_000);

const CONTENT = z.object({
  description: DESCRIPTION.default(''),
  steps: STEPS,
  edges: EDGES.default([]),
  inputVariables: INPUT_VARIABLES.default([]),
});

const CHANGES = z.object({
  version: z.number().int().min(1).optional().describe('The version you read'),
  name: NAME.optional(),
  description: DESCRIPTION.optional(),
  steps: STEPS.optional(),
  edges: EDGES.optional(),
  inputVariables: INPUT_VARIABLES.optional(),
});

const SUMMARY = z
  .object({
    workflowId: z.string(),
    name: z.string(),
    description: z.string(),
    version: z.number(),
    createdAt: DATE.nullable(),
    updatedAt: DATE.nullable(),
  })
  .meta({ id: 'WorkflowSummary' });

const VERSION = SUMMARY.omit({ updatedAt: true });

const WORKFLOW = SUMMARY.extend({
  steps: z.array(z.unknown()),
  edges: z.array(z.unknown()),
  inputVariables: z.array(z.unknown()),
}).meta({ id: 'Workflow' });

const STORED = z
  .object({
    workflow: WORKFLOW,
    diagnostics: z.array(DIAGNOSTIC).describe('Warnings of the compiler'),
  })
  .meta({ id: 'StoredWorkflow' });

const API = z
  .object({
    apiPath: z.string().describe('Call it with the method below; no login needed'),
    apiName: z.string(),
    slug: z.string(),
    method: z.string(),
    mode: z.enum(['sync', 'async']),
    errors: z.enum(['plain', 'full']),
    record: z.enum(['all', 'failures', 'none']),
    cors: z.array(z.string()).nullable().describe('null: as the server is configured'),
    workflowId: z.string(),
    version: z.number().nullable().describe('null: runs whatever the workflow is'),
  })
  .meta({ id: 'PublishedApi' });

function summary({ updatedAt, ...workflow }: WorkflowSummary | StoredWorkflow) {
  return { ...versionSummary(workflow), updatedAt };
}

function versionSummary(version: Omit<WorkflowSummary, 'updatedAt' | 'stepCount'>) {
  const { workflowId, name, description, createdAt } = version;
  return {
    workflowId,
    name: name ?? UNTITLED,
    description: description ?? '',
    version: version.version,
    createdAt,
  };
}

function definition({ steps, edges, inputVariables }: WorkflowVersion | StoredWorkflow) {
  return { steps, edges, inputVariables };
}

function whole(workflow: StoredWorkflow) {
  return { ...summary(workflow), ...definition(workflow) };
}

function storedBody({ workflow, diagnostics }: CheckedWorkflow) {
  return { workflow: whole(workflow), diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS) };
}

function apiBody(api: PublishedApi) {
  const { name, slug, method, mode, errors, record, cors, workflowId, version } = api;
  return {
    apiPath: addressOf(api),
    apiName: name,
    slug,
    method,
    mode,
    errors,
    record,
    cors,
    workflowId,
    version,
  };
}
