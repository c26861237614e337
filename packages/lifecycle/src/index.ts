/** @module The life of a server process. */
export { createDatabaseWatch, type DatabaseWatch, type DatabaseWatchOptions } from './database-watch.ts';
export { type Deferred, defer } from './deferred.ts';
export {
  createHealthService,
  type DependencyHealth,
  type HealthCheck,
  type HealthService,
  type Readiness,
  type ReadinessStatus,
  recently,
} from './health.ts';
export { Lifecycle, type LifecyclePhase } from './lifecycle.ts';
export type { LifecycleLogger } from './logger.ts';
export {
  type ProcessSignals,
  runShutdown,
  type Shutdown,
  type ShutdownStep,
  shutDownOnSignal,
} from './shutdown.ts';
export {
  handleUnhandledErrors,
  type UnhandledErrorsParts,
  type UnhandledKind,
  type UnhandledSource,
} from './unhandled-errors.ts';
