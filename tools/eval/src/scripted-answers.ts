/** @module What the stand-in for a model answers: the offline drafter's work in the protocol of the model drafter. */
import { createOfflineDrafter, type DraftOutcome, type Finding } from '@orchestrix/ai';
import { builtinRegistry, type WorkflowDefinition, type WorkflowStep } from '@orchestrix/engine';

/** One request as the stand-in understands it, whichever wire format it came in. */
export interface ScriptedRequest {
  /** Text of the last turn of the person. */
  content: string;
  /** Names of the schema's properties at its top. */
  properties: readonly string[];
}

const drafter = createOfflineDrafter();
const context = { registry: builtinRegistry, collections: {} };

/** The answer as an object, before it is written down. */
export async function answerFor({ content, properties }: ScriptedRequest): Promise<object> {
  const prompt = quotedRequest(content);
  const has = (name: string) => properties.includes(name);
  if (has('operations')) return has('decision') ? change(prompt, content) : repair(prompt, content);
  const outcome = await drafter.draft(prompt, context, {});
  if (has('decision')) return plan(outcome);
  return outcome.kind === 'draft' ? configurations(outcome.definition) : {};
}

/** The person's request stands on a line of its own as a JSON text. */
function quotedRequest(content: string): string {
  const lines = content.split('\n').filter((line) => line.startsWith('"'));
  return lines.length === 0 ? '' : (JSON.parse(lines.at(-1)!) as string);
}

function undecided(outcome: Exclude<DraftOutcome, { kind: 'draft' }>): object {
  return outcome.kind === 'questions'
    ? { decision: 'ask', reason: null, questions: outcome.questions }
    : { decision: 'refuse', reason: outcome.reason, questions: [] };
}

function plan(outcome: DraftOutcome): object {
  if (outcome.kind !== 'draft') return { ...undecided(outcome), title: '', inputs: [], steps: [] };
  const { steps, inputVariables = [] } = outcome.definition;
  return {
    decision: 'build',
    reason: null,
    questions: [],
    title: outcome.title,
    inputs: inputVariables.map(({ name, type = 'string', required = false, ...rest }) => ({
      ...rest,
      name,
      type,
      required,
      description: null,
    })),
    steps: steps.map(({ id, type, output }) => ({
      id,
      type,
      purpose: `the step ${id}`,
      output: output ?? null,
      after: null,
      when: null,
    })),
  };
}

/** Maps become lists of pairs, as strict schemas ask for. */
function configurations({ steps }: WorkflowDefinition): object {
  const open = steps.filter(({ type }) => type !== 'input');
  return { steps: Object.fromEntries(open.map((step) => [step.id, configurationOf(step)])) };
}

const MAPS = new Set(['filter', 'data', 'sort', 'projection', 'payload', 'headers']);

function configurationOf({
  id: _id,
  type: _type,
  name: _name,
  output: _output,
  ...fields
}: WorkflowStep): object {
  const entries = Object.entries(fields).map(([name, value]) => {
    const isMap = MAPS.has(name) && typeof value === 'object' && value !== null && !Array.isArray(value);
    return [name, isMap ? pairsOf(value) : value];
  });
  return Object.fromEntries(entries);
}

function pairsOf(map: object): object[] {
  return Object.entries(map).map(([field, value]) => ({
    field,
    value: typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
  }));
}

/** What the stand-in got wrong on purpose is set right, field by field. */
async function repair(prompt: string, content: string): Promise<object> {
  const outcome = await drafter.draft(prompt, context, {});
  if (outcome.kind !== 'draft') return { operations: [] };
  const wrong = new Set(findingsIn(content).map(({ stepId }) => stepId));
  const operations = outcome.definition.steps
    .filter(({ id }) => id !== undefined && wrong.has(id))
    .flatMap(({ id, type: _type, output: _output, ...fields }) =>
      Object.entries(fields).map(([field, value]) => ({ op: 'set', id, field, value })),
    );
  return { operations };
}

function findingsIn(content: string): Finding[] {
  const line = content.split('\n').find((each) => each.startsWith('[{') && each.includes('"message"'));
  return line === undefined ? [] : (JSON.parse(line) as Finding[]);
}

async function change(prompt: string, content: string): Promise<object> {
  const line = content.split('\n').find((each) => each.startsWith('{"steps"')) ?? '{"steps":[]}';
  const existing = JSON.parse(line) as WorkflowDefinition;
  const outcome = await drafter.change({ prompt, existing, context }, {});
  if (outcome.kind !== 'patch') return { ...undecided(outcome), operations: [] };
  return { decision: 'build', reason: null, questions: [], operations: outcome.operations };
}
