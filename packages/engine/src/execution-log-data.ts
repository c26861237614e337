/** @module Events in the form of Socket.IO's `execution-log`, which viewers of the earlier backend read. */
import type { ExecutionEvent, ExecutionFailedEvent } from './events.ts';

/** The payload of `execution-log`. */
export interface ExecutionLogData {
  type: 'step_start' | 'step_complete' | 'step_error' | 'workflow_complete';
  /** From 1, without gaps: these four kinds are counted and no others. */
  seq: number;
  /** Position of the step in the order of execution, from 0. */
  stepIndex?: number;
  stepType?: string;
  /** Redacted; what the step logged as its output, the details of its failure, or the outcome of the execution. */
  data?: unknown;
  error?: string;
  errorCode?: string;
  /** ISO 8601. */
  timestamp: string;
}

/** Makes the payloads of one execution; gets its events in order, from the first one on. */
export class ExecutionLogView {
  private seq = 0;

  /** `undefined` for an event of a kind that `execution-log` does not have. */
  show(event: ExecutionEvent): ExecutionLogData | undefined {
    const fields = fieldsOf(event);
    return fields && { ...fields, seq: ++this.seq, timestamp: new Date(event.at).toISOString() };
  }
}

function fieldsOf(event: ExecutionEvent): Omit<ExecutionLogData, 'seq' | 'timestamp'> | undefined {
  switch (event.type) {
    case 'step_started':
      return { type: 'step_start', stepIndex: event.stepIndex, stepType: event.stepType };
    case 'step_completed':
      return {
        type: 'step_complete',
        stepIndex: event.stepIndex,
        stepType: event.stepType,
        data: event.output,
      };
    case 'step_failed':
      return {
        type: 'step_error',
        stepIndex: event.stepIndex,
        stepType: event.stepType,
        ...(event.errorDetails == null ? {} : { data: event.errorDetails }),
        error: event.error,
        errorCode: event.errorCode,
      };
    case 'execution_completed':
      return { type: 'workflow_complete', data: { ok: true, ...ending(event), output: event.output } };
    case 'execution_failed':
    case 'execution_cancelled':
      return failure(event);
    default:
      return undefined;
  }
}

function failure(event: ExecutionFailedEvent): Omit<ExecutionLogData, 'seq' | 'timestamp'> {
  const { failedStep, failedStepName, error, errorCode } = event;
  return {
    type: 'workflow_complete',
    data: { ok: false, ...ending(event), failedStep, failedStepName },
    error,
    errorCode,
  };
}

const ending = ({ stepsExecuted, durationMs }: { stepsExecuted: number; durationMs: number }) => ({
  stepsExecuted,
  totalDurationMs: durationMs,
});
