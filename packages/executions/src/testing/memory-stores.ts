/** @module Stores in memory, for tests and for services that keep nothing. */
import { OrchestrixError, resultFromEvents } from '@orchestrix/engine';
import type {
  ExecutionLogStore,
  ExecutionStore,
  ExecutionSummary,
  LogEntry,
  StoredExecution,
  StoreFaults,
} from '../ports.ts';

/** Executions and logs that live as long as the process. */
export function createMemoryStores(): {
  store: ExecutionStore;
  logStore: ExecutionLogStore;
  faults: StoreFaults;
} {
  const rows = new Map<string, StoredExecution>();
  const logs = new Map<string, LogEntry[]>();
  const owned = (ownerId: string, executionId: string) => {
    const row = rows.get(executionId);
    return row?.ownerId === ownerId ? row : undefined;
  };
  const store: ExecutionStore = {
    async create(ownerId, { executionId, workflowId, version, apiPath, trigger, input, startedAt }) {
      if (rows.has(executionId)) throw executionExists();
      rows.set(executionId, {
        executionId,
        ownerId,
        workflowId: workflowId ?? null,
        version: version ?? null,
        apiPath: apiPath ?? null,
        trigger,
        input: input ?? null,
        status: 'running',
        result: null,
        error: null,
        startedAt: startedAt ?? new Date(),
        finishedAt: null,
        durationMs: null,
      });
    },
    async record(executions) {
      for (const { ownerId, log, status, error, finishedAt, durationMs, ...start } of executions) {
        if (rows.has(start.executionId)) continue;
        const [first] = log;
        const input = first?.type === 'execution_started' ? first.input : undefined;
        await store.create(ownerId, { ...start, input });
        const end = { status, error: error ?? null, finishedAt, durationMs };
        Object.assign(rows.get(start.executionId)!, end, { result: resultFromEvents(log) });
        logs.set(
          start.executionId,
          log.map((item) => ({ position: item.position, item })),
        );
      }
      return executions.map(({ log }) => JSON.stringify(log).length);
    },
    async finish(ownerId, executionId, { bytes: _, ...end }) {
      const row = owned(ownerId, executionId);
      if (row?.status !== 'running' && row?.status !== 'interrupted') return null;
      Object.assign(row, { finishedAt: new Date() }, end);
      return toSummary(row);
    },
    async get(ownerId, executionId) {
      return owned(ownerId, executionId) ?? null;
    },
    async status(ownerId, executionId) {
      return owned(ownerId, executionId)?.status ?? null;
    },
    async list(ownerId, { workflowId, status, limit = 50, cursor } = {}) {
      const found = [...rows.values()].reverse().filter((row) => {
        const isWanted = workflowId === undefined || row.workflowId === workflowId;
        return row.ownerId === ownerId && isWanted && (status === undefined || row.status === status);
      });
      const from =
        cursor === undefined || cursor === null
          ? 0
          : found.findIndex(({ executionId }) => executionId === cursor) + 1;
      const items = found.slice(from, from + limit).map(toSummary);
      const hasMore = from + limit < found.length;
      return { items, nextCursor: hasMore ? (items.at(-1)?.executionId ?? null) : null };
    },
    // Nothing here outlives its process.
    async heartbeat() {},
    async markInterrupted() {
      return [];
    },
  };
  const logStore: ExecutionLogStore = {
    async append(_ownerId, executionId, entries) {
      const log = (logs.get(executionId) ?? []).filter(({ item }) => !isInterim(item));
      const known = new Set(log.map(({ position }) => position));
      logs.set(executionId, [...log, ...entries.filter(({ position }) => !known.has(position))]);
    },
    async list(ownerId, executionId, { after = 0, limit = 10_000 } = {}) {
      if (!owned(ownerId, executionId)) return [];
      const log = logs.get(executionId) ?? [];
      return log.filter(({ position }) => position > after).slice(0, limit);
    },
  };
  return { store, logStore, faults: { isAway: () => false, isFull: () => false } };
}

const isInterim = (item: unknown): boolean => (item as { interim?: boolean }).interim === true;

const executionExists = (): OrchestrixError =>
  new OrchestrixError('An execution of this id exists already', { code: 'EXECUTION_EXISTS', status: 409 });

function toSummary({ input: _input, result: _result, ...summary }: StoredExecution): ExecutionSummary {
  return summary;
}
