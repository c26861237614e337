/** @module What the record of an execution says about its start and its end. */
import { Redactor, type WorkflowExecutionResult } from '@orchestrix/engine';
import type { ExecutionStart } from '@orchestrix/models';
import { storedResult } from './execution-result.ts';
import type { ExecutionRequest } from './executions.ts';

/** The start, with secrets masked. */
export function startRecord(
  execution: { request: ExecutionRequest; executionId: string; startedAt: Date },
  { instanceId, keepMs }: { instanceId: string; keepMs: number },
): ExecutionStart & { startedAt: Date } {
  const { request, executionId, startedAt } = execution;
  const { workflowId, version, trigger, apiPath, input } = request;
  const redactor = new Redactor();
  // A secret may stand a second time under a name that says nothing.
  redactor.protectFields(input);
  return {
    executionId,
    workflowId,
    version,
    apiPath,
    trigger,
    input: redactor.record(input),
    startedAt,
    instanceId,
    expiresAt: new Date(startedAt.getTime() + keepMs),
  };
}

/** The end, with secrets masked. */
export function endRecord(result: WorkflowExecutionResult, startedAt: Date) {
  return {
    status: statusOf(result),
    result: storedResult(result),
    error: result.error ?? null,
    finishedAt: new Date(startedAt.getTime() + Math.ceil(result.totalDurationMs)),
    durationMs: result.totalDurationMs,
  };
}

function statusOf({ ok, errorCode }: WorkflowExecutionResult): 'success' | 'cancelled' | 'failed' {
  if (ok) return 'success';
  return errorCode === 'CANCELLED' ? 'cancelled' : 'failed';
}
