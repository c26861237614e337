/** @module Every stored model, bound to one connection. */
import type { Connection, Model } from 'mongoose';
import { type AiUsageRow, aiUsageSchema } from './schemas/ai-usage.ts';
import {
  type CollectionDefinitionRow,
  collectionDefinitionSchema,
  type DynamicDataRow,
  dynamicDataSchema,
} from './schemas/collection.ts';
import {
  type ExecutionLogRow,
  type ExecutionRow,
  executionLogSchema,
  executionSchema,
} from './schemas/execution.ts';
import { type OwnerSlugRow, ownerSlugSchema } from './schemas/owner-slug.ts';
import { type PublishedApiRow, publishedApiSchema } from './schemas/published-api.ts';
import { type RateLimitRow, rateLimitSchema } from './schemas/rate-limit.ts';
import { type SessionRow, sessionSchema } from './schemas/session.ts';
import { type UserRow, userSchema } from './schemas/user.ts';
import { type UserDbConnectionRow, userDbConnectionSchema } from './schemas/user-db-connection.ts';
import {
  type WorkflowRow,
  type WorkflowVersionRow,
  workflowSchema,
  workflowVersionSchema,
} from './schemas/workflow.ts';

/** The models of one connection. Collection and field names of the earlier backend are unchanged; see the README's table. */
export interface Models {
  connection: Connection;
  Workflow: Model<WorkflowRow>;
  WorkflowVersion: Model<WorkflowVersionRow>;
  User: Model<UserRow>;
  DynamicData: Model<DynamicDataRow>;
  CollectionDefinitions: Model<CollectionDefinitionRow>;
  PublishedApi: Model<PublishedApiRow>;
  OwnerSlug: Model<OwnerSlugRow>;
  UserDbConnection: Model<UserDbConnectionRow>;
  Session: Model<SessionRow>;
  Execution: Model<ExecutionRow>;
  ExecutionLog: Model<ExecutionLogRow>;
  AiUsage: Model<AiUsageRow>;
  RateLimit: Model<RateLimitRow>;
}

/** Binds every schema to a connection. Calling it again for the same connection gives the same models. */
export function createModels(connection: Connection): Models {
  return {
    connection,
    Workflow: connection.model<WorkflowRow>('Workflow', workflowSchema),
    WorkflowVersion: connection.model<WorkflowVersionRow>('WorkflowVersion', workflowVersionSchema),
    User: connection.model<UserRow>('User', userSchema),
    DynamicData: connection.model<DynamicDataRow>('DynamicData', dynamicDataSchema),
    CollectionDefinitions: connection.model<CollectionDefinitionRow>(
      'CollectionDefinitions',
      collectionDefinitionSchema,
    ),
    PublishedApi: connection.model<PublishedApiRow>('PublishedApi', publishedApiSchema),
    OwnerSlug: connection.model<OwnerSlugRow>('OwnerSlug', ownerSlugSchema),
    UserDbConnection: connection.model<UserDbConnectionRow>('UserDbConnection', userDbConnectionSchema),
    Session: connection.model<SessionRow>('Session', sessionSchema),
    Execution: connection.model<ExecutionRow>('Execution', executionSchema),
    ExecutionLog: connection.model<ExecutionLogRow>('ExecutionLog', executionLogSchema),
    AiUsage: connection.model<AiUsageRow>('AiUsage', aiUsageSchema),
    RateLimit: connection.model<RateLimitRow>('RateLimit', rateLimitSchema),
  };
}
