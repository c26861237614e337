/** @module A typed client of the Orchestrix server for browsers, Node and Bun. */

export type { AiApi, AiOptions, AiProgress, WorkflowAiOptions, WorkflowToRead } from './ai.ts';
export type * from './api-types.ts';
export type { AuthApi } from './auth.ts';
export type { ApiAnswer, CallApi, CallApiOptions } from './call.ts';
export { CLIENT_CODES, type ClientErrorFields, OrchestrixClientError } from './client-error.ts';
export type { CollectionsApi, DocumentQuery, DocumentsApi } from './collections.ts';
export { type ClientOptions, createClient, type OrchestrixClient } from './create-client.ts';
export type { ExecutionQuery, ExecutionsApi } from './executions.ts';
export type { Follow, FollowOptions } from './follow/follow.ts';
export type { Patience } from './follow/live-parts.ts';
export type { Operations } from './generated/api.ts';
export type { FetchLike, OptionsOf } from './http.ts';
export type { Page, PagedList } from './paged-list.ts';
export type { RunSteps, StartSteps, StepsOptions } from './run.ts';
export type { RunOptions, WorkflowQuery, WorkflowsApi } from './workflows.ts';
