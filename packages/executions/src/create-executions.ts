/** @module Puts the parts together: executions, their logs, and the heartbeat. */
import { randomUUID } from 'node:crypto';
import { type ExecutionParts, ExecutionService } from './execution-service.ts';
import { Heartbeat } from './heartbeat.ts';
import { ExecutionLogs } from './log/execution-logs.ts';
import type { ExecutionLogStore } from './ports.ts';

/** What {@link createExecutions} is built from. */
export interface ExecutionsOptions extends Omit<ExecutionParts, 'instanceId' | 'logs'> {
  logStore: ExecutionLogStore;
  /** How often this process says that it is alive, in milliseconds. Default: 10,000. */
  beatMs?: number;
  /** After which silence executions of another process count as interrupted, in milliseconds. Default: 60,000. */
  silentMs?: number;
}

/** Running executions as a service. */
export interface ExecutionsHost {
  executions: ExecutionService;
  logs: ExecutionLogs;
  /** Lets running executions end, for at most `timeoutMs`, then stores what is pending. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Starts the service.
 *
 * @example
 * const stores = createMemoryStores();
 * const { executions } = createExecutions({ ...stores, keepMs: 60_000, portsOf: () => ({}), logger: console, maxLive: 0, maxPerMinute: 0 });
 * const { executionId, result } = executions.start({ ownerId: 'ann', plan, input: {}, headers: {}, trigger: 'run' });
 */
export function createExecutions(options: ExecutionsOptions): ExecutionsHost {
  const { logStore, beatMs, silentMs, ...parts } = options;
  const { store, faults, logger } = parts;
  const instanceId = randomUUID();
  const logs = new ExecutionLogs({
    store: logStore,
    faults,
    logger,
    statusOf: (ownerId, executionId) => store.status(ownerId, executionId),
  });
  const executions = new ExecutionService({ ...parts, instanceId, logs });
  const heartbeat = new Heartbeat({
    store,
    instanceId,
    runningIds: () => executions.recordedIds(),
    onInterrupted: (ownerId, executionId) => logs.appendInterim(ownerId, executionId),
    logger,
    ...(beatMs === undefined ? {} : { beatMs }),
    ...(silentMs === undefined ? {} : { silentMs }),
  });
  return {
    executions,
    logs,
    close: async (timeoutMs) => {
      await executions.drain(timeoutMs);
      heartbeat.stop();
      await logs.close();
    },
  };
}
