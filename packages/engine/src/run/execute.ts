/** @module Runs a plan. See the README beside this file for what must stay true here. */

import { ensureError, type OrchestrixError, TerminalError } from '../errors.ts';
import type { Answer, Observer, StepLog, WorkflowExecutionResult } from '../events.ts';
import type { StepContext } from '../node.ts';
import type { Plan, PlanStep } from '../plan.ts';
import type { Ports } from '../ports.ts';
import { directRuntime, type Runtime, runNow } from '../runtime.ts';
import { type RequestFacts, setRequest, type Variables } from '../values/path.ts';
import { limitText } from '../values/template.ts';
import { EventLog } from './event-log.ts';
import { type Headers, lowerCaseNames, protectHeaders, unwrapInput } from './input.ts';
import { DEFAULT_LIMITS, type Limits, VariableBudget, withDefaults } from './limits.ts';
import { LoopTurn } from './loop-turn.ts';
import { isReached, Outcome } from './outcome.ts';
import { Redactor } from './redact.ts';
import { type StopSignal, stopSignal, UNSTOPPABLE } from './stop.ts';

/** What a run gets besides its plan. */
export interface ExecuteOptions {
  /** The caller's values. `{ input: {…} }` as the only key is unwrapped, unless the workflow declares an input of that name. */
  input?: unknown;
  /** The caller's HTTP headers. */
  headers?: Record<string, unknown>;
  /** What else the caller's HTTP request said, for `{{ request.… }}`. */
  request?: Omit<RequestFacts, 'headers'>;
  /** Whether a published API was called: defaults of secrets, typed in to try the workflow, are not used then. */
  published?: boolean;
  /** Address of the caller, for limits on guessing. */
  caller?: string;
  /** Identifies the run in events. Default: a random UUID. */
  executionId?: string;
  /** Cancels the run, and what its ports are doing. */
  signal?: AbortSignal;
  /** How steps are made durable. Default: {@link directRuntime}. */
  runtime?: Runtime;
  ports?: Ports;
  /** Why it may not run: it fails before its first step. `name` stands where a result names the step that failed. */
  refusal?: { name: string; error: OrchestrixError } | undefined;
  /** Gets every event of the execution. */
  observer?: Observer;
  /** Default: {@link DEFAULT_LIMITS}, each. */
  limits?: Partial<Limits>;
  /** Gets the answer of a `response` or `guard` step as its caller must get it: with tokens and all, only without password hashes. The step fails when this throws. */
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
    run.prepare();
    return await run.toEnd();
  } catch (error) {
    // Only what is around the steps can get here: a clock, a runtime or a signal that throws.
    return run.failure(-1, 'execute', ensureError(error));
  } finally {
    run.release();
  }
}

const NO_PORTS: Ports = {};

class Run {
  private stop: StopSignal = UNSTOPPABLE;
  private runtime: Runtime = directRuntime();
  private limits = DEFAULT_LIMITS;
  private budget = new VariableBudget(DEFAULT_LIMITS);
  private headers: Headers = {};
  private events: EventLog | null = null;
  private executionId = '';
  private readonly redactor = new Redactor();
  private readonly variables: Variables = Object.create(null) as Variables;
  private readonly logs: StepLog[] = [];
  private readonly outcomes: Uint8Array;
  private readonly startedMark = performance.now();
  private readonly turn = new LoopTurn();
  private received: Record<string, unknown> = {};
  /** The caller's values as a result shows them: rules convert what later steps see, not what was sent. */
  private shownInput: unknown;
  private executed = 0;
  private recipients = 0;
  private answer: Answer | undefined;

  /** Reads no option, so that nothing hostile in one can keep a run from ending as a result. */
  constructor(
    private readonly plan: Plan,
    private readonly options: ExecuteOptions,
  ) {
    this.outcomes = new Uint8Array(plan.steps.length);
  }

