/** @module A change of a workflow, read by rules: operations on its steps. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import type { ChangeOutcome, DraftContext } from '../../drafting/drafter.ts';
import { applyPatch } from '../../patch/apply-patch.ts';
import type { PatchOperation } from '../../patch/operations.ts';
import { refusalFor } from '../hostile.ts';
import { BULLET, sentencesOf } from '../read-request.ts';
import { addFields } from './add-fields.ts';
import { changeAccess, changeDelay, changeTokenLife } from './change-access.ts';
import { changeAnswer } from './change-answer.ts';
import { changeFailureMessage, changeMissing, changeTaken } from './change-guards.ts';
import { changeList } from './change-list.ts';
import { changeMails } from './change-mails.ts';
import { changeStorage } from './change-storage.ts';
import { changeFieldRules } from './field-rules.ts';
import { type Outcome, type Parts, partsOf } from './parts.ts';
import { removeFields } from './remove-fields.ts';
import { renameField } from './rename-field.ts';
import { setConstant } from './set-constant.ts';
import { plainWish, wishesIn } from './wishes.ts';

/** Whoever understands a kind of wish; the first one that does is heard. */
const READERS: readonly ((wish: string, parts: Parts) => Outcome)[] = [
  changeTokenLife,
  changeFailureMessage,
  changeMissing,
  changeTaken,
  renameField,
  changeDelay,
  changeMails,
  changeAccess,
  changeStorage,
  changeAnswer,
  changeList,
  removeFields,
  setConstant,
  changeFieldRules,
  addFields,
];
const MOST_WISHES = 12;

/** Operations for what is asked; none when it is so already; questions when a part of it is not understood. */
export function changeRequest(
  prompt: string,
  existing: WorkflowDefinition,
  context: DraftContext,
): ChangeOutcome {
  const refusal = refusalFor(prompt);
  if (refusal !== null) return { kind: 'refusal', reason: refusal };
  const sentences = sentencesOf(prompt)
    .flatMap((sentence) => sentence.split(BULLET.trim()))
    .map(plainWish)
    .filter((sentence) => /[a-z]/i.test(sentence));
  if (sentences.length === 0)
    return questions(
      'What should change? For example: "Add an optional field notes" or "Only admins may call it".',
    );
  const operations: PatchOperation[] = [];
  let current = existing;
  for (const sentence of sentences.slice(0, MOST_WISHES)) {
    const done = readSentence(sentence, current, context);
    if (done === null)
      return questions(`What exactly should change? I did not understand: "${sentence.slice(0, 120)}"`);
    if (typeof done === 'string') return questions(done);
    operations.push(...done);
    current = applyPatch(current, done).definition;
  }
  return { kind: 'patch', operations };
}

function questions(question: string): ChangeOutcome {
  return { kind: 'questions', questions: [question] };
}

/** Reads the parts of a sentence one after the other, or all of it at once where a part says nothing of its own. */
function readSentence(sentence: string, existing: WorkflowDefinition, context: DraftContext): Outcome {
  const wishes = wishesIn(sentence);
  if (wishes.length < 2) return readWish(sentence, existing, context);
  const operations: PatchOperation[] = [];
  let current = existing;
  for (const wish of wishes) {
    const done = readWish(plainWish(wish), current, context);
    if (done === null || typeof done === 'string') return readWish(sentence, existing, context) ?? done;
    operations.push(...done);
    current = applyPatch(current, done).definition;
  }
  return operations;
}

function readWish(wish: string, existing: WorkflowDefinition, { collections }: DraftContext): Outcome {
  const parts = partsOf(existing, collections);
  for (const read of READERS) {
    const outcome = read(wish, parts);
    if (outcome !== null) return outcome;
  }
  return null;
}
