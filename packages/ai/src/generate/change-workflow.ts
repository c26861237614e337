/** @module Changes a workflow by operations on its steps; what would not compile is refused and nothing is changed. */
import {
  compile,
  type Plan,
  type Registry,
  type WorkflowDefinition,
  type WorkflowStep,
} from '@orchestrix/engine';
import type { DraftContext, Drafter, DrafterCall } from '../drafting/drafter.ts';
import { AiTerminalError } from '../errors.ts';
import type { Finding } from '../finding.ts';
import { applyPatch } from '../patch/apply-patch.ts';
import { diffWorkflows } from '../patch/diff-workflows.ts';
import type { Sandbox } from '../proof/proof.ts';
import { type CheckedDraft, checkDraft, isError } from './check-draft.ts';
import { present, requireReadable, unanswered } from './present.ts';
import { repairDraft } from './repair-draft.ts';
import type { AiRequestOptions, ChangedWorkflow, WholeDefinition } from './results.ts';
import type { UsageMeter } from './usage-meter.ts';
import { wholeDefinition } from './whole-definition.ts';

/** What a change is made with. */
interface ChangeParts {
  drafter: Drafter;
  meter: UsageMeter;
  context: DraftContext;
  call: DrafterCall;
  registry: Registry;
  sandbox: Sandbox;
  maxRepairs: number;
}

/** See `WorkflowAi.change`. */
export async function changeWorkflow(
  { prompt, existing, signal, onProgress }: AiRequestOptions & { prompt: string; existing: unknown },
  { drafter, meter, context, call, registry, sandbox, maxRepairs }: ChangeParts,
): Promise<ChangedWorkflow> {
  const before = requireReadable(compile(existing, registry));
  onProgress?.({ type: 'stage', stage: 'change', message: 'Reading the change' });
  const outcome = await drafter.change({ prompt, existing: before.definition, context }, call);
  if (outcome.kind !== 'patch') throw unanswered(outcome);

  const patched = applyPatch(before.definition, outcome.operations);
  const options = { prompt, registry, sandbox, signal, onProgress };
  const known = await knownBefore(before, { ...options, onProgress: undefined });
  const checked = await repairDraft(patched.definition, patched.problems, {
    ...options,
    drafter,
    context,
    call,
    maxRepairs,
    onRepair: () => meter.repaired(),
    ignore: (finding) => known.has(keyOf(finding)),
  });
  const { plan, proof } = requireAcceptable(checked);
  const whole = withUntouchedSteps(wholeDefinition(plan), existing, before);
  return {
    ...present({ ...checked, plan, proof }, registry, whole),
    changes: diffWorkflows(wholeDefinition(before), wholeDefinition(plan)),
    metadata: meter.metadata(),
  };
}

/** A change is asked for, not a review: faults that were there before stay what they are. */
async function knownBefore(
  before: Plan,
  options: Parameters<typeof checkDraft>[1],
): Promise<ReadonlySet<string>> {
  // The request speaks of the workflow as it shall be; held against the old one it would excuse what is missing in the new one.
  const { findings } = await checkDraft(before.definition, { ...options, prompt: '' });
  return new Set(findings.map(keyOf));
}

function keyOf({ code, stepId, message }: Finding): string {
  return JSON.stringify([code, stepId, message]);
}

/** @throws AiTerminalError `AI_CHANGE_REFUSED`; the caller still has the workflow as it was */
function requireAcceptable({ plan, proof, findings }: CheckedDraft) {
  if (proof) return { plan, proof };
  const errors = findings.filter(isError);
  throw new AiTerminalError(
    'AI_CHANGE_REFUSED',
    `The change was not made, because the workflow would not work afterwards: ${errors[0]?.message ?? 'it does not compile'}`,
    { diagnostics: errors },
  );
}

/** Steps that nobody touched come back as they were sent, in their own spelling. */
function withUntouchedSteps(whole: WholeDefinition, existing: unknown, before: Plan): WholeDefinition {
  const { steps: sent } = existing as WorkflowDefinition;
  const canonical = before.definition.steps;
  if (!Array.isArray(sent) || sent.length !== canonical.length) return whole;
  const originals = new Map(
    canonical.map((step, index) => [step.id, { step, sent: sent[index] as WorkflowStep }]),
  );
  const steps = whole.steps.map((step) => {
    const original = originals.get(step.id);
    const same = original !== undefined && JSON.stringify(original.step) === JSON.stringify(step);
    return same ? { ...original.sent, id: step.id } : step;
  });
  return { ...whole, steps };
}