  /** Takes the options; whoever listens hears of it when one of them throws. */
  prepare(): void {
    const { observer, executionId, runtime, ports, limits, signal, headers } = this.options;
    this.runtime = runtime ?? directRuntime(ports?.clock);
    this.executionId = executionId ?? newId(this.runtime);
    if (observer) {
      const now = () => this.runtime.now();
      this.events = new EventLog(this.executionId, this.plan.steps.length, observer, this.redactor, now);
    }
    this.limits = withDefaults(limits);
    this.budget = new VariableBudget(this.limits);
    limitText(this.variables, () => this.budget.textRoom());
    this.stop = stopSignal(signal, this.limits.timeoutMs);
    this.headers = lowerCaseNames(headers);
    protectHeaders(this.headers, this.redactor);
  }

  async toEnd(): Promise<WorkflowExecutionResult> {
    const { plan, options } = this;
    const unreadable = this.begin();
    const { refusal } = options;
    if (refusal) return this.failure(-1, refusal.name, refusal.error);
    if (plan.fatal) return this.failure(-1, 'compile', plan.fatal);
    try {
      if (unreadable) throw unreadable;
      const input = unwrapInput(options.input, plan.inputNames);
      this.variables.input = input;
      setRequest(this.variables, { body: input, ...this.options.request, headers: this.headers });
      this.received = input;
    } catch (error) {
      return this.failure(-1, 'input', ensureError(error));
    }
    for (const step of plan.steps) {
      // Before the first step as well: a large input takes long to look through.
      if (this.turn.isOver()) await this.turn.next();
      if (!isReached(step, this.outcomes)) {
        this.skip(step);
        continue;
      }
      const ended = this.runStep(step);
      // Awaiting only what is asynchronous: a synchronous step must not cost a microtask.
      const error = ended instanceof Promise ? await ended : ended;
      if (error && this.endsRun(step, error)) return this.failure(step.index, step.name, error);
      if (this.answer) break;
    }
    // The result is walked through for secrets, too.
    if (this.turn.isOver()) await this.turn.next();
    return this.success();
  }

  /** Sends the first event, with what the caller sent. @returns why that cannot be read, if so */
  private begin(): OrchestrixError | null {
    let unreadable: OrchestrixError | null = null;
    try {
      // Also finds values that contain themselves, whose fields have no end.
      this.budget.add('input', this.options.input, 'The input');
      this.redactor.protectFields(this.options.input);
    } catch (error) {
      unreadable = ensureError(error);
    }
    this.events?.begun(unreadable ? undefined : this.options.input);
    return unreadable;
  }

  failure(index: number, name: string, error: OrchestrixError): WorkflowExecutionResult {
    return this.end({
      ok: false,
      failedStep: index,
      failedStepName: name,
      error: this.redactor.text(error.message),
      errorDetails: this.redactor.text(error.details),
      errorCode: error.code,
      stepsExecuted: this.executed,
      steps: this.logs,
      totalDurationMs: performance.now() - this.startedMark,
    });
  }

  release(): void {
    this.stop.release();
  }

  private success(): WorkflowExecutionResult {
    return this.end({
      ok: true,
      stepsExecuted: this.executed,
      steps: this.logs,
      output: this.redactor.result({
        ...this.variables,
        ...(this.shownInput === undefined ? {} : { input: this.shownInput }),
      }),
      ...(this.answer ? { response: this.redactor.result(this.answer) } : {}),
      totalDurationMs: performance.now() - this.startedMark,
    });
  }

  private end(result: WorkflowExecutionResult): WorkflowExecutionResult {
    this.events?.completed(result);
    return result;
  }

  /** An edge `when: error` catches what went wrong in a step, not that the run was stopped. */
  private endsRun(step: PlanStep, error: OrchestrixError): boolean {
    return !step.catchesErrors || error.code === 'LIMIT_STEPS' || this.stop.signal?.aborted === true;
  }

  private skip(step: PlanStep): void {
    this.outcomes[step.index] = Outcome.Skipped;
    const log = logOf(step, 'skipped');
    log.startedAt = this.runtime.now();
    log.input = {};
    log.output = {};
    this.logs.push(log);
    this.events?.skipped(step);
  }

