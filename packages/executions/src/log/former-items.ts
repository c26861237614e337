/** @module Stored logs of former versions, whose items were rows of the log panel, as events. */
import type { ExecutionEvent } from '@orchestrix/engine';

/** An item as version 1 stored it. */
interface FormerItem {
  executionId: string;
  position: number;
  type?: 'step_start' | 'step_complete' | 'step_error' | 'workflow_complete';
  stepId?: string;
  stepIndex?: number;
  stepType?: string;
  stepName?: string;
  phase: string;
  title: string;
  message: string;
  timestamp: number;
  durationMs?: number;
  data?: unknown;
  metadata?: unknown;
  error?: string;
  input?: unknown;
  output?: unknown;
  totalSteps?: number;
  failedStep?: number;
  interim?: true;
}

/** A stored item as an event: itself, unless a former version stored it. */
export function readStoredEvent(item: unknown): ExecutionEvent {
  return isFormer(item) ? eventOfFormer(item) : (item as ExecutionEvent);
}

function isFormer(item: unknown): item is FormerItem {
  return typeof item === 'object' && item !== null && 'timestamp' in item && 'title' in item;
}

function eventOfFormer(item: FormerItem): ExecutionEvent {
  const { executionId, position, timestamp: at, durationMs = 0, message, data } = item;
  const base = { executionId, position, at };
  const step = {
    ...base,
    path: item.stepId ?? '',
    stepIndex: item.stepIndex ?? 0,
    stepType: item.stepType ?? '',
    stepName: item.stepName ?? '',
    attempt: 1,
  };
  // The prefix was the panel's.
  const error = (item.error ?? '').replace(/^Error: /, '');
  switch (item.type) {
    case 'step_start':
      return { type: 'step_started', ...step, message };
    case 'step_complete':
      return {
        type: 'step_completed',
        ...step,
        message,
        input: item.input ?? {},
        output: item.output ?? {},
        value: data,
        durationMs,
      };
    case 'step_error':
      return {
        type: 'step_failed',
        ...step,
        error,
        errorCode: '',
        ...(item.metadata === undefined ? {} : { errorDetails: item.metadata }),
        input: item.input ?? {},
        value: data,
        durationMs,
      };
    case 'workflow_complete':
      return endOf(item, { ...base, totalSteps: item.totalSteps ?? 0, durationMs }, error);
    default: {
      const phase = item.phase === 'data' || item.phase === 'success' ? item.phase : 'info';
      return {
        type: 'note',
        ...step,
        phase,
        title: item.title,
        message,
        ...(data === undefined ? {} : { data }),
      };
    }
  }
}

function endOf(
  { error: stored, data, failedStep = -1, interim }: FormerItem,
  base: { executionId: string; position: number; at: number; totalSteps: number; durationMs: number },
  error: string,
): ExecutionEvent {
  const {
    stepsExecuted = 0,
    output,
    failedStepName = '',
  } = (data ?? {}) as {
    stepsExecuted?: number;
    output?: unknown;
    failedStepName?: string;
  };
  if (stored === undefined) return { type: 'execution_completed', ...base, stepsExecuted, output };
  return {
    type: 'execution_failed',
    ...base,
    stepsExecuted,
    error,
    errorCode: '',
    failedStep,
    failedStepName,
    ...(interim ? { interim } : {}),
  };
}
