/** @module Lets a drafter correct its draft until nothing is found any more, or it has had its chances. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import type { DraftContext, Drafter, DrafterCall } from '../drafting/drafter.ts';
import { AiError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { type CheckedDraft, type CheckOptions, checkDraft, withProblems } from './check-draft.ts';

/** What a draft is repaired with. */
export interface RepairOptions extends CheckOptions {
  drafter: Drafter;
  context: DraftContext;
  call: DrafterCall;
  /** How often findings go back to the drafter at most. */
  maxRepairs: number;
  /** Called before each repair. */
  onRepair(): void;
  /** Findings that are none of this draft's business: they were there before. */
  ignore?(finding: Finding): boolean;
}

/**
 * Checks a draft and has it corrected.
 *
 * @returns the best of all versions, which is not always the last one
 * @throws whatever the drafter throws, unless a version that can be handed out is there already
 */
export async function repairDraft(
  definition: WorkflowDefinition,
  problems: readonly Finding[],
  options: RepairOptions,
): Promise<CheckedDraft> {
  const { drafter, context, call, maxRepairs, onRepair, prompt, onProgress, ignore = () => false } = options;
  let current = withProblems(await checkDraft(definition, options), problems);
  let best = current;
  for (let attempt = 1; attempt <= maxRepairs; attempt++) {
    const findings = current.findings.filter((finding) => isWorthRepair(finding) && !ignore(finding));
    if (findings.length === 0) break;
    onProgress?.({ type: 'repair', attempt, of: maxRepairs, findings: findings.length });
    onRepair();
    const request = { prompt, definition: current.plan.definition, findings, context };
    const answer = await drafter.repair(request, call).catch((error: unknown) => giveUp(error, best));
    if (answer === null) break;
    const repaired = Array.isArray(answer)
      ? applyPatch(current.plan.definition, answer)
      : { definition: answer, problems: [] };
    current = withProblems(await checkDraft(repaired.definition, options), repaired.problems);
    if (current.faults <= best.faults) best = current;
  }
  return best;
}

/** What trials only wonder about is told to the person; a model that is asked to mend it breaks more than it mends. */
function isWorthRepair({ severity, code }: Finding): boolean {
  return severity === 'error' || !code.startsWith('PROOF_');
}

/** A repair that fails is no reason to lose a workflow that works. */
function giveUp(error: unknown, { proof }: CheckedDraft): null {
  if (proof !== undefined && error instanceof AiError) return null;
  throw error;
}
