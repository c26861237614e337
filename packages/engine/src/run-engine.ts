/** @module The short form: steps in, result out. */

import { compile } from './compile/compile.ts';
import type { Observer, WorkflowExecutionResult } from './events.ts';
import { type ExecutionLogData, ExecutionLogView } from './execution-log-data.ts';
import type { Registry } from './registry.ts';
import { type ExecuteOptions, execute } from './run/execute.ts';

/** Anything that passes events on to the viewers of an execution. */
export interface ExecutionLogEmitter {
  emitExecutionLog(executionId: string, data: ExecutionLogData): void;
}

/**
 * Compiles and runs a list of steps.
 *
 * @param steps in the order in which they run
 * @param input the caller's values
 * @param headers the caller's headers
 * @param executionId names the run in events
 * @param socketServer gets every event; leave it out when nobody watches
 * @param options ports, limits, signal and runtime, as for {@link execute}
 */
export function runEngine(
  steps: readonly unknown[],
  input: unknown = {},
  headers: Record<string, unknown> = {},
  executionId?: string,
  socketServer?: ExecutionLogEmitter | null,
  options: Omit<ExecuteOptions, 'input' | 'headers' | 'executionId' | 'observer'> & {
    registry?: Registry;
  } = {},
): Promise<WorkflowExecutionResult> {
  const { registry, ...rest } = options;
  return execute(compile({ steps }, registry), {
    ...rest,
    input,
    headers,
    ...(executionId === undefined ? {} : { executionId }),
    ...(socketServer ? { observer: emitTo(socketServer) } : {}),
  });
}

function emitTo(socketServer: ExecutionLogEmitter): Observer {
  const view = new ExecutionLogView();
  return (event) => {
    const data = view.show(event);
    if (data) socketServer.emitExecutionLog(event.executionId, data);
  };
}
