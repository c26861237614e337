/** @module Everything about workflows that the routes and sockets use, built from repositories and ports. */
import { randomUUID } from 'node:crypto';
import type { ExecutionEvent, Ports } from '@orchestrix/engine';
import type { Repositories } from '@orchestrix/models';
import type { LimitSettings } from '../config-limits.ts';
import type { Logger } from '../utils/logger.ts';
import { ExecutionLogs, type LogStore } from './execution-log/execution-log.ts';
import { readStoredEvent } from './execution-log/former-items.ts';
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
    statusOf: (ownerId, executionId) => repositories.executions.status(ownerId, executionId),
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
  const { beatMs = HEARTBEAT_MS, silentMs = SILENT_MS } = parts;
  /** Since when this process has beaten without a gap: one that was paused, or could not reach the database, knows nothing of others. */
  let beatingSince = performance.now();
  let lastBeat = beatingSince;
  const recover = async () => {
    if (performance.now() - beatingSince < silentMs) return;
    const interrupted = await repositories.executions.markInterrupted(instanceId, silentMs);
    for (const { ownerId, executionId } of interrupted) await logs.appendInterim(ownerId, executionId);
    if (interrupted.length > 0)
      logger.warn('Executions of a process that was not heard of any more were marked as interrupted', {
        executions: interrupted.length,
      });
  };
  let looking = false;
  const beatAndLook = async () => {
    if (looking) return;
    looking = true;
    const now = performance.now();
    if (now - lastBeat > beatMs * 3) beatingSince = now;
    lastBeat = now;
    try {
      await repositories.executions.heartbeat(instanceId, executions.recordedIds());
      // A beat that took long says no more than one that did not come.
      if (performance.now() - now > beatMs) beatingSince = performance.now();
      await recover();
    } catch (error) {
      beatingSince = performance.now();
      logger.warn('The heartbeat of running executions failed', { error });
    } finally {
      looking = false;
    }
  };
  const beat = setInterval(() => void beatAndLook(), beatMs);
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
  return {
    append: (ownerId, executionId, entries) => executionLogs.append(ownerId, executionId, entries),
    list: async (ownerId, executionId, { after = 0 }) => {
      const events: ExecutionEvent[] = [];
      for (let last = after; ; ) {
        const page = await executionLogs.list(ownerId, executionId, { after: last, limit: PAGE });
        for (const { item } of page) events.push(readStoredEvent(item));
        if (page.length < PAGE) return events;
        last = page.at(-1)!.position;
      }
    },
  };
}
