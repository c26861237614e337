/** @module Everything about workflows that the routes and sockets use, built from repositories and ports. */
import { randomUUID } from 'node:crypto';
import type { Ports } from '@orchestrix/engine';
import type { Repositories } from '@orchestrix/models';
import type { LimitSettings } from '../config-limits.ts';
import type { Logger } from '../utils/logger.ts';
import { ExecutionLogs, type LogStore } from './execution-log/execution-log.ts';
import type { LogItem } from './execution-log/log-item.ts';
import { ExecutionService } from './executions.ts';
import { PlanCache } from './plans.ts';
import { createPublishedApiService, type PublishedApiService } from './published-apis.ts';
import { createWorkflowService, type WorkflowService } from './workflows.ts';

/** Storing, running, watching and publishing workflows. */
export interface WorkflowServices {
  workflows: WorkflowService;
  published: PublishedApiService;
  executions: ExecutionService;
  logs: ExecutionLogs;
  plans: PlanCache;
  /** Ends executions of processes that died without ending them. To be called once the database is ready. */
  recover(): Promise<void>;
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
}

/** How often a process says that it is alive, and for how long it may be silent, in milliseconds. */
const HEARTBEAT_MS = 10_000;
const SILENT_MS = 60_000;

/** Builds the services and starts the heartbeat by which other processes know that this one is alive. */
export function createWorkflowServices(parts: WorkflowServicesParts): WorkflowServices {
  const { repositories, portsOf, keepMs, logger, limits } = parts;
  const instanceId = randomUUID();
  const plans = new PlanCache();
  const logs = new ExecutionLogs({
    store: logStore(repositories),
    logger,
    isRunning: async (ownerId, executionId) =>
      (await repositories.executions.get(ownerId, executionId))?.status === 'running',
  });
  const executions = new ExecutionService({
    store: repositories.executions,
    instanceId,
    keepMs,
    logs,
    portsOf,
    logger,
    defaultTimeoutMs: parts.timeoutMs,
    limits: { maxRecipients: limits.mailRecipients.perExecution },
    ...(parts.onStored ? { onStored: parts.onStored } : {}),
    maxLive: limits.liveExecutions,
    maxPerMinute: limits.executionsPerMinute,
  });
  const recover = async () => {
    const ended = await repositories.executions.markInterrupted(new Date(Date.now() - SILENT_MS));
    if (ended > 0)
      logger.warn('Executions of a process that died were marked as failed', { executions: ended });
  };
  let looking = false;
  /** Not only at the start: after a crash the next process is there long before the silence of the last one is. */
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      await recover();
    } catch (error) {
      logger.warn('Interrupted executions could not be marked', { error });
    } finally {
      looking = false;
    }
  };
  const beat = setInterval(() => {
    void look();
    if (executions.runningCount === 0) return;
    repositories.executions
      .heartbeat(instanceId)
      .catch((error: unknown) => logger.warn('The heartbeat of running executions failed', { error }));
  }, parts.beatMs ?? HEARTBEAT_MS);
  beat.unref();
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
    recover,
    close: async (timeoutMs) => {
      await executions.drain(timeoutMs);
      clearInterval(beat);
      await logs.close();
    },
  };
}

/** How many entries one read brings. */
const PAGE = 5_000;

function logStore({ executionLogs }: Repositories): LogStore {
  const read = async (
    ownerId: string,
    executionId: string,
    after: number,
    limit: number,
  ): Promise<LogItem[]> =>
    (await executionLogs.list(ownerId, executionId, { after, limit })).map(({ item }) => item as LogItem);
  return {
    append: (ownerId, executionId, entries) => executionLogs.append(ownerId, executionId, entries),
    list: async (ownerId, executionId, { after = 0, limit }) => {
      if (limit !== undefined) return read(ownerId, executionId, after, limit);
      const items: LogItem[] = [];
      for (let last = after; ; ) {
        const page = await read(ownerId, executionId, last, PAGE);
        items.push(...page);
        if (page.length < PAGE) return items;
        last = page.at(-1)!.position;
      }
    },
  };
}
