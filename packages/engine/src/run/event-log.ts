/** @module Numbers and sends the events of one run; exists only when somebody listens. */

import type {
  ExecutionCompletedEvent,
  ExecutionEvent,
  ExecutionStartedEvent,
  NoteEvent,
  Observer,
  StepCompletedEvent,
  StepFailedEvent,
  StepLog,
  StepStartedEvent,
  WorkflowExecutionResult,
} from '../events.ts';
import type { StepContext } from '../node.ts';
import type { PlanStep } from '../plan.ts';
import { isPlainObject } from '../values/copy.ts';
import { preview } from './preview.ts';
import type { Redactor } from './redact.ts';

/** Makes events out of what happens in an execution. */
export class EventLog {
  private position = 0;
  private lastTime = 0;

  constructor(
    private readonly executionId: string,
    private readonly totalSteps: number,
    private readonly observer: Observer,
    private readonly redactor: Redactor,
    private readonly now: () => number,
  ) {}

  begun(input: unknown): void {
    const event: ExecutionStartedEvent = {
      type: 'execution_started',
      ...this.base(),
      totalSteps: this.totalSteps,
    };
    if (input !== undefined) event.input = this.redactor.record(input);
    this.send(event);
  }

  started(step: PlanStep): void {
    const event: StepStartedEvent = { type: 'step_started', ...this.stepBase(step) };
    this.say(event, step, 'start');
    this.send(event);
  }

  skipped(step: PlanStep): void {
    this.send({ type: 'step_skipped', ...this.stepBase(step) });
  }

  /** @param value what the step gave */
  finished(step: PlanStep, { input, output, durationMs }: StepLog, value: unknown): void {
    const event: StepCompletedEvent = {
      type: 'step_completed',
      ...this.stepBase(step),
      input,
      output,
      durationMs,
    };
    this.say(event, step, 'done');
    if (value !== undefined) event.value = this.shown(value);
    this.send(event);
  }

  failed(step: PlanStep, { input, error, durationMs }: StepLog, errorCode: string): void {
    const event: StepFailedEvent = {
      type: 'step_failed',
      ...this.stepBase(step),
      error: error?.message ?? 'Unknown error',
      errorCode,
      input,
      durationMs,
    };
    if (error?.details != null) event.errorDetails = error.details;
    const subject = subjectOf(step) ?? filled(input);
    if (subject !== undefined) event.value = this.shown(subject);
    this.send(event);
  }

  completed(result: WorkflowExecutionResult): void {
    const { ok, stepsExecuted, totalDurationMs: durationMs } = result;
    const base = { ...this.base(), totalSteps: this.totalSteps, stepsExecuted, durationMs };
    if (ok) {
      const event: ExecutionCompletedEvent = {
        type: 'execution_completed',
        ...base,
        output: this.redactor.record(result.output),
      };
      if (result.response) event.response = this.redactor.record(result.response);
      this.send(event);
      return;
    }
    const { failedStep = -1, failedStepName = '', error = '', errorCode = '', errorDetails } = result;
    const type = errorCode === 'CANCELLED' ? 'execution_cancelled' : 'execution_failed';
    this.send({
      type,
      ...base,
      error,
      errorCode,
      ...(errorDetails == null ? {} : { errorDetails }),
      failedStep,
      failedStepName,
    });
  }

  /** What a step tells its viewers through. */
  noteOf(step: PlanStep): NonNullable<StepContext['note']> {
    return (phase, title, message, data) => {
      const note: NoteEvent = {
        type: 'note',
        ...this.stepBase(step),
        phase,
        title,
        message: this.redactor.text(message),
      };
      if (data !== undefined) note.data = this.shown(data);
      this.send(note);
    };
  }

  /** Redacted before it is shortened: a secret that is cut in two could no longer be recognised. */
  private shown(value: unknown): unknown {
    try {
      return preview(this.redactor.record(value));
    } catch {
      return '[unreadable]';
    }
  }

  private say(event: StepStartedEvent | StepCompletedEvent, step: PlanStep, when: 'start' | 'done'): void {
    const { node } = step;
    if (!node?.narrate) return;
    swallow(() => {
      event.message = this.redactor.text(node.narrate![when](step.config));
    });
  }

  private base() {
    return { executionId: this.executionId, position: ++this.position, at: this.time() };
  }

  private stepBase({ id, index, type, name }: PlanStep) {
    return { ...this.base(), path: id, stepIndex: index, stepType: type, stepName: name, attempt: 1 };
  }

  private send(event: ExecutionEvent): void {
    swallow(() => this.observer(event));
  }

  /** A clock that fails, tells no time or runs backwards must not leave a gap or a step back among the events. */
  private time(): number {
    let time = Number.NaN;
    try {
      time = this.now();
    } catch {
      // Below.
    }
    if (!(Math.abs(time) <= MAX_DATE)) time = Date.now();
    this.lastTime = Math.max(this.lastTime, Math.floor(time));
    return this.lastTime;
  }
}

/** Calls somebody who watches: one that fails, now or later, must not take the run with it. */
function swallow(call: () => unknown): void {
  try {
    const answer = call();
    if (answer instanceof Promise) answer.catch(() => {});
  } catch {
    // Nobody to tell.
  }
}

/** What a step was about, for the event of its failure. */
function subjectOf({ node, config }: PlanStep): unknown {
  try {
    return node?.narrate?.subject?.(config);
  } catch {
    return undefined;
  }
}

/** What a step had found out about its task before it failed. */
function filled(input: unknown): unknown {
  return isPlainObject(input) && Object.keys(input).length > 0 ? input : undefined;
}

/** The last millisecond that has a date. */
const MAX_DATE = 8.64e15;
