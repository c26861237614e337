/** @module What a person wants, by rules. */
import type { DraftContext, Intent } from '../drafting/drafter.ts';
import { draftRequest } from './draft-request.ts';
import { refusalFor } from './hostile.ts';

const EXPLAIN =
  /^\W*(?:(?:please|can you|could you|pls)\s+)*(?:explain|describe|summari[sz]e|walk me through|tell me (?:about|what|how)|what does (?:it|this|the workflow)|how does (?:it|this|the workflow)|what happens)\b/i;
const RUN =
  /^\W*(?:(?:please|can you|could you|now)\s+)*(?:run|execute|test|try|start|call|trigger|invoke)\b(?! a (?:shop|business|blog))/i;
const CHANGE =
  /^\W*(?:(?:please|can you|could you|now|then|i want to|i'd like to)\s+)*(?:also|change|rename|instead|remove the|drop the|make (?:the|it|this)|set the|protect|require|add (?:an?|the) (?:optional |required |new )*(?:field|step|mail|e-?mail|check|delay)|add (?!an? (?:new )?endpoint)|only the|limit|sort|move|send|replace|use the collection|store also|the response|don't|no longer|wait)\b/i;
const QUESTION =
  /^\W*(?:what|which|who|why|how|when|where|is|are|does|do|can i|could i|should|will)\b.*\?\s*$/is;

/** Reads the intent; never throws. */
export function readIntent(prompt: string, context: DraftContext & { hasWorkflow: boolean }): Intent {
  const text = prompt.slice(0, 6_000).trim();
  const entities = { collections: [] as string[], fields: [] as string[], nodeTypes: [] as string[] };
  const answer = (intent: Intent['intent'], confidence: number, missing: string[] = []): Intent => ({
    intent,
    confidence,
    entities,
    missing,
  });
  const lower = text.toLowerCase();
  for (const [name, fields] of Object.entries(context.collections)) {
    if (lower.includes(name.toLowerCase())) entities.collections.push(name);
    for (const field of fields)
      if (lower.includes(field.toLowerCase()) && !entities.fields.includes(field))
        entities.fields.push(field);
  }
  if (text === '' || refusalFor(text) !== null)
    return answer('unclear', text === '' ? 1 : 0.9, text === '' ? ['What should the workflow do?'] : []);
  if (EXPLAIN.test(text) && !/\bendpoint (?:that|to)\b/i.test(text))
    return answer('explain', 0.9, context.hasWorkflow ? [] : ['Which workflow should be explained?']);
  if (RUN.test(text))
    return answer('run', 0.85, context.hasWorkflow ? [] : ['Which workflow should be run?']);
  const outcome = draftRequest(text, context);
  if (outcome.kind === 'draft') note(outcome.definition.steps, entities);
  if (QUESTION.test(text) && !/\b(?:build|create|make)\b/i.test(text)) return answer('question', 0.8);
  if (context.hasWorkflow && CHANGE.test(text)) return answer('change', 0.85);
  if (outcome.kind === 'draft') return answer('create', context.hasWorkflow ? 0.7 : 0.9);
  if (outcome.kind === 'refusal') return answer('unclear', 0.9);
  return answer(
    /\b(?:build|create|make|need|want|endpoint|api|workflow)\b/i.test(text) ? 'create' : 'unclear',
    0.4,
    outcome.questions,
  );
}

function note(
  steps: readonly { type: string; collection?: unknown; variables?: unknown }[],
  entities: Intent['entities'],
): void {
  for (const { type, collection, variables } of steps) {
    if (!entities.nodeTypes.includes(type)) entities.nodeTypes.push(type);
    if (typeof collection === 'string' && !entities.collections.includes(collection))
      entities.collections.push(collection);
    for (const one of Array.isArray(variables) ? (variables as { name: string }[]) : [])
      if (!entities.fields.includes(one.name)) entities.fields.push(one.name);
  }
}
