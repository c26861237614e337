/** @module The end of an execution whose process is no longer heard of. */
import type { ExecutionFailedEvent } from '@orchestrix/engine';

/** Stands at the end of the log until the true end is known, so that every viewer sees an end. */
export function interruptedEvent(executionId: string, position: number): ExecutionFailedEvent {
  return {
    type: 'execution_failed',
    executionId,
    position,
    at: Date.now(),
    totalSteps: 0,
    stepsExecuted: 0,
    durationMs: 0,
    error: 'The execution was interrupted: how it ended is not known',
    errorCode: 'INTERRUPTED',
    failedStep: -1,
    failedStepName: '',
    interim: true,
  };
}
