/** @module Runs plans as executions: recorded, logged, cancellable, and known to this process until they end. */
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type ExecuteOptions,
  type ExecutionEvent,
  execute,
  type Ports,
  TerminalError,
  type WorkflowExecutionResult,
} from '@orchestrix/engine';
import { CallCounter, tooMany } from '@orchestrix/limits';
import { executionError } from './errors.ts';
import { endFields, endRecord, startFields, startRecord } from './execution-record.ts';
import { ExecutionRecorder } from './execution-recorder.ts';
import type { ExecutionRequest } from './execution-request.ts';
import type { ExecutionLogs } from './log/execution-logs.ts';
import type {
  ExecutionPage,
  ExecutionQuery,
  ExecutionStore,
  Logger,
  StoredExecution,
  StoreFaults,
} from './ports.ts';

/** A run that was started. */
export interface StartedExecution {
  executionId: string;
  /** How it ended, redacted; never rejects. For callers it takes its JSON form by `shownResult`. */
  result: Promise<WorkflowExecutionResult>;
  /** The answer of a `response` step as its caller must get it; known once `result` is. */
  answer(): Answer | undefined;
  /** Resolves when the end is stored, too. */
  recorded: Promise<void>;
}

/** What {@link ExecutionService} is built from. */
export interface ExecutionParts {
  store: ExecutionStore;
  faults: StoreFaults;
  /** Names this process in the records of its runs. */
  instanceId: string;
  /** How long records are kept, in milliseconds. */
  keepMs: number;
  logs: ExecutionLogs;
  portsOf(ownerId: string): Ports;
  logger: Logger;
  /** For runs whose request sets none; milliseconds, 0 for none. */
  defaultTimeoutMs?: number;
  limits?: ExecuteOptions['limits'];
  /** Called when an execution with its log is stored. */
  onStored?: (ownerId: string, bytes: number) => void;
  /** Most executions of one owner at the same time; 0 for no limit. */
  maxLive: number;
  /** Executions that one owner may start in a minute; 0 for no limit. Published calls have limits of their own. */
  maxPerMinute: number;
}

interface Running {
  ownerId: string;
  executionId: string;
  request: ExecutionRequest;
  startedAt: Date;
  controller: AbortController;
  /** Resolves to whether the start record is stored; `null` until one is written. */
  created: Promise<boolean> | null;
  /** Whether its viewers have seen its end. */
  ended: boolean;
  /** Resolves when its end is stored, too. */
  done: Promise<void>;
}

/** Executions that end sooner get no start record: one write stores all of them. Milliseconds. */
const START_AFTER_MS = 100;

/** Larger logs are stored entry by entry; bytes of JSON. */
const MAX_PACKED = 2 * 1024 * 1024;

/** Pauses between attempts to store an end, in milliseconds; the last one repeats. */
const PAUSES = [250, 1_000, 5_000];

/** Starts, watches, cancels and lists executions. */
export class ExecutionService {
  private readonly running = new Map<string, Running>();
  private readonly liveByOwner = new Map<string, number>();
  private readonly starts = new CallCounter({ windowMs: 60_000 });
  private readonly recorder: ExecutionRecorder;
  private readonly sweep: ReturnType<typeof setInterval>;
  private closing = false;

  constructor(private readonly parts: ExecutionParts) {
    this.recorder = new ExecutionRecorder({
      record: (executions) => parts.store.record(executions),
      faults: parts.faults,
      logger: parts.logger,
      onStored: parts.onStored,
    });
    this.sweep = setInterval(() => this.recordStarts(), START_AFTER_MS / 2);
    this.sweep.unref?.();
  }

  /** The executions of this process that are recorded as running. */
  recordedIds(): string[] {
    return [...this.running.values()].flatMap(({ created, executionId }) => (created ? [executionId] : []));
  }

  /** Resolves when records may be added; `undefined` when they may be added now. */
  hasRoom(): Promise<void> | undefined {
    return this.recorder.hasRoom();
  }

  /** How many executions of an owner run or wait in this process. */
  liveCount(ownerId: string): number {
    return this.liveByOwner.get(ownerId) ?? 0;
  }

