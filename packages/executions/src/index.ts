/** @module Runs workflows as a service: started, recorded, logged, followed, cancelled. */
export { createExecutions, type ExecutionsHost, type ExecutionsOptions } from './create-executions.ts';
export { EXECUTION_ERRORS } from './errors.ts';
export type { ExecutionRequest } from './execution-request.ts';
export { shownResult } from './execution-result.ts';
export { ExecutionService, type StartedExecution } from './execution-service.ts';
export { ExecutionLogs } from './log/execution-logs.ts';
export { type Compilable, compileDefinition, PlanCache, type StoredVersion } from './plans.ts';
export * from './ports.ts';
export * from './published/published-api-store.ts';
export {
  API_METHODS,
  type ApiName,
  addressOf,
  createPublishedApiService,
  type FoundApi,
  type PublishedApiService,
  type PublishOptions,
} from './published/published-apis.ts';
export {
  apiForMethod,
  type CallResponse,
  callPublishedApi,
  methodsOf,
  type PublishedCallsParts,
} from './published/published-calls.ts';
export { slugOf } from './published/slug.ts';
