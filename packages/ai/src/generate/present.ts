/** @module What answers have in common: the workflow as it is shown, and the errors of what cannot be shown. */
import { describe, describeInWords, type Plan, type Registry } from '@orchestrix/engine';
import type { DraftQuestions, DraftRefusal } from '../drafting/drafter.ts';
import { AiTerminalError } from '../errors.ts';
import type { CheckedDraft } from './check-draft.ts';
import { placeNodes } from './place-nodes.ts';
import type { GeneratedWorkflow, WholeDefinition } from './results.ts';
import { wholeDefinition } from './whole-definition.ts';

/** A draft that may be handed out: it compiles, breaks no safety rule, and was tried. */
export type UsableDraft = CheckedDraft & { proof: NonNullable<CheckedDraft['proof']> };

/** What every answer with a workflow shows of it. */
export function present(
  { plan, findings, proof }: UsableDraft,
  registry: Registry,
  whole: WholeDefinition = wholeDefinition(plan),
): Omit<GeneratedWorkflow, 'title' | 'metadata'> {
  return {
    ...whole,
    nodes: placeNodes(whole, registry),
    explanation: describeInWords(describe(plan)),
    diagnostics: findings,
    proof,
  };
}

/** The error for a request that was answered with questions or a refusal. */
export function unanswered(outcome: DraftQuestions | DraftRefusal): AiTerminalError {
  if (outcome.kind === 'refusal') return new AiTerminalError('AI_REQUEST_REFUSED', outcome.reason);
  const { questions } = outcome;
  return new AiTerminalError('AI_REQUEST_UNCLEAR', questions.join(' '), { questions });
}

/** @throws AiTerminalError `AI_WORKFLOW_INVALID` for what is no workflow at all */
export function requireReadable(plan: Plan): Plan {
  if (!plan.fatal && plan.steps.length > 0) return plan;
  const message = plan.fatal?.message ?? 'The workflow has no steps';
  throw new AiTerminalError('AI_WORKFLOW_INVALID', message, { diagnostics: plan.diagnostics });
}
