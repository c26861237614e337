/** @module Draws a workflow for the visual builder: in its nodes, its spelling, and with what it sends. */
import { compileValue, type WorkflowDefinition, type WorkflowStep } from '@orchestrix/engine';
import { type BuilderGraph, defaultLabel, isBuilderNodeType } from './graph.ts';
import { labelRule, readReference, toGuardRule } from './guard-rule.ts';
import { normalizeFields, uniqueVariables } from './normalize-fields.ts';
import { noGraph, normalizeBuilderGraph } from './normalize-graph.ts';
import { isObject } from './plain.ts';
import { withNotes } from './unsent-settings.ts';

type Step = WorkflowStep & { id: string };

/**
 * The workflow as a graph that the builder can show and send.
 *
 * @throws AiError `AI_NO_GRAPH` for a workflow that would do something else when the builder sends it
 */
export function drawWorkflow(definition: WorkflowDefinition): BuilderGraph {
  const steps = definition.steps.map((step, index) => ({ ...step, id: step.id ?? `step_${index + 1}` }));
  const needed = leaveOutPaging(declareInputs(steps, definition));
  const drawn = needed.filter(({ type }) => type === 'guard' || isBuilderNodeType(type));
  const lost = new Map<string, string[]>();
  for (const [index, { type }] of needed.entries()) {
    // The answer of a run is its result, with or without a response step.
    if (type === 'response' || drawn.includes(needed[index]!)) continue;
    const before = needed.slice(0, index).findLast((step) => drawn.includes(step))?.id ?? 'input';
    lost.set(before, [...(lost.get(before) ?? []), UNDRAWN[type] ?? `does not know ${type}`]);
  }
  const nodes = drawn.map((step) => toNode(step, lost.get(step.id) ?? []));
  return normalizeBuilderGraph({ nodes, edges: drawnEdges(definition, drawn) });
}

const UNDRAWN: Record<string, string> = { jwtGenerate: 'makes no token', delay: 'does not wait' };

function toNode(step: Step, lost: readonly string[]) {
  const { id, type, name, label, ...fields } = step;
  const texts = ['filter', 'data'].flatMap((map) => textsOf(step, map));
  const notes = [...lost, ...texts].map((note) => `the visual builder ${note}`);
  const given = [name, label].find((one): one is string => typeof one === 'string' && one.trim() !== '');
  const title =
    given ?? (isBuilderNodeType(type) ? defaultLabel(type, normalizeFields(type, fields)) : guardLabel(step));
  return { id, type, data: { label: withNotes(title, notes), fields } };
}

/** A drawing without the guard would let everybody through. */
function guardLabel(guard: Step): string {
  const rule = toGuardRule(guard);
  if (rule !== undefined) return labelRule(rule);
  const { message = guard.id } = guard;
  throw noGraph('guard', `The visual builder cannot make the check that says ${JSON.stringify(message)}`);
}

/**
 * Values of a map are texts in the builder. A condition other than being equal cannot be said; without it, the step
 * would select more.
 */
function textsOf(step: Step, map: string): string[] {
  const values = step[map];
  if (!isObject(values)) return [];
  return Object.entries(values).flatMap(([field, value]) => {
    if (readReference(value) === 'input') return [`cannot show ${field}, which is all of the input`];
    if (typeof value === 'string') return [];
    if (map === 'filter' && (field.startsWith('$') || (typeof value === 'object' && value !== null)))
      throw noGraph('comparison', `The visual builder compares "${field}" for being equal only`);
    return [`sends ${field} as a text`];
  });
}

/** The order of a list as edges; those of a definition without the steps that are not drawn. */
function drawnEdges({ edges = [] }: WorkflowDefinition, steps: readonly Step[]) {
  if (edges.length > 0) return edges;
  return steps.slice(1).map(({ id }, index) => ({ source: steps[index]!.id, target: id }));
}

/** The steps with every value of the caller in the input: panels offer no others. An update keeps what is left out. */
function declareInputs(steps: readonly Step[], { inputVariables = [] }: WorkflowDefinition): Step[] {
  return steps.map((step) => {
    if (step.type !== 'input') return step;
    const declared = Array.isArray(step.variables) ? step.variables : [];
    return { ...step, variables: uniqueVariables([...declared, ...inputVariables]) };
  });
}

const PAGING = ['sort', 'limit', 'skip'];

/** The steps without the callers' values that nothing but paging reads: paging does not arrive. */
function leaveOutPaging(steps: readonly Step[]): Step[] {
  const read = (values: unknown) =>
    compileValue(values).references.flatMap(({ segments: [root, name] }) => (root === 'input' && name) || []);
  const paging = new Set(steps.flatMap((step) => read(PAGING.map((name) => step[name]))));
  if (paging.size === 0) return [...steps];
  for (const step of steps) {
    const others = { ...step, rules: undefined, variables: undefined };
    for (const name of PAGING) delete (others as Record<string, unknown>)[name];
    for (const name of read(others)) paging.delete(name);
  }
  const isNeeded = (one: unknown, key: string) =>
    !isObject(one) || !paging.has(String(one[key]).replace(/^input\./, ''));
  return steps.flatMap((step) => {
    if (step.type === 'input' && Array.isArray(step.variables))
      return [{ ...step, variables: step.variables.filter((one) => isNeeded(one, 'name')) }];
    if (step.type !== 'inputValidation' || !Array.isArray(step.rules)) return [step];
    const rules = step.rules.filter((one) => isNeeded(one, 'field'));
    return rules.length === 0 ? [] : [{ ...step, rules }];
  });
}
