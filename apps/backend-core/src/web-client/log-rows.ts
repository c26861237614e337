/** @module The rows of the existing web client's log panel (contract section 2), made from the events of an execution. */
import type {
  ExecutionEndEvent,
  ExecutionEvent,
  ExecutionFailedEvent,
  StepCompletedEvent,
  StepFailedEvent,
  StepStartedEvent,
} from '@orchestrix/engine';

/** What a person reads in the log panel. Redacted. */
export interface LogRow {
  /** Unique in its execution. */
  id: string;
  executionId: string;
  /** Place among the rows of the execution, from 1, without gaps. */
  position: number;
  stepId?: string;
  /** From 0; absent on the last row. */
  stepIndex?: number;
  stepType?: string;
  stepName?: string;
  status: 'started' | 'running' | 'success' | 'error';
  phase:
    | 'step_started'
    | 'info'
    | 'data'
    | 'success'
    | 'step_finished'
    | 'error'
    | 'execution_finished'
    | 'execution_failed';
  title: string;
  message: string;
  /** Milliseconds since 1970, never less than in the row before. */
  timestamp: number;
  /** Whole milliseconds, at least 1. */
  durationMs?: number;
  data?: unknown;
  metadata?: unknown;
  error?: string;
  errorCode?: string;
  input?: unknown;
  output?: unknown;
  totalSteps?: number;
  /** Index of the step that failed; -1 when none had started. */
  failedStep?: number;
  totalDuration?: number;
}

type Shown = Pick<LogRow, 'status' | 'phase' | 'title' | 'message'> & Partial<LogRow>;

/** Makes the rows of one execution; gets its events in order, from the first one on. */
export class LogRows {
  private position = 0;
  private totalSteps = 0;

  /** `undefined` for an event that the panel has no row for. */
  show(event: ExecutionEvent): LogRow | undefined {
    if (event.type === 'execution_started') this.totalSteps = event.totalSteps;
    const shown = this.shown(event);
    if (!shown) return undefined;
    const position = ++this.position;
    return {
      id: `${position}-${shown.phase}`,
      executionId: event.executionId,
      position,
      timestamp: event.at,
      ...stepOf(event),
      ...shown,
    };
  }

  private shown(event: ExecutionEvent): Shown | undefined {
    const { totalSteps } = this;
    switch (event.type) {
      case 'execution_started':
      case 'step_skipped':
        return undefined;
      case 'note': {
        const { phase, title, message, data } = event;
        return { status: 'running', phase, title, message, ...(data === undefined ? {} : { data }) };
      }
      case 'step_started':
        return { ...started(event, totalSteps), totalSteps };
      case 'step_completed':
        return { ...completed(event, totalSteps), totalSteps };
      case 'step_failed':
        return { ...failed(event), totalSteps };
      default:
        return ended(event);
    }
  }
}

function stepOf(event: ExecutionEvent): Partial<LogRow> {
  if (!('path' in event)) return {};
  const { path, stepIndex, stepType, stepName } = event;
  return { stepId: path, stepIndex, stepType, stepName };
}

function started({ stepIndex, stepType, message }: StepStartedEvent, totalSteps: number): Shown {
  return {
    status: 'started',
    phase: 'step_started',
    title: `${placeOf(stepIndex, totalSteps)} started`,
    message: message ?? `Running ${stepType || 'the step'}`,
  };
}

function completed(event: StepCompletedEvent, totalSteps: number): Shown {
  const { stepIndex, stepType, message, durationMs, input, output, value } = event;
  return {
    status: 'success',
    phase: 'step_finished',
    title: `${placeOf(stepIndex, totalSteps)} completed`,
    message: message ?? `${titleOf(stepType)} completed successfully`,
    durationMs: wholeMs(durationMs),
    input,
    output,
    data: value ?? output,
  };
}

function failed(event: StepFailedEvent): Shown {
  const { stepIndex, stepType, durationMs, input, value, errorDetails, error, errorCode } = event;
  return {
    status: 'error',
    phase: 'error',
    title: `Step ${stepIndex + 1} failed`,
    message: `${titleOf(stepType)} encountered an error`,
    durationMs: wholeMs(durationMs),
    input,
    ...(value === undefined ? {} : { data: value }),
    ...(errorDetails === undefined ? {} : { metadata: errorDetails }),
    error: shownError(error),
    errorCode,
  };
}

/** Existing clients ask for the last row by its name. */
function ended(event: ExecutionEndEvent): Shown {
  const { totalSteps, stepsExecuted, durationMs } = event;
  const totalDuration = wholeMs(durationMs);
  const common = { totalSteps, totalDuration, durationMs: totalDuration };
  if (event.type !== 'execution_completed')
    return {
      ...common,
      ...failedEnd(event),
      data: { ok: false, stepsExecuted, totalDurationMs: durationMs },
    };
  return {
    ...common,
    id: 'execution-finished',
    status: 'success',
    phase: 'execution_finished',
    title: 'Workflow execution completed',
    message: `All ${stepsExecuted} steps completed successfully`,
    data: { ok: true, stepsExecuted, totalDurationMs: durationMs, output: event.output },
  };
}

function failedEnd(event: ExecutionFailedEvent): Shown {
  const { failedStep, totalSteps, error, errorCode, interim } = event;
  const common = {
    id: 'execution-failed',
    status: 'error',
    phase: 'execution_failed',
    failedStep,
    error: shownError(error),
    errorCode,
  } as const;
  if (interim)
    return {
      ...common,
      title: 'Workflow execution interrupted',
      message: 'The server that ran it is no longer heard of; how it ended is not known',
    };
  return {
    ...common,
    title: 'Workflow execution failed',
    message:
      failedStep < 0
        ? 'Execution stopped before its first step'
        : `Execution stopped at step ${failedStep + 1} of ${totalSteps}`,
  };
}

/** Logs of former versions do not tell the number of steps. */
function placeOf(stepIndex: number, totalSteps: number): string {
  return totalSteps > 0 ? `Step ${stepIndex + 1} of ${totalSteps}` : `Step ${stepIndex + 1}`;
}

/** Existing clients show errors with this word before them. */
const shownError = (error: string): string => `Error: ${error}`;

/** `dbFind` → `Db Find`; a step that has no type is a `Step`. */
function titleOf(type: string): string {
  const words = (type || 'step').replace(/([a-z])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function wholeMs(ms: number): number {
  return Math.max(1, Math.round(ms));
}
