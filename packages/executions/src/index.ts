/** @module Runs workflows as a service: started, recorded, logged, followed, cancelled. */
export { createExecutions, type ExecutionsHost, type ExecutionsOptions } from './create-executions.ts';
export type { ExecutionRequest } from './execution-request.ts';
export { shownResult } from './execution-result.ts';
export { ExecutionService, type StartedExecution } from './execution-service.ts';
export { ExecutionLogs } from './log/execution-logs.ts';
export { type Compilable, compileDefinition, PlanCache, type StoredVersion } from './plans.ts';
export * from './ports.ts';
export { createMemoryStores } from './testing/memory-stores.ts';
