/** @module Executions: records, logs, cancelling, following. */
import type { CallOptions, Execution, ExecutionEvent, ExecutionSummary, LogRow, Query } from './api-types.ts';
import { createFollow, type Follow } from './follow/follow.ts';
import type { Http } from './http.ts';
import { type Page, type PagedList, pagedList } from './paged-list.ts';

/** What narrows a list of executions, and how large its pages are. */
export type ExecutionQuery = Query<'GET /executions'>;

/** Executions of the account. */
export interface ExecutionsApi {
  get(executionId: string, options?: CallOptions): Promise<Execution>;
  /** Newest first; pages are read as they are needed. */
  list(query?: Omit<ExecutionQuery, 'cursor'>, options?: CallOptions): PagedList<ExecutionSummary>;
  page(query?: ExecutionQuery, options?: CallOptions): Promise<Page<ExecutionSummary>>;
  /** Stops a run and waits until it has stopped. */
  cancel(executionId: string, options?: CallOptions): Promise<Execution>;
  /** The events so far, after the one at the position `after`; `[]` for an unknown execution. */
  events(executionId: string, options?: CallOptions & { after?: number }): Promise<ExecutionEvent[]>;
  /** The log as people read it, after the row at the position `after`; `[]` for an unknown execution. */
  logs(executionId: string, options?: CallOptions & { after?: number }): Promise<LogRow[]>;
  follow: Follow;
}

/** Builds {@link ExecutionsApi}. */
export function createExecutions(http: Http, token: () => string | undefined): ExecutionsApi {
  const page: ExecutionsApi['page'] = async (query = {}, { signal } = {}) => {
    const { executions: items, nextCursor } = await http.request('GET /executions', { query, signal });
    return { items, nextCursor };
  };
  return {
    page,
    list: (query = {}, options) =>
      pagedList((cursor) => page({ ...query, ...(cursor && { cursor }) }, options)),
    get: async (executionId, { signal } = {}) =>
      (await http.request('GET /executions/{executionId}', { params: { executionId }, signal })).execution,
    cancel: async (executionId, { signal } = {}) =>
      (await http.request('POST /executions/{executionId}/cancel', { params: { executionId }, signal }))
        .execution,
    events: (executionId, { after, signal } = {}) =>
      http.request('GET /executions/{executionId}/events', {
        params: { executionId },
        query: after === undefined ? {} : { after },
        signal,
      }),
    logs: (executionId, { after, signal } = {}) =>
      http.request('GET /executions/{executionId}/logs', {
        params: { executionId },
        query: after === undefined ? {} : { after },
        signal,
      }),
    follow: createFollow(http, token),
  };
}