  /** Runs one step and keeps its log; what went wrong, or `null`. */
  private runStep(step: PlanStep): OrchestrixError | null | Promise<OrchestrixError | null> {
    const mark = performance.now();
    const log = logOf(step, 'success');
    const context = this.contextOf(step);
    this.logs.push(log);
    this.redactor.forgetClean();
    this.events?.started(step);
    try {
      log.startedAt = this.runtime.now();
      this.checkBounds(mark);
      this.executed++;
      if (step.broken) throw step.broken;
      const { runtime } = this;
      const value =
        runtime.step === runNow
          ? step.node!.run(context, step.config)
          : runtime.step(step.key, () => step.node!.run(context, step.config));
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
    // A journal gives `null` back for what was `undefined`: to a guard both mean that the run goes on.
    if (role === 'answer' || (role === 'guard' && value !== undefined && value !== null))
      this.takeAnswer(value as Answer);
    if (context.nextInput) {
      this.shownInput ??= this.variables.input;
      this.variables.input = context.nextInput;
    }
    if (step.output === 'input') this.shownInput = undefined;
    if (step.output !== null && value !== undefined) {
      this.budget.add(step.output, value, "The step's output");
      this.variables[step.output] = value;
    }
    this.outcomes[step.index] =
      role === 'condition' ? (value ? Outcome.True : Outcome.False) : Outcome.Succeeded;
    this.close(log, context, mark);
    this.events?.finished(step, log, value);
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
    context.logOutput = undefined;
    this.close(log, context, mark);
    log.status = 'failed';
    log.error = { message: this.redactor.text(error.message), details: this.redactor.text(error.details) };
    this.events?.failed(step, log, error.code);
    return error;
  }

  private close(log: StepLog, context: StepContext, mark: number): void {
    log.durationMs = performance.now() - mark;
    log.input = this.shown(context.logInput);
    log.output = this.shown(context.logOutput);
  }

  /** What a step logged; a step that logs nothing costs no walk. */
  private shown(logged: unknown): unknown {
    return logged === undefined ? {} : this.redactor.record(logged);
  }

  private checkBounds(mark: number): void {
    this.stop.checkTime(mark);
    if (this.stop.signal?.aborted) throw this.stop.reason();
    const { maxSteps } = this.limits;
    if (this.executed >= maxSteps) {
      throw new TerminalError(`The run has executed ${maxSteps} steps and may not execute more`, {
        code: 'LIMIT_STEPS',
        details: { limit: maxSteps },
      });
    }
  }

  private takeAnswer(answer: Answer): void {
    this.budget.check(answer.body, 'The body of the response');
    const told: unknown = this.options.onAnswer?.(this.redactor.answer(answer));
    // The type allows an asynchronous callback; nobody waits for it, so its failure must not become an unhandled one.
    if (told instanceof Promise) told.catch(() => {});
    this.answer = answer;
  }

  private readonly countRecipients = (count: number): void => {
    this.recipients += count;
    const { maxRecipients } = this.limits;
    if (maxRecipients === 0 || this.recipients <= maxRecipients) return;
    throw new TerminalError(`The mails of one run may have ${maxRecipients} recipients together`, {
      code: 'LIMIT_RECIPIENTS',
      details: { limit: maxRecipients },
    });
  };

  private contextOf(step: PlanStep): StepContext {
    return {
      executionId: this.executionId,
      variables: this.variables,
      received: this.received,
      isPublished: this.options.published === true,
      headers: this.headers,
      caller: this.options.caller,
      ports: this.options.ports ?? NO_PORTS,
      runtime: this.runtime,
      signal: this.stop.signal,
      redactor: this.redactor,
      turn: this.turn,
      countRecipients: this.countRecipients,
      outputName: step.output,
      note: this.events?.noteOf(step),
      logInput: undefined,
      logOutput: undefined,
    };
  }
}

/** A run without a name could not be followed: a runtime that fails to give one does not decide that. */
function newId(runtime: Runtime): string {
  try {
    return runtime.uuid();
  } catch {
    return crypto.randomUUID();
  }
}

function logOf(step: PlanStep, status: StepLog['status']): StepLog {
  return {
    stepIndex: step.index,
    stepType: step.type,
    stepName: step.name,
    status,
    input: undefined,
    output: undefined,
    error: null,
    durationMs: 0,
    startedAt: 0,
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}
