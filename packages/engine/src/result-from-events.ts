/** @module The result of an execution, made from its events: it need not be stored beside them. */
import { type ExecutionEvent, isExecutionEnd, type StepLog, type WorkflowExecutionResult } from './events.ts';

/**
 * The result of an execution with all secrets removed, as its events tell it; `null` when they do not tell how it ended.
 *
 * @param events all events of the execution, in order
 */
export function resultFromEvents(events: readonly ExecutionEvent[]): WorkflowExecutionResult | null {
  const end = events.at(-1);
  if (!end || !isExecutionEnd(end)) return null;
  const { stepsExecuted, durationMs: totalDurationMs } = end;
  const steps = stepsFrom(events);
  if (end.type === 'execution_completed') {
    const { output, response } = end;
    return { ok: true, stepsExecuted, steps, output, ...(response ? { response } : {}), totalDurationMs };
  }
  const { failedStep, failedStepName, error, errorDetails = null, errorCode } = end;
  return {
    ok: false,
    failedStep,
    failedStepName,
    error,
    errorDetails,
    errorCode,
    stepsExecuted,
    steps,
    totalDurationMs,
  };
}

function stepsFrom(events: readonly ExecutionEvent[]): StepLog[] {
  const steps: StepLog[] = [];
  let startedAt = 0;
  for (const event of events) {
    if (event.type === 'step_started') startedAt = event.at;
    else if (event.type === 'step_completed' || event.type === 'step_failed' || event.type === 'step_skipped')
      steps.push(stepFrom(event, startedAt));
  }
  return steps;
}

type StepEnd = Extract<ExecutionEvent, { type: 'step_completed' | 'step_failed' | 'step_skipped' }>;

function stepFrom(event: StepEnd, startedAt: number): StepLog {
  const { stepIndex, stepType, stepName } = event;
  const step = { stepIndex, stepType, stepName, error: null };
  if (event.type === 'step_skipped')
    return { ...step, status: 'skipped', input: {}, output: {}, durationMs: 0, startedAt: event.at };
  const { input, durationMs } = event;
  if (event.type === 'step_completed')
    return { ...step, status: 'success', input, output: event.output, durationMs, startedAt };
  const error = { message: event.error, details: event.errorDetails ?? null };
  return { ...step, status: 'failed', input, output: {}, error, durationMs, startedAt };
}
