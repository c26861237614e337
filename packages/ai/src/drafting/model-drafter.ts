/** @module The drafter that asks a language model. */
import type { ModelProvider } from '../provider.ts';
import { analyzeIntent } from './analyze-intent.ts';
import { changeWorkflow, repairWorkflow } from './change-by-operations.ts';
import { draftWorkflow } from './draft-workflow.ts';
import type { Drafter } from './drafter.ts';
import { phraseExplanation } from './explain-in-words.ts';

/**
 * A drafter on one language model. Its methods throw what the provider throws, besides:
 *
 * - `draft`: `AI_NO_WORKFLOW` when two answers hold no plan, or no configurations for it
 * - `change`, `intent`: `AI_BAD_RESPONSE` when two answers cannot be read
 */
export function createModelDrafter(provider: ModelProvider): Drafter {
  return {
    name: provider.name,
    model: provider.model,
    draft: (prompt, context, call) => draftWorkflow(provider, prompt, context, call),
    repair: (request, call) => repairWorkflow(provider, request, call),
    change: (request, call) => changeWorkflow(provider, request, call),
    intent: (prompt, context, call) => analyzeIntent(provider, prompt, context, call),
    phrase: (description, call) => phraseExplanation(provider, description, call),
  };
}
