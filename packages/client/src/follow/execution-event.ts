/** @module What a viewer of a live log gets, whichever way it came. */
import type { LogItem } from '../api-types.ts';

/** One event of an execution. */
export interface ExecutionEvent {
  executionId: string;
  /** `workflow_complete` is the last one, always; with `error` when the run failed. */
  type: 'step_start' | 'step_complete' | 'step_error' | 'workflow_complete';
  /** From 1, without gaps. */
  seq: number;
  /** From 0; absent on the last event. */
  stepIndex?: number;
  stepType?: string;
  /** What the step logged, what it failed with, or how the run ended. Redacted. */
  data?: unknown;
  error?: string;
  /** ISO 8601. */
  timestamp: string;
}

/** The event that a log entry stands for, as sockets carry it; `undefined` for entries that are for the log panel only. */
export function eventOfItem(item: LogItem): ExecutionEvent | undefined {
  const { seq, type, stepIndex, stepType, error } = item;
  if (typeof seq !== 'number' || !isType(type)) return undefined;
  const data = type === 'step_complete' ? item.output : type === 'step_error' ? item.metadata : item.data;
  return {
    executionId: item.executionId,
    type,
    seq,
    ...(typeof stepIndex === 'number' && { stepIndex, stepType: String(stepType) }),
    ...(data !== undefined && { data }),
    ...(typeof error === 'string' && { error: error.replace(/^Error: /, '') }),
    timestamp: new Date(item.timestamp).toISOString(),
  };
}

function isType(type: unknown): type is ExecutionEvent['type'] {
  return (
    type === 'step_start' || type === 'step_complete' || type === 'step_error' || type === 'workflow_complete'
  );
}
