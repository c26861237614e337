/** @module Running steps that are stored nowhere. */
import type { RunResult, StartedRun } from './api-types.ts';
import type { Http } from './http.ts';
import type { RunOptions } from './workflows.ts';

/** How steps are to be run. */
export interface StepsOptions extends RunOptions {
  /** `{source, target, when?}`; without any, steps run in list order. */
  edges?: unknown[] | undefined;
}

/** Runs steps and waits. It resolves also when the run failed: look at `ok`. */
export type RunSteps = (
  steps: unknown[],
  input?: Record<string, unknown>,
  options?: StepsOptions,
) => Promise<RunResult>;

/** Starts steps and does not wait: follow them with `client.executions.follow`. */
export type StartSteps = (
  steps: unknown[],
  input?: Record<string, unknown>,
  options?: StepsOptions,
) => Promise<StartedRun>;

/** Builds {@link RunSteps} and {@link StartSteps}. */
export function createRun(http: Http): { run: RunSteps; start: StartSteps } {
  const send = (
    steps: unknown[],
    input: Record<string, unknown> | undefined,
    { edges, headers, signal }: StepsOptions = {},
    query?: { async: 'true' },
  ) =>
    http.request('POST /workflows/run', {
      body: { steps, ...(input && { input }), ...(edges && { edges }), ...(headers && { headers }) },
      ...(query && { query }),
      signal,
    });
  return {
    // Without `async`, the server answers with nothing but the result; with it, with nothing but the id.
    run: async (steps, input, options) => (await send(steps, input, options)) as RunResult,
    start: async (steps, input, options) =>
      (await send(steps, input, options, { async: 'true' })) as StartedRun,
  };
}
