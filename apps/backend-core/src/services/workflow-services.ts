/** @module Everything about workflows that the routes and sockets use, built from repositories and ports. */
import type { Ports } from '@orchestrix/engine';
import {
  createExecutions,
  createPublishedApiService,
  type ExecutionLogs,
  type ExecutionService,
  PlanCache,
  type PublishedApiService,
} from '@orchestrix/executions';
import { isDatabaseAway, isDatabaseFull, type Repositories } from '@orchestrix/models';
import type { LimitSettings } from '../config-limits.ts';
import type { Logger } from '../utils/logger.ts';
import { createWorkflowService, type WorkflowService } from './workflows.ts';

/** Storing, running, watching and publishing workflows. */
export interface WorkflowServices {
  workflows: WorkflowService;
  published: PublishedApiService;
  executions: ExecutionService;
  logs: ExecutionLogs;
  plans: PlanCache;
  /** Lets running executions end, for as long as `timeoutMs`, then stores what is pending. */
  close(timeoutMs: number): Promise<void>;
}

/** What {@link createWorkflowServices} is built from. */
export interface WorkflowServicesParts {
  repositories: Repositories;
  portsOf(ownerId: string): Ports;
  /** How long records of executions are kept, in milliseconds. */
  keepMs: number;
  logger: Logger;
  /** Milliseconds that an execution may take for which no caller waits. */
  timeoutMs: number;
  /** Called when an execution with its log is stored. */
  onStored?: (ownerId: string, bytes: number) => void;
  limits: Pick<LimitSettings, 'liveExecutions' | 'executionsPerMinute' | 'mailRecipients'>;
  /** How often this process says that it is alive and looks for others that no longer do, in milliseconds. Default: 10,000. */
  beatMs?: number;
  /** How long another process may be silent, in milliseconds. Default: 60,000. */
  silentMs?: number;
}

/** Builds the services. */
export function createWorkflowServices(parts: WorkflowServicesParts): WorkflowServices {
  const { repositories, portsOf, keepMs, logger, limits, onStored, beatMs, silentMs } = parts;
  const plans = new PlanCache();
  const { executions, logs, close } = createExecutions({
    store: repositories.executions,
    logStore: repositories.executionLogs,
    faults: { isAway: isDatabaseAway, isFull: isDatabaseFull },
    keepMs,
    portsOf,
    logger,
    defaultTimeoutMs: parts.timeoutMs,
    limits: { maxRecipients: limits.mailRecipients.perExecution },
    maxLive: limits.liveExecutions,
    maxPerMinute: limits.executionsPerMinute,
    ...(onStored ? { onStored } : {}),
    ...(beatMs === undefined ? {} : { beatMs }),
    ...(silentMs === undefined ? {} : { silentMs }),
  });
  return {
    workflows: createWorkflowService(repositories.workflows),
    published: createPublishedApiService({
      apis: repositories.publishedApis,
      workflows: repositories.workflows,
      plans,
      nameOf: async (ownerId) => {
        const user = await repositories.users.findById(ownerId).catch(() => null);
        return user?.email?.split('@', 1)[0] ?? '';
      },
    }),
    executions,
    logs,
    plans,
    close,
  };
}
