/** @module Runs single nodes that reach nothing outside, to learn whether they would let a value pass. */
import { compile, directRuntime, type PlanStep, Redactor, type Variables } from '@orchestrix/engine';

/**
 * What a step that needs no port makes of variables. Only for steps that return at once: input, inputValidation, guard.
 *
 * @throws whatever the step throws
 */
export function runNode(step: PlanStep, variables: Variables): unknown {
  return step.node?.run(
    {
      executionId: 'trial',
      variables,
      headers: {},
      ports: {},
      runtime: directRuntime(),
      signal: undefined,
      redactor: new Redactor(),
      outputName: step.output,
      logInput: undefined,
      logOutput: undefined,
    },
    step.config,
  );
}

/** Whether a guard lets a run with these variables go on. */
export function passesGuard(step: PlanStep, variables: Variables): boolean {
  try {
    return runNode(step, variables) === undefined;
  } catch {
    return false;
  }
}

/** A test for values of the caller by rules of `inputValidation`, exactly as the engine applies them. */
export function ruleTest(rules: readonly Record<string, unknown>[]): (input: unknown) => boolean {
  if (rules.length === 0) return () => true;
  const step = compile({ steps: [{ type: 'inputValidation', rules }] }).steps[0]!;
  return (input) => {
    try {
      return runNode(step, { input }) === true;
    } catch {
      return false;
    }
  };
}
