/** @module What a person wants, before anything is built. */
import { isObject } from '../builder/plain.ts';
import { AiError } from '../errors.ts';
import { extractJson } from '../json/extract.ts';
import type { ModelProvider } from '../provider.ts';
import { askTwice } from './ask-model.ts';
import type { DraftContext, DrafterCall, Intent } from './drafter.ts';
import { instructions, quoted } from './instructions.ts';
import { cleanTexts } from './names.ts';
import type { Reading } from './read-plan.ts';
import { resolveType } from './resolve-type.ts';
import { strictObject } from './strict-schema.ts';
import { readTypes, type Schema, type Types } from './type-facts.ts';

const INTENTS = ['create', 'change', 'explain', 'run', 'question', 'unclear'] as const;

/**
 * Asks the model what a text is about. Collections and node types that do not exist are left out.
 *
 * @throws AiError `AI_BAD_RESPONSE` when it gave no readable answer, twice
 */
export async function analyzeIntent(
  provider: ModelProvider,
  prompt: string,
  { registry, collections, hasWorkflow }: DraftContext & { hasWorkflow: boolean },
  call: DrafterCall,
): Promise<Intent> {
  const types = readTypes(registry);
  const text = [
    hasWorkflow ? 'The person is looking at a workflow.' : 'The person has no workflow yet.',
    quoted('Say what the request below is about.', prompt),
  ].join('\n\n');
  const question = {
    stage: 'plan',
    message: 'Reading the request',
    system: instructions(TASK, { types, collections }),
    text,
    schema: {
      name: 'intent',
      strict: true,
      schema: intentSchema(types, Object.keys(collections)),
    },
  } as const;
  const names = { types, collections: Object.keys(collections) };
  const reading = await askTwice(provider, question, (answer) => readIntent(answer, names), call);
  if ('value' in reading) return reading.value;
  throw new AiError(
    'AI_BAD_RESPONSE',
    `The model did not say what the request is about: ${reading.problem}`,
    {
      provider: provider.name,
      model: provider.model,
    },
  );
}

const TASK = `Say what a person wants; build nothing.
- create: a new workflow; change: another behaviour of the workflow they look at; explain: to know what that workflow does; run: to call it; question: to know something else about building workflows; unclear: none of that can be told.
- confidence is a number from 0 to 1. entities lists the collections, fields and node types that the text names or clearly needs. missing lists questions to ask before it can be built; none when it can.`;

function intentSchema(types: Types, collections: readonly string[]): Record<string, unknown> {
  const texts: Schema = { type: 'array', items: { type: 'string' } };
  const few = collections.length > 0 && collections.length <= 100;
  return strictObject({
    intent: { type: 'string', enum: INTENTS },
    confidence: { type: 'number' },
    entities: strictObject({
      collections: few ? { type: 'array', items: { type: 'string', enum: collections } } : texts,
      fields: texts,
      nodeTypes: { type: 'array', items: { type: 'string', enum: [...types.keys()] } },
    }),
    missing: texts,
  });
}

function readIntent(
  text: string,
  { types, collections }: { types: Types; collections: readonly string[] },
): Reading<Intent> {
  const found = extractJson(text, (value) => isObject(value) && 'intent' in value);
  const answer = found && isObject(found.value) ? found.value : undefined;
  if (!answer) return { problem: 'it holds no JSON object' };
  const said = String(typeof answer.intent === 'string' ? answer.intent : '')
    .trim()
    .toLowerCase();
  const intent = INTENTS.find((one) => one === said);
  if (!intent) return { problem: `"intent" is not one of ${INTENTS.join(', ')}` };
  const entities = isObject(answer.entities) ? answer.entities : {};
  const named = cleanTexts(entities.nodeTypes, MAX_NAMES, 80).flatMap(
    (name) => resolveType(name, types) ?? [],
  );
  return {
    value: {
      intent,
      confidence: readConfidence(answer.confidence),
      entities: {
        collections: cleanTexts(entities.collections, MAX_NAMES, 120).filter((name) =>
          collections.includes(name),
        ),
        fields: cleanTexts(entities.fields, MAX_NAMES, 80),
        nodeTypes: [...new Set(named)],
      },
      missing: cleanTexts(answer.missing, 10, 500),
    },
  };
}

const MAX_NAMES = 50;

/** From 0 to 1; some models say it in percent, or not at all. */
function readConfidence(raw: unknown): number {
  const number = typeof raw === 'string' ? Number.parseFloat(raw) : raw;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 0.5;
  const share = number > 1 && number <= 100 ? number / 100 : number;
  return Math.min(1, Math.max(0, share));
}
