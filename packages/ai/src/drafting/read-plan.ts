/** @module The first answer of a model: a plan, a whole workflow, questions, or a refusal. */
import type { WorkflowEdge } from '@orchestrix/engine';
import { nearest } from '@orchestrix/engine';
import { entries, isObject } from '../builder/plain.ts';
import { extractJson } from '../json/extract.ts';
import type { DraftQuestions, DraftRefusal } from './drafter.ts';
import { cleanName, cleanText, cleanTexts, freeName } from './names.ts';
import { MAX_STEPS, type PlannedStep, type WorkflowPlan } from './plan.ts';
import { readInputs } from './read-inputs.ts';
import { readPlanStep, readWhen } from './read-plan-step.ts';
import { INPUT_TYPE, type Types } from './type-facts.ts';

/** What was read, or why nothing could be. */
export type Reading<T> = { value: T } | { problem: string };

/** What the first answer can be. */
export type PlanOutcome = { kind: 'plan'; plan: WorkflowPlan } | DraftQuestions | DraftRefusal;

/** Reads a plan in any of the forms that models write. */
export function readPlan(text: string, types: Types): Reading<PlanOutcome> {
  // Of an answer that was cut off, a list inside it may be all that is whole: the answer itself, repaired, goes first.
  const isAnswer = (value: object) => !Array.isArray(value) && holderOf(value) !== undefined;
  const found = extractFirst(text, [isAnswer, (value) => holderOf(value) !== undefined]);
  if (!found) return { problem: 'it holds no JSON object' };
  const holder = holderOf(found);
  if (!holder) return { problem: 'it has no list of steps' };
  const rawSteps = stepsIn(holder) ?? [];
  const decided = readDecision(holder, rawSteps.length);
  if (decided) return { value: decided };
  if (rawSteps.length === 0) return { problem: 'it has neither steps nor questions' };
  const steps = readSteps(rawSteps, types);
  if (steps.length === 0) return { problem: 'nothing in its list of steps is a step with a type' };
  if (steps.length > MAX_STEPS) return { problem: `it has more than ${MAX_STEPS} steps` };
  return { value: { kind: 'plan', plan: toPlan(holder, steps) } };
}

/** The first value that the first of the tests takes that takes any; else any value. */
export function extractFirst(
  text: string,
  tests: readonly ((value: object) => boolean)[],
): object | undefined {
  const found = extractJson(text, (value) => tests.some((test) => test(value)))?.value;
  if (!found) return undefined;
  // Looking again is for answers that hold several values; what no test takes is not worth it.
  const taken = tests.findIndex((test) => test(found));
  for (const test of tests.slice(0, Math.max(0, taken))) {
    const better = extractJson(text, test)?.value;
    if (better && test(better)) return better;
  }
  return found;
}

/** Questions or a refusal, when that is what the model decided on. */
export function readDecision(
  holder: Record<string, unknown>,
  steps: number,
): DraftQuestions | DraftRefusal | undefined {
  const decision = String(typeof holder.decision === 'string' ? holder.decision : '')
    .trim()
    .toLowerCase();
  const reason = cleanText(holder.reason ?? holder.refusal ?? holder.message, 500);
  if (/^(?:refuse|reject|deny|decline)/.test(decision)) {
    return { kind: 'refusal', reason: reason ?? 'The language model does not want to build this.' };
  }
  const questions = cleanTexts(holder.questions ?? holder.question, 10, 500);
  const asks = /^(?:ask|clarify|question)/.test(decision);
  if (!asks && (steps > 0 || questions.length === 0)) return undefined;
  if (questions.length > 0) return { kind: 'questions', questions };
  return reason === undefined ? undefined : { kind: 'questions', questions: [reason] };
}

/** The object that is the answer: itself, a list of steps, or what lies in a wrapper such as `{ workflow: … }`. */
export function holderOf(value: object): Record<string, unknown> | undefined {
  if (Array.isArray(value))
    return value.some((one) => isObject(one) && 'type' in one && 'id' in one) ? { steps: value } : undefined;
  const places = [value, ...Object.values(value)].filter(isObject);
  const outer = places[0]!;
  const place = places.find((one) => stepsIn(one) !== undefined);
  if (place) return place === outer ? outer : { ...outer, ...place };
  return typeof outer.decision === 'string' || Array.isArray(outer.questions) ? outer : undefined;
}

/** The list of steps or nodes; a map of them becomes a list. */
export function stepsIn(holder: Record<string, unknown>): Record<string, unknown>[] | undefined {
  for (const name of ['steps', 'nodes']) {
    const list = holder[name];
    if (Array.isArray(list)) return list.filter(isObject);
    if (!isObject(list)) continue;
    const named = entries(list).filter((entry): entry is [string, Record<string, unknown>] =>
      isObject(entry[1]),
    );
    return named.map(([id, step]) => ({ id, ...step }));
  }
  return undefined;
}

/** Steps with unique ids. A model in a loop repeats itself: the same step again is no other step. */
function readSteps(raw: readonly Record<string, unknown>[], types: Types): PlannedStep[] {
  const seen = new Set<string>();
  const used = new Set<string>();
  const steps: PlannedStep[] = [];
  for (const one of raw) {
    if (steps.length > MAX_STEPS) break;
    const step = readPlanStep(one, types);
    const content = JSON.stringify(step);
    if (step.type === '' || (step.id !== '' && seen.has(content))) continue;
    seen.add(content);
    steps.push({ ...step, id: freeName(step.id === '' ? `step_${steps.length + 1}` : step.id, used) });
  }
  return steps;
}

function toPlan(holder: Record<string, unknown>, steps: PlannedStep[]): WorkflowPlan {
  const ids = new Set(steps.map(({ id }) => id));
  const edges = Array.isArray(holder.edges) ? readEdges(holder.edges, ids) : [];
  // Whoever draws nodes or edges has drawn the whole of it.
  const whole = Array.isArray(holder.nodes) || edges.length > 0;
  const listed = readInputs(holder.inputs ?? holder.inputVariables ?? holder.variables ?? holder.parameters);
  const inStep = steps.find(({ type }) => type === INPUT_TYPE)?.config.variables;
  return {
    title: cleanText(holder.title ?? holder.name, 80) ?? 'Workflow',
    inputs: listed.length > 0 ? listed : readInputs(inStep),
    steps: steps.map((step) => ({
      ...step,
      after: knownId(step.after, ids),
      ...(whole && { settled: true }),
    })),
    edges: edges.length > 0 ? edges : null,
  };
}

function knownId(id: string | null, ids: ReadonlySet<string>): string | null {
  if (id === null || ids.has(id)) return id;
  return nearest(id, ids) ?? null;
}

function readEdges(raw: readonly unknown[], ids: ReadonlySet<string>): WorkflowEdge[] {
  return raw
    .slice(0, MAX_EDGES)
    .filter(isObject)
    .flatMap((edge) => {
      const source = cleanName(edge.source ?? edge.from);
      const target = cleanName(edge.target ?? edge.to);
      if (source === undefined || target === undefined || !ids.has(source) || !ids.has(target)) return [];
      const when = readWhen(edge.when ?? edge.condition ?? edge.sourceHandle);
      return [{ source, target, ...(when !== null && { when }) }];
    });
}

const MAX_EDGES = 500;