  /** How many executions run in this process. */
  get runningCount(): number {
    return this.running.size;
  }

  /**
   * Starts a run and returns at once.
   *
   * @throws OrchestrixError `SHUTTING_DOWN` when the server is about to stop; `TOO_MANY_EXECUTIONS`, `TOO_MANY_REQUESTS`
   */
  start(request: ExecutionRequest): StartedExecution {
    if (this.closing) throw executionError('SHUTTING_DOWN');
    const { ownerId, plan, timeoutMs = this.parts.defaultTimeoutMs ?? 0 } = request;
    const release = this.admit(request);
    const executionId = randomUUID();
    const controller = new AbortController();
    const isKept = request.record !== 'none';
    const startedAt = new Date();
    let answer: Answer | undefined;
    if (isKept) this.parts.logs.open(ownerId, executionId);
    const result = execute(plan, {
      refusal: request.refusal,
      input: request.input,
      headers: request.headers,
      ...(request.request === undefined ? {} : { request: request.request }),
      published: request.trigger === 'published',
      ...(request.caller === undefined ? {} : { caller: request.caller }),
      executionId,
      signal: controller.signal,
      ports: this.parts.portsOf(request.dataOwnerId ?? ownerId),
      ...(isKept
        ? {
            observer: (event) => this.parts.logs.append(event),
          }
        : {}),
      limits: { ...this.parts.limits, timeoutMs },
      onAnswer: (given) => {
        answer = given;
      },
    });
    const running: Running = {
      ownerId,
      executionId,
      request,
      startedAt,
      controller,
      created: null,
      ended: false,
      done: Promise.resolve(),
    };
    this.running.set(executionId, running);
    if (request.isAsync) this.recordStart(running);
    const recorded = result.then((ended) => {
      running.ended = true;
      release();
      const log = this.parts.logs.eventsOf(executionId);
      return this.conclude(running, ended, log);
    });
    running.done = recorded;
    return { executionId, result, answer: () => answer, recorded };
  }

  /** Records the start of what is still going on after a moment. */
  private recordStarts(): void {
    const before = Date.now() - START_AFTER_MS;
    for (const running of this.running.values())
      if (!running.created && !running.ended && running.startedAt.getTime() <= before)
        this.recordStart(running);
  }

  /** An execution that may turn out not to be kept has no record while it runs. */
  private recordStart(running: Running): Promise<boolean> {
    const { record = 'all' } = running.request;
    return record === 'all' ? this.createRecord(running) : Promise.resolve(false);
  }

  private createRecord(running: Running): Promise<boolean> {
    const { ownerId, executionId } = running;
    this.parts.logs.store(executionId);
    running.created ??= this.record(executionId, () =>
      this.parts.store.create(ownerId, startRecord(running, this.parts)),
    );
    return running.created;
  }

  /** Stores how an execution ended, and its log. */
  private async conclude(
    running: Running,
    ended: WorkflowExecutionResult,
    log: readonly ExecutionEvent[],
  ): Promise<void> {
    const { ownerId, executionId, request, startedAt } = running;
    const { logs } = this.parts;
    // Behind the answer, in a turn of its own: large data takes a while to write, and others wait for the loop, too.
    await nextTurn();
    const isKept = request.record !== 'none' && !(request.record === 'failures' && ended.ok);
    const hasStart = running.created !== null && (await running.created);
    if (!hasStart && isKept && logs.sizeOf(executionId) <= MAX_PACKED) {
      await this.recorder.add({
        ownerId,
        ...startFields(running, this.parts),
        ...endFields(ended, startedAt),
        log,
      });
      // Callers of published APIs do not watch; the log can be read from the store.
      if (request.trigger === 'published') logs.release(executionId);
    } else if (hasStart || isKept) {
      await this.createRecord(running);
      // The log first: a reader who finds the execution ended must find the whole log.
      await logs.flush(executionId);
      const bytes = logs.sizeOf(executionId);
      await this.recordEnd(executionId, () =>
        this.parts.store.finish(ownerId, executionId, { ...endRecord(ended, startedAt), bytes }),
      );
      this.parts.onStored?.(ownerId, bytes);
    } else logs.release(executionId);
    this.running.delete(executionId);
  }

