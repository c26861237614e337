/** @module A request for a new workflow, read by rules. */
import type { DraftContext, DraftOutcome } from '../drafting/drafter.ts';
import { draftLogIn, draftSignUp } from './families/accounts.ts';
import { draftDecision, draftSubmission } from './families/approval.ts';
import { draftCreate } from './families/create.ts';
import { draftDelete } from './families/delete.ts';
import { draftContact, draftWebhook } from './families/messages.ts';
import { draftRead } from './families/read.ts';
import { draftSelf, isSelf } from './families/self.ts';
import { draftUpdate } from './families/update.ts';
import { type Family, familyOf } from './family.ts';
import { refusalFor } from './hostile.ts';
import { type Reading, readRequest } from './reading.ts';

const WHAT =
  'What should the workflow do? For example: "Create a product with a name and a price" or "List the newest ten orders".';
const FAMILIES: Readonly<Record<Family, (reading: Reading) => DraftOutcome>> = {
  signUp: draftSignUp,
  logIn: draftLogIn,
  contact: draftContact,
  webhook: draftWebhook,
  decide: draftDecision,
  submit: draftSubmission,
  create: draftCreate,
  read: draftRead,
  update: draftUpdate,
  delete: draftDelete,
};

/** Drafts what the rules understand; asks about the rest. */
export function draftRequest(prompt: string, { collections }: DraftContext): DraftOutcome {
  const refusal = refusalFor(prompt);
  if (refusal !== null) return { kind: 'refusal', reason: refusal };
  if (!isReadable(prompt))
    return { kind: 'questions', questions: [WHAT, 'Could you write it in English, in a sentence or two?'] };
  const reading = readRequest(prompt, collections);
  const family = familyOf(reading);
  if (family === null)
    return { kind: 'questions', questions: [WHAT, 'Which data does it take, and what should it answer?'] };
  if (family === 'read' && isSelf(reading)) return draftSelf(reading);
  return withMessages(FAMILIES[family](reading), reading);
}

/** What a request says to whoever is refused stands in the guard with that status. */
function withMessages(outcome: DraftOutcome, { answer }: Reading): DraftOutcome {
  if (outcome.kind !== 'draft') return outcome;
  const steps = outcome.definition.steps.map((step) => {
    const said = answer.refusals.find(
      ({ status, message }) => message !== null && step.type === 'guard' && status === step.statusCode,
    );
    return said?.message ? { ...step, message: said.message } : step;
  });
  return { ...outcome, definition: { ...outcome.definition, steps } };
}

/** Whether the text is English enough for rules made of English words. */
function isReadable(prompt: string): boolean {
  const words = prompt.slice(0, 6_000).match(/[A-Za-z][a-z']*/g) ?? [];
  const letters = prompt.slice(0, 6_000).match(/\p{L}/gu)?.length ?? 0;
  const latin = words.join('').length;
  if (
    words.length < 2 &&
    !/\b(?:log-?in|sign-?up|registration|register|webhook)\b|^(?:get|post|put|patch|delete) \//i.test(prompt)
  )
    return false;
  return (
    letters > 0 &&
    latin / letters > 0.7 &&
    !/\b(?:und|ein|eine|einen|für|mit|der|das|crear|una|para|con|los|créer|une|avec|pour|les|des|criar|uma|com|een|het|voor|crea|gli|con un|utwórz)\b.*\b(?:und|ein|eine|einen|mit|der|die|das|una|un|para|con|de|los|une|avec|pour|les|uma|com|een|het|voor|e|i|di|z)\b/i.test(
      prompt.slice(0, 2_000),
    )
  );
}
