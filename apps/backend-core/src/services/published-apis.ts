/** @module Published APIs: a path that anybody may call, bound to one version of a workflow. */
import type { OrchestrixError, Plan } from '@orchestrix/engine';
import {
  type PublishedApi,
  type PublishedApis,
  slugOf,
  type Workflows,
  type WorkflowVersion,
} from '@orchestrix/models';
import { serverError } from '../errors.ts';
import type { PlanCache } from './plans.ts';

/** HTTP methods a published API can have. */
export const API_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How an API is published. */
export interface PublishOptions {
  /** Becomes the last part of the path. */
  apiName: string;
  method: (typeof API_METHODS)[number];
  /** `async`: callers get 202 with the execution's id and do not wait. */
  mode: 'sync' | 'async';
}

/** What a caller of a path gets run. */
export interface ResolvedApi {
  api: PublishedApi;
  version: number;
  plan: Plan;
}

/** Publishes workflows and finds what is behind a path. */
export interface PublishedApiService {
  /** @throws OrchestrixError `NOT_FOUND`, `VALIDATION_ERROR` for a name without a slug, `PATH_TAKEN` */
  publish(ownerId: string, workflowId: string, options: PublishOptions): Promise<PublishedApi>;
  /**
   * Takes a path back: the named one, or the only one there is.
   *
   * @throws OrchestrixError `NOT_FOUND`; `VALIDATION_ERROR` when there are several and none is named
   */
  unpublish(ownerId: string, workflowId: string, apiName: string | undefined): Promise<PublishedApi>;
  list(ownerId: string, workflowId: string): Promise<PublishedApi[]>;
  /** @throws OrchestrixError with the messages of the contract */
  resolve(workflowId: string, apiName: string): Promise<ResolvedApi>;
}

/** What {@link createPublishedApiService} is built from. */
export interface PublishedApiParts {
  apis: PublishedApis;
  workflows: Workflows;
  plans: PlanCache;
}

/** Published APIs on their repositories. */
export function createPublishedApiService({
  apis,
  workflows,
  plans,
}: PublishedApiParts): PublishedApiService {
  return {
    publish: async (ownerId, workflowId, { apiName, method, mode }) => {
      const { slug, path } = addressOf(workflowId, apiName);
      const snapshot = await workflows.snapshot(ownerId, workflowId);
      if (!snapshot) throw serverError('NOT_FOUND', { message: 'There is no workflow with this id.' });
      const { version } = snapshot;
      return apis.publish(ownerId, { workflowId, name: apiName, slug, path, method, mode, version });
    },
    unpublish: async (ownerId, workflowId, apiName) => {
      const api = namedApi(await apis.listByWorkflow(ownerId, workflowId), workflowId, apiName);
      if (!api || (await apis.unpublish(ownerId, workflowId, { path: api.path })) === 0) {
        throw serverError('NOT_FOUND', { message: 'No API of this name is published for this workflow.' });
      }
      return api;
    },
    list: (ownerId, workflowId) => apis.listByWorkflow(ownerId, workflowId),
    resolve: async (workflowId, apiName) => {
      const slug = slugOf(apiName);
      if (slug === '' || workflowId.trim() === '')
        throw contractError('REQUEST_INVALID', 'Invalid workflow path');
      const api = await apis.findByPathForAnyone(`/workflow/run/${workflowId}/${slug}`);
      if (!api) throw contractError('NOT_FOUND', 'API not published');
      const workflow = await versionOf(workflows, api);
      if (!workflow) throw contractError('NOT_FOUND', 'Workflow not found');
      return { api, version: workflow.version, plan: plans.get(workflow) };
    },
  };
}

function namedApi(
  published: readonly PublishedApi[],
  workflowId: string,
  apiName: string | undefined,
): PublishedApi | undefined {
  if (apiName !== undefined)
    return published.find(({ path }) => path === addressOf(workflowId, apiName).path);
  if (published.length < 2) return published[0];
  throw serverError('VALIDATION_ERROR', {
    message: `Several APIs are published for this workflow: name one of ${published.map(({ name }) => name).join(', ')}`,
    details: [{ path: 'body.apiName', message: 'is needed, because several APIs are published' }],
  });
}

/** Rows of the earlier backend name no version: they run the workflow as it is. */
async function versionOf(
  workflows: Workflows,
  { ownerId, workflowId, version }: PublishedApi,
): Promise<(WorkflowVersion & { updatedAt?: Date | null }) | null> {
  return version === null
    ? workflows.get(ownerId, workflowId)
    : workflows.getVersion(ownerId, workflowId, version);
}

function addressOf(workflowId: string, apiName: string): { slug: string; path: string } {
  const slug = slugOf(apiName);
  if (slug !== '') return { slug, path: `/workflow/run/${workflowId}/${slug}` };
  throw serverError('VALIDATION_ERROR', {
    message: 'apiName must hold at least one letter or digit',
    details: [{ path: 'body.apiName', message: 'must hold at least one letter or digit (a-z, 0-9)' }],
  });
}

function contractError(code: 'REQUEST_INVALID' | 'NOT_FOUND', message: string): OrchestrixError {
  return serverError(code, { message });
}
