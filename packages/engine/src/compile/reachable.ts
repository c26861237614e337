/** @module Finds steps that no run can reach, because the run has always answered before them. */

import type { Diagnostic } from '../diagnostics.ts';
import type { PlanStep } from '../plan.ts';

/**
 * A warning for every step behind an answer that is always given.
 *
 * @param steps in the order of execution
 * @param positions of the same steps in the list, for paths
 */
export function checkReachable(steps: readonly PlanStep[], positions: readonly number[]): Diagnostic[] {
  const certain = certainSteps(steps);
  for (const step of steps) {
    if (certain[step.index] && step.node?.role === 'answer') {
      return steps.slice(step.index + 1).map((later) => unreachable(later, step, positions[later.index]!));
    }
  }
  return [];
}

/**
 * For every step whether a run that gets this far always runs it.
 *
 * @param steps in the order of execution
 */
export function certainSteps(steps: readonly PlanStep[]): boolean[] {
  const certain: boolean[] = [];
  for (const step of steps) certain.push(isCertain(step, steps, certain));
  return certain;
}

/** Whether a run that gets this far always runs the step: no edge into it, or a plain one from a step that is certain. */
function isCertain(step: PlanStep, steps: readonly PlanStep[], certain: readonly boolean[]): boolean {
  if (step.incoming === null) return true;
  return step.incoming.some(
    ({ from, when }) => when === null && certain[from] && !steps[from]!.catchesErrors,
  );
}

function unreachable(step: PlanStep, answer: PlanStep, position: number): Diagnostic {
  return {
    code: 'STEP_UNREACHABLE',
    severity: 'warning',
    stepId: step.id,
    path: `steps.${position}`,
    message: `The step never runs: "${answer.id}" has answered and ended the run before it`,
    got: step.id,
    expected: 'steps that do the work before the one that answers',
    suggestion: `Move the step "${step.id}" before "${answer.id}"`,
  };
}
