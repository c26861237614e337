/** @module What running executions as a service needs; `@orchestrix/models` implements the stores on MongoDB. */
import type { ExecutionEvent } from '@orchestrix/engine';

/**
 * The states an execution can be in; all but `running` are final. `interrupted`: its process is no longer heard of, and how it ended is not
 * known; if the process lives, the true end takes its place.
 */
export const EXECUTION_STATUSES = ['running', 'success', 'failed', 'cancelled', 'interrupted'] as const;

/** The state of an execution. */
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** What started an execution: the owner by hand, steps sent for one run, or a call of a published API. */
export type ExecutionTrigger = 'manual' | 'run' | 'published';

/** What is known of an execution when it starts. */
export interface ExecutionStart {
  executionId: string;
  trigger: ExecutionTrigger;
  workflowId?: string | undefined;
  version?: number | undefined;
  apiPath?: string | undefined;
  /** JSON; secrets in it are masked by the caller. */
  input?: unknown;
  /** The server process that runs it; see {@link ExecutionStore.markInterrupted}. */
  instanceId?: string | undefined;
  /** Default: now. */
  startedAt?: Date | undefined;
  /** When the database may remove the record. Default: never. */
  expiresAt?: Date | undefined;
}

/** How an execution ended. */
export interface ExecutionEnd {
  status: Exclude<ExecutionStatus, 'running'>;
  /** JSON; secrets in it are masked by the caller. */
  result?: unknown;
  error?: unknown;
  /** Default: now. */
  finishedAt?: Date | undefined;
  /** In milliseconds. Default: from start to `finishedAt`. */
  durationMs?: number;
  /** What the record and the log take, about. */
  bytes?: number;
}

/** An execution that was over before anything of it was stored, with its log. */
export interface EndedExecution
  extends Omit<ExecutionStart, 'input'>,
    Omit<ExecutionEnd, 'result' | 'bytes'> {
  ownerId: string;
  startedAt: Date;
  finishedAt: Date;
  durationMs: number;
  /** In the order of their positions, the first of which is 1. What the caller sent and the result are read from it. */
  log: readonly ExecutionEvent[];
}

/** An execution as stored. */
export interface StoredExecution {
  executionId: string;
  ownerId: string;
  workflowId: string | null;
  version: number | null;
  status: ExecutionStatus;
  trigger: ExecutionTrigger;
  apiPath: string | null;
  input: unknown;
  result: unknown;
  error: unknown;
  startedAt: Date;
  finishedAt: Date | null;
  durationMs: number | null;
}

/** An execution in a list: without its data. */
export type ExecutionSummary = Omit<StoredExecution, 'input' | 'result'>;

/** What a list of executions takes. */
export interface ExecutionQuery {
  limit?: number | undefined;
  /** From the page before. */
  cursor?: string | null | undefined;
  workflowId?: string | undefined;
  status?: ExecutionStatus | undefined;
}

/** A page of a list. */
export interface ExecutionPage {
  items: ExecutionSummary[];
  nextCursor: string | null;
}

/** Where executions are kept. Nothing here reads an execution without its owner. */
export interface ExecutionStore {
  /** @throws OrchestrixError `EXECUTION_EXISTS` (409) */
  create(ownerId: string, start: ExecutionStart): Promise<void>;
  /**
   * Stores executions that are over, of any owners, by one write; one that is stored already stays as it is, so a write can be repeated.
   *
   * @returns the bytes that each takes, about
   */
  record(executions: readonly EndedExecution[]): Promise<number[]>;
  /** The first end counts; `interrupted` does not count as one. `null` when there is no such execution, or it has ended already. */
  finish(ownerId: string, executionId: string, end: ExecutionEnd): Promise<ExecutionSummary | null>;
  get(ownerId: string, executionId: string): Promise<StoredExecution | null>;
  /** The state alone; `null` when there is no such execution. */
  status(ownerId: string, executionId: string): Promise<ExecutionStatus | null>;
  /** Newest first. @throws OrchestrixError `STATUS_UNKNOWN` (400) */
  list(ownerId: string, query?: ExecutionQuery): Promise<ExecutionPage>;
  /**
   * Says, by the database's clock, that these executions are being run by a process. To be called regularly, also without any: that the
   * database was reached is what a process goes by before it marks others.
   */
  heartbeat(instanceId: string, executionIds: readonly string[]): Promise<void>;
  /**
   * Marks executions of other processes, of all owners, whose last heartbeat is older than `silentMs` by the database's clock: how they
   * ended is not known.
   *
   * @returns which
   */
  markInterrupted(instanceId: string, silentMs: number): Promise<{ ownerId: string; executionId: string }[]>;
}

/** One event of a stored log. */
export interface LogEntry {
  /** Its place in the log; the writer counts without a gap. */
  position: number;
  /** JSON; secrets in it are masked by the caller. */
  item: unknown;
}

/** Where the logs of executions are kept, but for those that were stored with their executions; it reads these as well. */
export interface ExecutionLogStore {
  /**
   * Adds events in one write. An event whose position is there already is left out, so a write can be repeated; but one that says
   * `interim: true` gives way.
   */
  append(ownerId: string, executionId: string, entries: readonly LogEntry[]): Promise<void>;
  /** Events after `after` (all when absent), ascending; at most `limit` (10,000 when absent). */
  list(
    ownerId: string,
    executionId: string,
    range?: { after?: number | undefined; limit?: number | undefined },
  ): Promise<LogEntry[]>;
}

/** What the failures of a store mean. */
export interface StoreFaults {
  /** It cannot be reached: the same write may succeed later. */
  isAway(error: unknown): boolean;
  /** It has no room left: for a while, the same write fails again. */
  isFull(error: unknown): boolean;
}

/** Where messages go. */
export interface Logger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
