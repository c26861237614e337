/** @module What the tests of node types share: one step compiled and run with given ports. */

import {
  type AnyNodeType,
  compile,
  createRegistry,
  type ExecuteOptions,
  execute,
  type Plan,
} from '../src/index.ts';

/** Runs one step, or a list of them, as a stored workflow would. */
export function runSteps(
  steps: Record<string, unknown> | Record<string, unknown>[],
  options: ExecuteOptions = {},
) {
  return execute(planOf(steps), options);
}

/** The plan of one step or a list of them. */
export function planOf(
  steps: Record<string, unknown> | Record<string, unknown>[],
  extra: AnyNodeType[] = [],
): Plan {
  return compile({ steps: Array.isArray(steps) ? steps : [steps] }, createRegistry(extra));
}

/** Severity and code of every finding about one step. */
export function findings(step: Record<string, unknown>): string[] {
  return planOf(step).diagnostics.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}
