/** @module MongoDB for Orchestrix: connections, models, repositories that demand an owner, the engine's ports. */

export type { Connection, mongo } from 'mongoose';
export {
  type CollectionData,
  type CollectionDataOptions,
  createCollectionData,
  type DataQuery,
} from './collection-data.ts';
export type { FieldProblem } from './collections/collection-errors.ts';
export {
  type CollectionParts,
  type CollectionService,
  createCollectionService,
} from './collections/collection-service.ts';
export { DefinitionCache, definedDatabase } from './collections/defined-database.ts';
export { checkDocument, FIELD_TYPES } from './collections/typed-fields.ts';
export { buildFilter, readSort } from './collections/typed-filter.ts';
export { type ConnectionEvent, type ConnectOptions, connect, disconnect, ping } from './connect.ts';
export type { WatchdogAction } from './connection-watchdog.ts';
export { isDatabaseAway } from './database-away.ts';
export { isDatabaseFull } from './database-full.ts';
export type { Sort } from './document-order.ts';
export { createFairPasswords, type FairPasswords } from './fair-passwords.ts';
export { isObjectId } from './identity.ts';
export { ensureIndexes } from './indexes.ts';
export {
  isSameDatabase,
  type SampledCollection,
  type SampleLimits,
  sampleCollections,
  takesWrites,
} from './inspect-database.ts';
export { createModels, type Models } from './models.ts';
export { createMongoDatabase, type MongoDatabaseOptions } from './mongo-database.ts';
export { dropOwnerCollection, listOwnerCollections, nameProblem, ownerNamespace } from './owner-namespace.ts';
export type { Page, PageQuery } from './page.ts';
export { createPasswords, isBcryptHash, type PasswordsOptions } from './passwords.ts';
export { plainDocument } from './plain-document.ts';
export { createCallCounts, createRateLimiter } from './rate-limits.ts';
export { ReadCache, type ReadCacheOptions } from './read-cache.ts';
export { RecentMap } from './recent-map.ts';
export type { AiUsageAmount, AiUsages, StoredAiUsage } from './repositories/ai-usage.ts';
export type { CollectionContent, Collections, StoredCollection } from './repositories/collections.ts';
export type { ExecutionLogs } from './repositories/execution-logs.ts';
export type { StoredDbConnection, UserDbConnections } from './repositories/user-db-connections.ts';
export type { LoginUser, NewUser, StoredUser, Users } from './repositories/users.ts';
export type { StoredWorkflow, WorkflowContent, WorkflowSummary } from './repositories/workflow-content.ts';
export type { WorkflowVersion } from './repositories/workflow-versions.ts';
export type { UpdateOptions, Workflows } from './repositories/workflows.ts';
export { createRepositories, type Repositories, type RepositoriesOptions } from './repositories.ts';
export type { AiUsageRow } from './schemas/ai-usage.ts';
export type {
  CollectionDefinitionRow,
  DefinitionSource,
  DynamicDataRow,
  FieldDefinition,
} from './schemas/collection.ts';
export type {
  ExecutionLogRow,
  ExecutionRow,
} from './schemas/execution.ts';
export type { PublishedApiRow } from './schemas/published-api.ts';
export type { SessionRow } from './schemas/session.ts';
export { emailKeyOf, type UserRow } from './schemas/user.ts';
export type { UserDbConnectionRow } from './schemas/user-db-connection.ts';
export type { WorkflowRow, WorkflowVersionRow } from './schemas/workflow.ts';
export {
  createScratchDatabases,
  type ScratchDatabase,
  type ScratchDatabases,
  type ScratchDatabasesOptions,
  type ScratchServer,
} from './scratch/scratch-database.ts';
export { findUnstorable, fromStorable, requireStorable, toStorable } from './storable.ts';
export { createUsage, documentSize } from './usage.ts';
export { probeWrite } from './write-probe.ts';
