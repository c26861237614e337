/** @module What the record of an execution says about its start and its end. */
import { Redactor, type WorkflowExecutionResult } from '@orchestrix/engine';
import type { ExecutionRequest } from './execution-request.ts';
import { storedResult } from './execution-result.ts';
import type { ExecutionStart } from './ports.ts';

/** What the record says of the start besides the input. */
export function startFields(
  execution: { request: ExecutionRequest; executionId: string; startedAt: Date },
  { instanceId, keepMs }: { instanceId: string; keepMs: number },
): ExecutionStart & { startedAt: Date } {
  const { request, executionId, startedAt } = execution;
  const { workflowId, version, trigger, apiPath } = request;
  const expiresAt = new Date(startedAt.getTime() + keepMs);
  return { executionId, workflowId, version, apiPath, trigger, startedAt, instanceId, expiresAt };
}

/** The start, with secrets masked. */
export function startRecord(
  execution: Parameters<typeof startFields>[0],
  parts: Parameters<typeof startFields>[1],
): ExecutionStart & { startedAt: Date } {
  const { input } = execution.request;
  const redactor = new Redactor();
  // A secret may stand a second time under a name that says nothing.
  redactor.protectFields(input);
  return { ...startFields(execution, parts), input: redactor.record(input) };
}

/** What the record says of the end besides the result. */
export function endFields(result: WorkflowExecutionResult, startedAt: Date) {
  return {
    status: statusOf(result),
    error: result.error ?? null,
    finishedAt: new Date(startedAt.getTime() + Math.ceil(result.totalDurationMs)),
    durationMs: result.totalDurationMs,
  };
}

/** The end, with secrets masked. */
export function endRecord(result: WorkflowExecutionResult, startedAt: Date) {
  return { ...endFields(result, startedAt), result: storedResult(result) };
}

function statusOf({ ok, errorCode }: WorkflowExecutionResult): 'success' | 'cancelled' | 'failed' {
  if (ok) return 'success';
  return errorCode === 'CANCELLED' ? 'cancelled' : 'failed';
}
