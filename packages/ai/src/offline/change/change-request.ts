/** @module A change of a workflow, read by rules: operations on its steps. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import type { ChangeOutcome, DraftContext } from '../../drafting/drafter.ts';
import type { PatchOperation } from '../../patch/operations.ts';
import { refusalFor } from '../hostile.ts';
import { sentencesOf } from '../read-request.ts';
import { changeFields } from './change-fields.ts';
import { changeSteps } from './change-steps.ts';

/** Operations for what is asked; questions when a part of it is not understood. */
export function changeRequest(
  prompt: string,
  existing: WorkflowDefinition,
  context: DraftContext,
): ChangeOutcome {
  const refusal = refusalFor(prompt);
  if (refusal !== null) return { kind: 'refusal', reason: refusal };
  const operations: PatchOperation[] = [];
  for (const sentence of sentencesOf(prompt).slice(0, 10)) {
    const wish = sentence.replace(
      /^(?:(?:please|can you|could you|now|and|then|also|i want to|i'd like to|i would like to|we (?:should|need to)|it should(?: also)?|let's|pls|just|ok|next)\b,? ?)+/i,
      '',
    );
    const done = changeSteps(wish, existing) ?? changeFields(wish, sentence, existing, context);
    if (done === null)
      return {
        kind: 'questions',
        questions: [`What exactly should change? I did not understand: "${sentence.slice(0, 120)}"`],
      };
    if (typeof done === 'string') return { kind: 'questions', questions: [done] };
    operations.push(...done);
  }
  if (operations.length === 0)
    return {
      kind: 'questions',
      questions: [
        'What should change? For example: "Add an optional field notes" or "Only admins may call it".',
      ],
    };
  return { kind: 'patch', operations };
}