  /**
   * Stores an end. When that fails, retries in the background until the store has it or the server stops, so that an ended execution does
   * not stay `running`; callers do not wait for the retries.
   */
  private async recordEnd(executionId: string, write: () => Promise<unknown>): Promise<void> {
    if (await this.record(executionId, write)) return;
    void (async () => {
      for (let attempt = 0; !this.closing; attempt++) {
        await new Promise((resolve) =>
          setTimeout(resolve, PAUSES[Math.min(attempt, PAUSES.length - 1)]).unref?.(),
        );
        if (await this.record(executionId, write)) return;
      }
    })();
  }

  /** Counts an execution of its owner. @returns takes it back */
  private admit({ ownerId, trigger }: ExecutionRequest): () => void {
    const { maxLive, maxPerMinute } = this.parts;
    const live = this.liveByOwner.get(ownerId) ?? 0;
    if (maxLive > 0 && live >= maxLive)
      throw tooMany(
        'TOO_MANY_EXECUTIONS',
        1_000,
        `${maxLive} executions of this account run or wait already.`,
      );
    const waitMs =
      trigger === 'published' || maxPerMinute === 0 ? null : this.starts.hit(ownerId, maxPerMinute);
    if (waitMs !== null)
      throw tooMany('TOO_MANY_REQUESTS', waitMs, `An account may start ${maxPerMinute} executions a minute.`);
    this.liveByOwner.set(ownerId, live + 1);
    return () => {
      const left = (this.liveByOwner.get(ownerId) ?? 1) - 1;
      if (left > 0) this.liveByOwner.set(ownerId, left);
      else this.liveByOwner.delete(ownerId);
    };
  }

  /** @throws OrchestrixError `NOT_FOUND` */
  async get(ownerId: string, executionId: string): Promise<StoredExecution> {
    const running = this.running.get(executionId);
    if (running) await this.settle(running);
    const record = await this.parts.store.get(ownerId, executionId);
    if (!record) throw executionError('NOT_FOUND');
    return record;
  }

  /** Newest first. */
  async list(ownerId: string, query?: ExecutionQuery): Promise<ExecutionPage> {
    const own = [...this.running.values()].filter((running) => running.ownerId === ownerId);
    await Promise.all(own.map((running) => this.settle(running)));
    return this.parts.store.list(ownerId, query);
  }

  /**
   * Stops a running execution and waits until its end is stored.
   *
   * @throws OrchestrixError `NOT_FOUND`, or `CONFLICT` when it is over or runs in another process
   */
  async cancel(ownerId: string, executionId: string): Promise<StoredExecution> {
    const running = this.running.get(executionId);
    if (running?.ownerId === ownerId) {
      running.controller.abort();
      await running.done;
      return this.get(ownerId, executionId);
    }
    const { status } = await this.get(ownerId, executionId);
    const isElsewhere = status === 'running';
    throw executionError(
      'CONFLICT',
      isElsewhere
        ? 'The execution runs in another server process and cannot be cancelled from here.'
        : 'The execution has already finished.',
      { status },
    );
  }

  /** Takes no further runs, waits for those that go on, then cancels what is left. */
  async drain(timeoutMs: number): Promise<void> {
    this.closing = true;
    const all = () => Promise.all([...this.running.values()].map(({ done }) => done));
    await Promise.race([all(), new Promise((resolve) => setTimeout(resolve, timeoutMs).unref?.())]);
    for (const { controller } of this.running.values()) {
      controller.abort(
        new TerminalError('The server was stopped while the execution ran', { code: 'CANCELLED' }),
      );
    }
    await all();
    clearInterval(this.sweep);
    await this.recorder.close();
  }

  /** Records are written after the response: a reader waits until the record shows the state that the caller knows. */
  private settle(running: Running): Promise<unknown> {
    return running.ended ? running.done : this.recordStart(running);
  }

  /** A record that cannot be written is no reason to fail a run whose caller waits. @returns whether it is stored */
  private async record(executionId: string, write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.parts.logger.error('The record of an execution could not be stored', { executionId, error });
      return false;
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
