/** @module Runs a plan. See the README beside this file for what must stay true here. */

import { ensureError, type OrchestrixError, TerminalError } from '../errors.ts';
import type { Answer, Observer, StepLog, WorkflowExecutionResult } from '../events.ts';
import type { StepContext } from '../node.ts';
import type { Plan, PlanStep } from '../plan.ts';
import type { Ports } from '../ports.ts';
import { directRuntime, type Runtime } from '../runtime.ts';
import type { Variables } from '../values/path.ts';
import { isPlainObject } from '../values/copy.ts';
import { EventLog } from './event-log.ts';
import { DEFAULT_LIMITS, type Limits, VariableBudget } from './limits.ts';
import { Redactor } from './redact.ts';
import { type StopSignal, stopSignal } from './stop.ts';

/** What a run gets besides its plan. */
export interface ExecuteOptions {
  /** The caller's values. `{ input: {…} }` as the only key is unwrapped, unless the workflow declares an input of that name. */
  input?: unknown;
  /** The caller's HTTP headers. */
  headers?: Record<string, unknown>;
  /** Identifies the run in events. Default: a random UUID. */
  executionId?: string;
  /** Cancels the run, and what its ports are doing. */
  signal?: AbortSignal;
  /** How steps are made durable. Default: {@link directRuntime}. */
  runtime?: Runtime;
  ports?: Ports;
  observer?: Observer;
  /** Default: {@link DEFAULT_LIMITS}, each. */
  limits?: Partial<Limits>;
  /** Gets the answer of a `response` step as its caller must get it: not redacted. */
  onAnswer?: (answer: Answer) => void;
}

/**
 * Runs a plan to its end. Never rejects: every failure is in the result.
 *
 * @example
 * const result = await execute(plan, { input: { name: 'Ann' } });
 */
export async function execute(plan: Plan, options: ExecuteOptions = {}): Promise<WorkflowExecutionResult> {
  const run = new Run(plan, options);
  try {
    return await run.toEnd();
  } finally {
    run.stop.release();
  }
}

/** How a step ended: taken edges depend on it. */
enum Outcome {
  Skipped = 0,
  Succeeded = 1,
  True = 2,
  False = 3,
  Failed = 4,
}

