/** @module Stored workflows: change, versions, publishing, running. */
import type {
  Answer,
  Body,
  CallOptions,
  PublishedApi,
  Query,
  RunResult,
  StartedRun,
  StoredWorkflow,
  Workflow,
  WorkflowSummary,
  WorkflowVersion,
  WorkflowVersionSummary,
} from './api-types.ts';
import type { Http } from './http.ts';
import { type Page, type PagedList, pagedList } from './paged-list.ts';

/** What narrows a list of workflows, and how large its pages are. */
export type WorkflowQuery = Query<'GET /workflows'>;

/** How a run is to be started. */
export interface RunOptions extends CallOptions {
  /** Headers the workflow shall see instead of those of the request. */
  headers?: Record<string, string> | undefined;
}

/** Stored workflows. */
export interface WorkflowsApi {
  /** Newest first; pages are read as they are needed. */
  list(query?: Omit<WorkflowQuery, 'cursor'>, options?: CallOptions): PagedList<WorkflowSummary>;
  page(query?: WorkflowQuery, options?: CallOptions): Promise<Page<WorkflowSummary>>;
  get(workflowId: string, options?: CallOptions): Promise<Answer<'GET /workflows/{workflowId}'>>;
  /** A definition that does not compile is refused: `details` of the error are its diagnostics. */
  create(workflow: Body<'POST /workflows'>, options?: CallOptions): Promise<StoredWorkflow>;
  /** Fields that are left out stay. With `version`, the one you read, a change in between is refused (`VERSION_CONFLICT`). */
  update(
    workflowId: string,
    changes: Body<'PUT /workflows/{workflowId}'>,
    options?: CallOptions,
  ): Promise<StoredWorkflow>;
  delete(workflowId: string, options?: CallOptions): Promise<void>;
  /** Newest first, the current one included. */
  versions(workflowId: string, options?: CallOptions): Promise<WorkflowVersionSummary[]>;
  version(workflowId: string, version: number, options?: CallOptions): Promise<WorkflowVersion>;
  /** Publishes the current version as an HTTP endpoint; call it with `client.call(api.apiPath, input)`. */
  publish(
    workflowId: string,
    api: Body<'POST /workflows/{workflowId}/publish'>,
    options?: CallOptions,
  ): Promise<PublishedApi>;
  unpublish(workflowId: string, apiName: string, options?: CallOptions): Promise<PublishedApi>;
  /** Runs the workflow and waits. It resolves also when the run failed: look at `ok`. */
  execute(workflowId: string, input?: Record<string, unknown>, options?: RunOptions): Promise<RunResult>;
  /** Starts the workflow and does not wait: follow it with `client.executions.follow`. */
  start(workflowId: string, input?: Record<string, unknown>, options?: RunOptions): Promise<StartedRun>;
}

/** Builds {@link WorkflowsApi}. */
export function createWorkflows(http: Http): WorkflowsApi {
  const page: WorkflowsApi['page'] = async (query = {}, { signal } = {}) => {
    const { workflows: items, nextCursor } = await http.request('GET /workflows', { query, signal });
    return { items, nextCursor };
  };
  const execute = async (
    workflowId: string,
    input: Record<string, unknown> | undefined,
    { headers, signal }: RunOptions = {},
    query?: { async: 'true' },
  ) =>
    http.request('POST /workflows/{workflowId}/execute', {
      params: { workflowId },
      body: { ...(input && { input }), ...(headers && { headers }) },
      ...(query && { query }),
      signal,
    });
  return {
    page,
    list: (query = {}, options) =>
      pagedList((cursor) => page({ ...query, ...(cursor && { cursor }) }, options)),
    get: (workflowId, { signal } = {}) =>
      http.request('GET /workflows/{workflowId}', { params: { workflowId }, signal }),
    create: (body, { signal } = {}) => http.request('POST /workflows', { body, signal }),
    update: (workflowId, body, { signal } = {}) =>
      http.request('PUT /workflows/{workflowId}', { params: { workflowId }, body, signal }),
    delete: async (workflowId, { signal } = {}) => {
      await http.request('DELETE /workflows/{workflowId}', { params: { workflowId }, signal });
    },
    versions: async (workflowId, { signal } = {}) =>
      (await http.request('GET /workflows/{workflowId}/versions', { params: { workflowId }, signal }))
        .versions,
    version: async (workflowId, version, { signal } = {}): Promise<Omit<Workflow, 'updatedAt'>> => {
      const params = { workflowId, version };
      return (await http.request('GET /workflows/{workflowId}/versions/{version}', { params, signal }))
        .workflow;
    },
    publish: (workflowId, body, { signal } = {}) =>
      http.request('POST /workflows/{workflowId}/publish', { params: { workflowId }, body, signal }),
    unpublish: (workflowId, apiName, { signal } = {}) =>
      http.request('DELETE /workflows/{workflowId}/publish', {
        params: { workflowId },
        body: { apiName },
        signal,
      }),
    // Without `async`, the server answers with nothing but the result; with it, with nothing but the id.
    execute: async (id, input, options) => (await execute(id, input, options)) as RunResult,
    start: async (id, input, options) => (await execute(id, input, options, { async: 'true' })) as StartedRun,
  };
}
