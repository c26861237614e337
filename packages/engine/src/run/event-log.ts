/** @module Numbers and sends the events of one run; exists only when somebody listens. */

import type { ExecutionEvent, Observer, StepLog, WorkflowExecutionResult } from '../events.ts';
import type { PlanStep } from '../plan.ts';
import type { Redactor } from './redact.ts';

/** Makes events out of what happens in a run. */
export class EventLog {
  private seq = 0;

  constructor(
    private readonly executionId: string,
    private readonly totalSteps: number,
    private readonly observer: Observer,
    private readonly redactor: Redactor,
    private readonly now: () => number,
  ) {}

  started(step: PlanStep): void {
    this.send({ type: 'step_start', ...this.stepFields(step) });
  }

  finished(step: PlanStep, log: StepLog): void {
    this.send({
      type: 'step_complete',
      ...this.stepFields(step),
      input: log.input,
      data: log.output,
      durationMs: log.durationMs,
    });
  }

  failed(step: PlanStep, log: StepLog, code: string): void {
    this.send({
      type: 'step_error',
      ...this.stepFields(step),
      input: log.input,
      error: log.error?.message ?? 'Unknown error',
      ...(log.error?.details == null ? {} : { data: log.error.details }),
      errorCode: code,
      durationMs: log.durationMs,
    });
  }

  completed(result: WorkflowExecutionResult): void {
    const { ok, stepsExecuted, totalDurationMs, failedStep, failedStepName, error, errorCode } = result;
    this.send({
      type: 'workflow_complete',
      data: ok
        ? { ok, stepsExecuted, totalDurationMs, output: this.redactor.record(result.output) }
        : { ok, stepsExecuted, totalDurationMs, failedStep, failedStepName },
      ...(error === undefined ? {} : { error }),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(failedStep === undefined ? {} : { failedStep }),
      durationMs: totalDurationMs,
    });
  }

  private stepFields(step: PlanStep) {
    return { stepIndex: step.index, stepType: step.type, stepId: step.id, stepName: step.name };
  }

  private send(event: Omit<ExecutionEvent, 'seq' | 'timestamp' | 'executionId' | 'totalSteps'>): void {
    this.seq++;
    const timestamp = this.timestamp();
    try {
      const answer: unknown = this.observer({
        ...event,
        executionId: this.executionId,
        totalSteps: this.totalSteps,
        seq: this.seq,
        timestamp,
      });
      // An observer may be asynchronous; nobody waits for it, so nobody would hear it fail either.
      if (answer instanceof Promise) answer.catch(() => {});
    } catch {
      // A viewer that fails must not take the run with it.
    }
  }

  /** A clock that fails or tells no time must not leave a gap among the events. */
  private timestamp(): string {
    try {
      return new Date(this.now()).toISOString();
    } catch {
      return new Date().toISOString();
    }
  }
}