class Run {
  readonly stop: StopSignal;
  private readonly runtime: Runtime;
  private readonly limits: Limits;
  private readonly budget: VariableBudget;
  private readonly redactor = new Redactor();
  private readonly variables: Variables = Object.create(null) as Variables;
  private readonly headers: Record<string, unknown>;
  private readonly events: EventLog | null;
  private readonly executionId: string;
  private readonly logs: StepLog[] = [];
  private readonly outcomes: Uint8Array;
  private readonly startedMark = performance.now();
  private executed = 0;
  private answer: Answer | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly options: ExecuteOptions,
  ) {
    this.runtime = options.runtime ?? directRuntime(options.ports?.clock);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.budget = new VariableBudget(this.limits);
    this.stop = stopSignal(options.signal, this.limits.timeoutMs);
    this.headers = lowerCaseKeys(options.headers);
    this.executionId = options.executionId ?? this.runtime.uuid();
    this.outcomes = new Uint8Array(plan.steps.length);
    this.events = options.observer
      ? new EventLog(this.executionId, plan.steps.length, options.observer, this.redactor)
      : null;
  }

  async toEnd(): Promise<WorkflowExecutionResult> {
    const { plan } = this;
    if (plan.fatal) return this.failure(-1, 'compile', plan.fatal);
    try {
      const input = unwrapInput(this.options.input, plan);
      this.redactor.protectFields(input);
      this.budget.add('input', input);
      this.variables.input = input;
    } catch (error) {
      return this.failure(-1, 'input', ensureError(error));
    }
    for (const step of plan.steps) {
      if (!this.isReached(step)) {
        this.skip(step);
        continue;
      }
      const ended = this.runStep(step);
      // Awaiting only what is asynchronous: a synchronous step must not cost a microtask.
      const error = ended instanceof Promise ? await ended : ended;
      if (error && !step.catchesErrors) return this.failure(step.index, step.name, error);
      if (this.answer) break;
    }
    return this.success();
  }

  private isReached(step: PlanStep): boolean {
    if (step.incoming === null) return true;
    for (const { from, when } of step.incoming) {
      const outcome = this.outcomes[from] as Outcome;
      if (outcome === Outcome.Skipped) continue;
      if (when === 'error' ? outcome === Outcome.Failed : outcome !== Outcome.Failed) {
        if (when !== 'true' && when !== 'false') return true;
        if (outcome === (when === 'true' ? Outcome.True : Outcome.False)) return true;
      }
    }
    return false;
  }

  private skip(step: PlanStep): void {
    this.outcomes[step.index] = Outcome.Skipped;
    this.logs.push(logOf(step, 'skipped', this.runtime.now()));
  }

  /** Runs one step and keeps its log; what went wrong, or `null`. */
  private runStep(step: PlanStep): OrchestrixError | null | Promise<OrchestrixError | null> {
    const log = logOf(step, 'success', this.runtime.now());
    const mark = performance.now();
    const context = this.contextOf(step);
    this.logs.push(log);
    this.events?.started(step);
    try {
      this.checkBounds();
      this.executed++;
      if (step.broken) throw step.broken;
      const value = this.runtime.step(step.key, () => step.node!.run(context, step.config));
      if (isThenable(value)) return this.finishLater(step, log, context, mark, value);
      return this.finish(step, log, context, mark, value);
    } catch (error) {
      return this.fail(step, log, context, mark, error);
    }
  }

  private async finishLater(
    step: PlanStep,
    log: StepLog,
    context: StepContext,
    mark: number,
    pending: PromiseLike<unknown>,
  ): Promise<OrchestrixError | null> {
    try {
      return this.finish(step, log, context, mark, await this.stop.race(Promise.resolve(pending)));
    } catch (error) {
      return this.fail(step, log, context, mark, error);
    }
  }

  private finish(step: PlanStep, log: StepLog, context: StepContext, mark: number, value: unknown): null {
    const role = step.node?.role;
    if (role === 'answer') this.takeAnswer(value as Answer);
    if (step.output !== null && value !== undefined) {
      this.budget.add(step.output, value);
      this.variables[step.output] = value;
    }
    this.outcomes[step.index] =
      role === 'condition' ? (value ? Outcome.True : Outcome.False) : Outcome.Succeeded;
    this.close(log, context, mark);
    this.events?.finished(step, log);
    return null;
  }

  private fail(
    step: PlanStep,
    log: StepLog,
    context: StepContext,
    mark: number,
    thrown: unknown,
  ): OrchestrixError {
    const error = this.stop.signal?.aborted ? this.stop.reason() : ensureError(thrown);
    this.outcomes[step.index] = Outcome.Failed;
    context.logOutput = {};
    this.close(log, context, mark);
    log.status = 'failed';
    log.error = { message: this.redactor.text(error.message), details: this.redactor.text(error.details) };
    this.events?.failed(step, log, error.code);
    return error;
  }

  private close(log: StepLog, context: StepContext, mark: number): void {
    log.durationMs = performance.now() - mark;
    log.input = this.redactor.record(context.logInput);
    log.output = this.redactor.record(context.logOutput);
  }

  private checkBounds(): void {
    if (this.stop.signal?.aborted) throw this.stop.reason();
    if (this.executed >= this.limits.maxSteps) {
      throw new TerminalError(`The run has executed ${this.limits.maxSteps} steps and may not execute more`, {
        code: 'LIMIT_STEPS',
        details: { limit: this.limits.maxSteps },
      });
    }
  }

  private takeAnswer(answer: Answer): void {
    this.budget.add('response', answer.body);
    this.answer = answer;
    this.options.onAnswer?.(answer);
  }

  private contextOf(step: PlanStep): StepContext {
    return {
      executionId: this.executionId,
      variables: this.variables,
      headers: this.headers,
      ports: this.options.ports ?? NO_PORTS,
      runtime: this.runtime,
      signal: this.stop.signal,
      redactor: this.redactor,
      outputName: step.output,
      logInput: {},
      logOutput: {},
    };
  }

  private success(): WorkflowExecutionResult {
    const result: WorkflowExecutionResult = {
      ok: true,
      stepsExecuted: this.executed,
      steps: this.logs,
      output: this.redactor.result({ ...this.variables }),
      ...(this.answer ? { response: this.redactor.result(this.answer) } : {}),
      totalDurationMs: performance.now() - this.startedMark,
    };
    this.events?.completed(result);
    return result;
  }

  private failure(index: number, name: string, error: OrchestrixError): WorkflowExecutionResult {
    const result: WorkflowExecutionResult = {
      ok: false,
      failedStep: index,
      failedStepName: name,
      error: this.redactor.text(error.message),
      errorDetails: this.redactor.text(error.details),
      errorCode: error.code,
      stepsExecuted: this.executed,
      steps: this.logs,
      totalDurationMs: performance.now() - this.startedMark,
    };
    this.events?.completed(result);
    return result;
  }
}

const NO_PORTS: Ports = {};

function logOf(step: PlanStep, status: StepLog['status'], startedAt: number): StepLog {
  return {
    stepIndex: step.index,
    stepType: step.type,
    stepName: step.name,
    status,
    input: {},
    output: {},
    error: null,
    durationMs: 0,
    startedAt,
  };
}

/** The save dialog of existing clients tells callers to nest their values under `input`. */
function unwrapInput(input: unknown, plan: Plan): Record<string, unknown> {
  if (input === undefined || input === null) return {};
  if (!isPlainObject(input)) {
    throw new TerminalError('The input must be an object', {
      code: 'VALIDATION_FAILED',
      details: { input: ['Expected object'] },
    });
  }
  const keys = Object.keys(input);
  if (
    keys.length === 1 &&
    keys[0] === 'input' &&
    isPlainObject(input.input) &&
    !plan.inputNames.includes('input')
  ) {
    return input.input;
  }
  return input;
}

function lowerCaseKeys(headers: Record<string, unknown> | undefined): Record<string, unknown> {
  const lower: Record<string, unknown> = {};
  for (const key in headers) lower[key.toLowerCase()] = headers[key];
  return lower;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
