/** @module Every repository, on the models of one connection. */

import type { Passwords } from '@orchestrix/engine';
import type { ExecutionStore, PublishedApiStore } from '@orchestrix/executions';
import type { Models } from './models.ts';
import { createPasswords } from './passwords.ts';
import { type AiUsages, createAiUsages } from './repositories/ai-usage.ts';
import { type Collections, createCollections } from './repositories/collections.ts';
import { createExecutionLogs, type ExecutionLogs } from './repositories/execution-logs.ts';
import { createExecutions } from './repositories/executions.ts';
import { createPublishedApis } from './repositories/published-apis.ts';
import { createUserDbConnections, type UserDbConnections } from './repositories/user-db-connections.ts';
import { createUsers, type Users } from './repositories/users.ts';
import { createWorkflows, type Workflows } from './repositories/workflows.ts';

/**
 * Stored data, owner by owner: a method of an owned thing takes `ownerId` first and throws a TerminalError `OWNER_REQUIRED` without it.
 * Ids are plain strings everywhere (`ID_INVALID`), so that no query operator gets in.
 */
export interface Repositories {
  workflows: Workflows;
  publishedApis: PublishedApiStore;
  executions: ExecutionStore;
  executionLogs: ExecutionLogs;
  users: Users;
  collections: Collections;
  userDbConnections: UserDbConnections;
  aiUsage: AiUsages;
}

/** Options of {@link createRepositories}. */
export interface RepositoriesOptions {
  /** Days after which the database removes an event of an execution's log. Default: 30. */
  logTtlDays?: number;
  /** Hashes passwords of accounts. Default: `createPasswords()`. */
  passwords?: Passwords;
  /** Versions of one workflow that are kept. Default: 0, all. */
  keepVersions?: number;
}

/** Makes the repositories. Nothing is read or written before the first call of a method. */
export function createRepositories(models: Models, options: RepositoriesOptions = {}): Repositories {
  const { logTtlDays = 30, passwords = createPasswords(), keepVersions } = options;
  return {
    workflows: createWorkflows(models, keepVersions === undefined ? {} : { keepVersions }),
    publishedApis: createPublishedApis(models),
    executions: createExecutions(models),
    executionLogs: createExecutionLogs(models, { ttlDays: logTtlDays }),
    users: createUsers(models, passwords),
    collections: createCollections(models),
    userDbConnections: createUserDbConnections(models),
    aiUsage: createAiUsages(models),
  };
}
