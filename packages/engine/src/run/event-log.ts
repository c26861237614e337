/** @module Numbers and sends the events of one run; exists only when somebody listens. */

import type { ExecutionEvent, Observer, StepLog, StepNote, WorkflowExecutionResult } from '../events.ts';
import type { StepContext } from '../node.ts';
import type { PlanStep } from '../plan.ts';
import { isPlainObject } from '../values/copy.ts';
import { preview } from './preview.ts';
import type { Redactor } from './redact.ts';

/** Makes events out of what happens in a run. */
export class EventLog {
  private seq = 0;
  private lastTime = Number.NaN;
  private lastText = '';

  constructor(
    private readonly executionId: string,
    private readonly totalSteps: number,
    private readonly observer: Observer,
    private readonly redactor: Redactor,
    private readonly now: () => number,
    private readonly onNote?: (note: StepNote) => void,
  ) {}

  started(step: PlanStep): void {
    const event = this.stepEvent('step_start', step);
    this.say(event, step, 'start');
    this.send(event);
  }

  /** @param value what the step gave */
  finished(step: PlanStep, log: StepLog, value: unknown): void {
    const event = this.stepEvent('step_complete', step);
    this.say(event, step, 'done');
    if (this.onNote && value !== undefined) event.value = this.shown(value);
    event.input = log.input;
    event.data = log.output;
    event.durationMs = log.durationMs;
    this.send(event);
  }

  failed(step: PlanStep, log: StepLog, code: string): void {
    const event = this.stepEvent('step_error', step);
    const subject = this.onNote ? (subjectOf(step) ?? filled(log.input)) : undefined;
    if (subject !== undefined) event.value = this.shown(subject);
    event.input = log.input;
    event.error = log.error?.message ?? 'Unknown error';
    if (log.error?.details != null) event.data = log.error.details;
    event.errorCode = code;
    event.durationMs = log.durationMs;
    this.send(event);
  }

  completed(result: WorkflowExecutionResult): void {
    const { ok, stepsExecuted, totalDurationMs, failedStep, failedStepName, error, errorCode } = result;
    const event = this.event('workflow_complete');
    event.data = ok
      ? { ok, stepsExecuted, totalDurationMs, output: this.redactor.record(result.output) }
      : { ok, stepsExecuted, totalDurationMs, failedStep, failedStepName };
    if (error !== undefined) event.error = error;
    if (errorCode !== undefined) event.errorCode = errorCode;
    if (failedStep !== undefined) event.failedStep = failedStep;
    event.durationMs = totalDurationMs;
    this.send(event);
  }

  /** What a step tells its watchers through; `undefined` when nobody listens. */
  noteOf(step: PlanStep): StepContext['note'] {
    const { onNote } = this;
    if (!onNote) return undefined;
    return (phase, title, message, data) => {
      const note: StepNote = {
        executionId: this.executionId,
        stepIndex: step.index,
        stepId: step.id,
        stepType: step.type,
        stepName: step.name,
        phase,
        title,
        message: this.redactor.text(message),
      };
      if (data !== undefined) note.data = this.shown(data);
      swallow(() => onNote(note));
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

  private say(event: ExecutionEvent, step: PlanStep, when: 'start' | 'done'): void {
    const { node } = step;
    if (!node?.narrate) return;
    swallow(() => {
      event.message = this.redactor.text(node.narrate![when](step.config));
    });
  }

  private event(type: ExecutionEvent['type']): ExecutionEvent {
    const { executionId, totalSteps } = this;
    return { type, seq: ++this.seq, timestamp: this.timestamp(), executionId, totalSteps };
  }

  private stepEvent(type: ExecutionEvent['type'], step: PlanStep): ExecutionEvent {
    const event = this.event(type);
    event.stepIndex = step.index;
    event.stepType = step.type;
    event.stepId = step.id;
    event.stepName = step.name;
    return event;
  }

  private send(event: ExecutionEvent): void {
    swallow(() => this.observer(event));
  }

  /** Writing a date costs more than everything else in an event; most events of a run share their millisecond. */
  private timestamp(): string {
    const time = this.time();
    if (time !== this.lastTime) {
      this.lastText = new Date(time).toISOString();
      this.lastTime = time;
    }
    return this.lastText;
  }

  /** A clock that fails or tells no time must not leave a gap among the events. */
  private time(): number {
    try {
      const time = this.now();
      if (Math.abs(time) <= MAX_DATE) return time;
    } catch {
      // Below.
    }
    return Date.now();
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
