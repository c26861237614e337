/** @module A plan and the configurations of its steps as a definition; the edges follow from the order and the conditions. */
import {
  normalizeStep,
  type Registry,
  type WorkflowDefinition,
  type WorkflowEdge,
  type WorkflowStep,
} from '@orchestrix/engine';
import { entries } from '../builder/plain.ts';
import { chainEdges, keyOf, leadsTo } from '../patch/rewire.ts';
import { freeName } from './names.ts';
import type { PlannedStep, WorkflowPlan } from './plan.ts';
import { readField } from './read-value.ts';
import { INPUT_TYPE, type TypeFacts, type Types } from './type-facts.ts';

/** Configurations by the id of their step. */
export type Configs = ReadonlyMap<string, Record<string, unknown>>;

/** The definition that a plan means. Nothing about it has been checked. */
export function buildDefinition(
  plan: WorkflowPlan,
  configs: Configs,
  registry: Registry,
  types: Types,
): WorkflowDefinition {
  const planned = withInput(plan, types);
  const steps = planned.map((step): WorkflowStep => {
    const { id, type } = step;
    const config =
      type === INPUT_TYPE
        ? { ...step.config, variables: plan.inputs }
        : { ...step.config, ...configs.get(id) };
    return canonicalStep(step, config, registry, types);
  });
  const edges = plan.edges ? drawnEdges(plan.edges, planned) : plannedEdges(planned, types);
  return { steps, edges, inputVariables: plan.inputs };
}

/** A step in canonical spelling with values as the engine reads them; `about` alone says how it and its result are called. */
export function canonicalStep(
  about: Pick<PlannedStep, 'id' | 'type' | 'name' | 'output'>,
  config: Record<string, unknown>,
  registry: Registry,
  types: Types,
): WorkflowStep & { id: string } {
  const { id, type, name, output } = about;
  const step = normalized(
    {
      ...Object.fromEntries(entries(config).filter(([key]) => !NAMES.has(key))),
      id,
      type,
      ...(name !== undefined && { name }),
      ...(output !== null && { output }),
    },
    registry,
  );
  const facts = types.get(step.type);
  if (!facts) return step;
  const fields = entries(step).flatMap(([name, value]): [string, unknown][] => {
    const field = facts.fields.find((one) => one.name === name);
    if (!field) return value === null || value === undefined ? [] : [[name, value]];
    const read = readField(field, value);
    return read === undefined ? [] : [[name, read]];
  });
  return Object.fromEntries(fields) as WorkflowStep & { id: string };
}

/** A node type of somebody else may throw over what a model has made up; the compiler will say what is wrong with it. */
function normalized(raw: WorkflowStep & { id: string }, registry: Registry): WorkflowStep & { id: string } {
  try {
    return normalizeStep(raw, raw.id, registry);
  } catch {
    return raw;
  }
}

/** How steps and results are called in a configuration: said elsewhere already. */
const NAMES = new Set(['id', 'type', 'name', 'output', 'outputVar']);

/** The inputs are declared by the first step; a plan may leave that to be understood. */
function withInput({ inputs, steps, edges }: WorkflowPlan, types: Types): PlannedStep[] {
  const [first, ...more] = steps.filter(({ type }) => type === INPUT_TYPE);
  const spare = new Set(edges ? [] : more.map(({ id }) => id));
  if (first) return steps.filter(({ id }) => !spare.has(id));
  if (inputs.length === 0 || !types.has(INPUT_TYPE) || edges) return steps;
  const id = freeName('input', new Set(steps.map((step) => step.id)));
  const made: PlannedStep = {
    id,
    type: INPUT_TYPE,
    purpose: '',
    output: null,
    after: null,
    when: null,
    config: {},
    settled: true,
  };
  return [made, ...steps];
}

/** No edges where each step simply follows the one before it. */
function plannedEdges(steps: readonly PlannedStep[], types: Types): WorkflowEdge[] {
  const known = new Map(steps.map(({ id }, index) => [id, index]));
  const edges = steps.flatMap((step, index): WorkflowEdge[] => {
    const named = step.after === null ? undefined : known.get(step.after);
    // What follows itself or a later step cannot be meant.
    const source = named !== undefined && named < index ? steps[named]! : stepBefore(steps, index, types);
    if (!source) return [];
    const when = usableWhen(step, types.get(source.type));
    return [{ source: source.id, target: step.id, ...(when !== null && { when }) }];
  });
  return isChain(edges, steps) ? [] : edges;
}

/** The step before another one; an answer that ends the run has none behind it. */
function stepBefore(steps: readonly PlannedStep[], index: number, types: Types): PlannedStep | undefined {
  const before = steps.slice(0, index).reverse();
  const branch = (step: PlannedStep) =>
    types.get(step.type)?.role === 'answer' && (step.when !== null || step.after !== null);
  return before.find((step) => !branch(step)) ?? before[0];
}

/** Only a condition has an outcome; behind any other step, `true` is what happens anyway. */
function usableWhen({ when }: PlannedStep, source: TypeFacts | undefined) {
  return when === 'true' && source?.role !== 'condition' ? null : when;
}

/** Edges that a model drew, without doubles and without what would close a cycle. */
function drawnEdges(drawn: readonly WorkflowEdge[], steps: readonly PlannedStep[]): WorkflowEdge[] {
  const edges: WorkflowEdge[] = [];
  const seen = new Set<string>();
  for (const edge of drawn) {
    if (seen.has(keyOf(edge)) || leadsTo(edges, edge.target, edge.source)) continue;
    seen.add(keyOf(edge));
    edges.push(edge);
  }
  return isChain(edges, steps) ? [] : edges;
}

function isChain(edges: readonly WorkflowEdge[], steps: readonly PlannedStep[]): boolean {
  const chain = new Set(chainEdges(steps.map(({ id }) => id)).map(keyOf));
  return edges.length === chain.size && edges.every((edge) => chain.has(keyOf(edge)));
}
