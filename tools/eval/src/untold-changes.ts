/** @module Whether a change changed what it says it changed, and nothing else. */
import type { Workflow } from './account.ts';
import { isSame } from './names.ts';

/** A workflow after a change, with what is said to have changed. */
type Changed = Workflow & { changes?: readonly { kind: string; stepId?: string }[] };

/** What is wrong with a change; `undefined` when steps that it does not speak of are as they were, ids included. */
export function findUntoldChange(before: Workflow, after: Changed): string | undefined {
  const { changes = [] } = after;
  if (changes.length === 0) return 'no changes are told';
  const told = new Set(changes.flatMap(({ stepId }) => stepId ?? []));
  const removed = new Set(
    changes.flatMap(({ kind, stepId }) => (kind === 'step-removed' && stepId ? [stepId] : [])),
  );
  if (removed.size > before.steps.length / 2)
    return `${removed.size} of ${before.steps.length} steps were thrown away`;
  const now = new Map(after.steps.map((step) => [step.id, step]));
  for (const step of before.steps) {
    const same = now.get(step.id);
    if (!same && !removed.has(step.id)) return `the step "${step.id}" has lost its id`;
    if (same && !told.has(step.id) && !isSame(same, step))
      return `the step "${step.id}" was changed without a word`;
  }
  return undefined;
}
