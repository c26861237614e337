/** @module How a step ended, and which steps are reached because of it. */

import type { PlanStep } from '../plan.ts';

/** How a step ended: taken edges depend on it. 0 for those that did not run. */
export const Outcome = { Skipped: 0, Succeeded: 1, True: 2, False: 3, Failed: 4 } as const;

/**
 * Whether a run gets to a step: nothing leads into it, or at least one edge into it is taken.
 *
 * @param outcomes of the steps before it, by index
 */
export function isReached(step: PlanStep, outcomes: Uint8Array): boolean {
  if (step.incoming === null) return true;
  for (const { from, when } of step.incoming) {
    const outcome = outcomes[from];
    if (outcome === Outcome.Skipped) continue;
    if (when === 'error') {
      if (outcome === Outcome.Failed) return true;
    } else if (outcome !== Outcome.Failed) {
      if (when === null || outcome === (when === 'true' ? Outcome.True : Outcome.False)) return true;
    }
  }
  return false;
}
