/** @module One entry of an execution log: the shape in which it is stored and shown, and the event it stands for. */
import type { ExecutionEvent, ExecutionLogData, StepNote } from '@orchestrix/engine';

/** What a person reads in the log panel, and what every viewer is sent. Redacted. */
export interface LogItem {
  /** Unique in its execution. */
  id: string;
  executionId: string;
  /** Place in the log, from 1, without gaps. */
  position: number;
  /** Number of the event it stands for, from 1, without gaps; absent on entries that stand for none. */
  seq?: number;
  type?: ExecutionLogData['type'];
  stepId?: string;
  /** From 0; absent on the last entry. */
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
  /** Milliseconds since 1970, never less than the entry before. */
  timestamp: number;
  /** Whole milliseconds, at least 1. */
  durationMs?: number;
  data?: unknown;
  metadata?: unknown;
  error?: string;
  input?: unknown;
  output?: unknown;
  totalSteps?: number;
  /** Index of the step that failed; -1 when none had started. */
  failedStep?: number;
  totalDuration?: number;
  /** Written by another process in the place of an end that is not known; gives way to the true one. */
  interim?: true;
}

/** Whether nothing comes after this entry. */
export function isTerminal(item: LogItem): boolean {
  return item.phase === 'execution_finished' || item.phase === 'execution_failed';
}

/** The entry that stands for an engine event. */
export function itemOf(event: ExecutionEvent, position: number, timestamp: number): LogItem {
  const base = {
    id: idOf(event, position),
    executionId: event.executionId,
    position,
    seq: event.seq,
    type: event.type,
    timestamp,
    totalSteps: event.totalSteps,
  };
  if (event.type === 'workflow_complete') return { ...base, ...terminalFields(event) };
  return {
    ...base,
    stepId: event.stepId ?? '',
    stepIndex: event.stepIndex ?? 0,
    stepType: event.stepType ?? '',
    stepName: event.stepName ?? '',
    ...stepFields(event),
  };
}

/** Existing clients ask for the last entry by its name. */
function idOf(event: ExecutionEvent, position: number): string {
  if (event.type !== 'workflow_complete') return `${position}-${event.type}`;
  return event.error === undefined ? 'execution-finished' : 'execution-failed';
}

/** The end of an execution whose process was not heard of any more. */
export function interruptedItem(
  executionId: string,
  position: number,
  seq: number,
  timestamp: number,
): LogItem {
  return {
    id: 'execution-failed',
    executionId,
    position,
    seq,
    type: 'workflow_complete',
    timestamp,
    status: 'error',
    phase: 'execution_failed',
    title: 'Workflow execution interrupted',
    message: 'The server that ran it was not heard of any more; how it ended is not known',
    error: 'Error: The execution was interrupted: how it ended is not known',
    failedStep: -1,
    interim: true,
  };
}

/** The entry for what happens inside a step. */
export function itemOfNote(note: StepNote, position: number, timestamp: number): LogItem {
  return { id: `${position}-${note.phase}`, position, timestamp, status: 'running', ...note };
}

/** The event that an entry stands for, as Socket.IO viewers get it; `null` for entries that are for the log panel only. */
export function eventOf(item: LogItem): ExecutionLogData | null {
  if (item.type === undefined || item.seq === undefined) return null;
  return {
    type: item.type,
    seq: item.seq,
    ...(item.stepIndex === undefined ? {} : { stepIndex: item.stepIndex, stepType: item.stepType }),
    ...dataOf(item),
    ...(item.error === undefined ? {} : { error: item.error.replace(ERROR_PREFIX, '') }),
    timestamp: new Date(item.timestamp).toISOString(),
  };
}

/** Existing clients show errors with this word before them. */
const ERROR_PREFIX = /^Error: /;

/** What an event carries: what the step logged, what it failed with, how the run ended. */
function dataOf({ type, output, metadata, data }: LogItem): { data?: unknown } {
  if (type === 'step_complete') return { data: output };
  if (type === 'step_error') return metadata === undefined ? {} : { data: metadata };
  return data === undefined ? {} : { data };
}

function stepFields(
  event: ExecutionEvent,
): Pick<LogItem, 'status' | 'phase' | 'title' | 'message'> & Partial<LogItem> {
  const number = (event.stepIndex ?? 0) + 1;
  const place = `Step ${number} of ${event.totalSteps}`;
  const durationMs = wholeMs(event.durationMs);
  if (event.type === 'step_start') {
    return {
      status: 'started',
      phase: 'step_started',
      title: `${place} started`,
      message: event.message ?? `Running ${event.stepType || 'the step'}`,
    };
  }
  if (event.type === 'step_complete') {
    const { input, data } = event;
    return {
      status: 'success',
      phase: 'step_finished',
      title: `${place} completed`,
      message: event.message ?? `${titleOf(event.stepType)} completed successfully`,
      durationMs,
      input,
      output: data,
      data: event.value ?? data,
    };
  }
  return {
    status: 'error',
    phase: 'error',
    title: `Step ${number} failed`,
    message: `${titleOf(event.stepType)} encountered an error`,
    durationMs,
    input: event.input,
    ...(event.value === undefined ? {} : { data: event.value }),
    ...(event.data === undefined ? {} : { metadata: event.data }),
    error: `Error: ${event.error ?? 'unknown'}`,
  };
}

function terminalFields(
  event: ExecutionEvent,
): Pick<LogItem, 'status' | 'phase' | 'title' | 'message'> & Partial<LogItem> {
  const totalDuration = wholeMs(event.durationMs);
  if (event.error === undefined) {
    const executed =
      (event.data as { stepsExecuted?: number } | undefined)?.stepsExecuted ?? event.totalSteps;
    return {
      status: 'success',
      phase: 'execution_finished',
      title: 'Workflow execution completed',
      message: `All ${executed} steps completed successfully`,
      totalDuration,
      durationMs: totalDuration,
      data: event.data,
    };
  }
  const failedStep = event.failedStep ?? -1;
  return {
    status: 'error',
    phase: 'execution_failed',
    title: 'Workflow execution failed',
    message:
      failedStep < 0
        ? 'Execution stopped before its first step'
        : `Execution stopped at step ${failedStep + 1} of ${event.totalSteps}`,
    totalDuration,
    durationMs: totalDuration,
    failedStep,
    error: `Error: ${event.error}`,
    data: event.data,
  };
}

/** `dbFind` → `Db Find`; a step that has no type is a `Step`. */
function titleOf(type: string | undefined): string {
  const words = (type || 'step').replace(/([a-z])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function wholeMs(ms = 0): number {
  return Math.max(1, Math.round(ms));
}
