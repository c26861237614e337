/** @module Checks a definition and turns it into a plan; this is where all the work is that a run must not do. */

import type { InputVariable } from '../definition.ts';
import { type Diagnostic, shorten } from '../diagnostics.ts';
import { TerminalError } from '../errors.ts';
import { type CanonicalStep, normalizeStep } from '../normalize.ts';
import type { Plan, PlanEdge, PlanStep } from '../plan.ts';
import { builtinRegistry, type Registry } from '../registry.ts';
import { copyPlain, isPlainObject } from '../values/copy.ts';
import { type CompiledEdge, compileEdges } from './edges.ts';
import { orderSteps } from './order.ts';
import { checkReferences } from './references.ts';
import { compileStep } from './step.ts';

/**
 * Compiles a workflow. Never throws: whatever is received gives a plan whose diagnostics say what is wrong.
 *
 * @param definition `{ steps, edges?, inputVariables? }` in any accepted spelling
 * @param registry the node types to use; default: the built-in ones
 * @example
 * const plan = compile({ steps: [{ type: 'response', body: { hello: '{{ input.name }}' } }] });
 * plan.ok; // true
 */
export function compile(definition: unknown, registry: Registry = builtinRegistry): Plan {
  const diagnostics: Diagnostic[] = [];
  const rawSteps = readSteps(definition, diagnostics);
  const freeId = idMaker(rawSteps);
  const steps = rawSteps.map((raw, index) => readStep(raw, index, freeId(index), registry, diagnostics));
  const ids = uniqueIds(steps, diagnostics);
  const compiled = steps.map((step, index) => compileStep(step, index, registry));
  for (const step of compiled) diagnostics.push(...step.diagnostics);

  const positions = new Map(steps.map((step, index) => [step.id, index]));
  const raw = isPlainObject(definition) ? definition : {};
  const isCondition = (position: number) => registry.get(steps[position]!.type)?.role === 'condition';
  const graph = compileEdges(raw.edges, positions, isCondition);
  diagnostics.push(...graph.diagnostics);
  const { order, cycle } = orderSteps(steps.length, graph.edges);
  if (cycle) diagnostics.push(cycleDiagnostic(cycle.map((index) => steps[index]!.id)));

  const inputNames = declaredInputs(steps);
  const sequence = order ?? steps.map((_, index) => index);
  const placed = sequence.map((position) => ({
    id: steps[position]!.id,
    position,
    compiled: compiled[position]!,
  }));
  diagnostics.push(...checkReferences(placed, inputNames));

  const indexOf = new Map(sequence.map((position, index) => [position, index]));
  const incoming = groupIncoming(graph.edges, indexOf);
  const caught = new Set(graph.edges.filter(({ when }) => when === 'error').map(({ from }) => from));
  const fatal = diagnostics.find(({ code }) => code === 'GRAPH_CYCLE' || code === 'DEFINITION_SHAPE');
  return {
    steps: sequence.map((position, index): PlanStep => {
      const step = steps[position]!;
      const { node, config, output, broken } = compiled[position]!;
      return {
        key: ids[position]!,
        id: step.id,
        index,
        type: step.type,
        name: typeof step.name === 'string' ? step.name : `${step.type || 'step'}_${index}`,
        node,
        config,
        output,
        incoming: incoming.get(position) ?? null,
        catchesErrors: caught.has(position),
        broken,
      };
    }),
    diagnostics,
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    fatal: fatal ? new TerminalError(fatal.message, { code: 'DEFINITION_INVALID', details: [fatal] }) : null,
    definition: { steps, edges: graph.canonical, inputVariables: readInputVariables(raw.inputVariables) },
    inputNames,
  };
}

function readSteps(definition: unknown, diagnostics: Diagnostic[]): unknown[] {
  const steps = isPlainObject(definition) ? definition.steps : undefined;
  if (Array.isArray(steps)) return steps;
  diagnostics.push({
    code: 'DEFINITION_SHAPE',
    severity: 'error',
    stepId: null,
    path: isPlainObject(definition) ? 'steps' : '',
    message: isPlainObject(definition)
      ? 'steps must be a list'
      : 'A workflow is an object with a list of steps',
    got: shorten(isPlainObject(definition) ? steps : definition),
    expected: '{ steps: [ … ], edges?: [ … ] }',
  });
  return [];
}

/** Ids for steps that have none: by position, out of the way of those that were given. */
function idMaker(rawSteps: readonly unknown[]): (index: number) => string {
  const given = new Set(rawSteps.map((raw) => (isPlainObject(raw) ? raw.id : undefined)));
  return (index) => {
    let id = `step${index + 1}`;
    while (given.has(id)) id += '_';
    return id;
  };
}

function readStep(
  raw: unknown,
  index: number,
  fallbackId: string,
  registry: Registry,
  diagnostics: Diagnostic[],
): CanonicalStep {
  const report = (message: string, expected: string) =>
    diagnostics.push({
      code: 'STEP_SHAPE',
      severity: 'error',
      stepId: null,
      path: `steps.${index}`,
      message,
      got: shorten(raw),
      expected,
    });
  if (!isPlainObject(raw)) {
    report('A step must be an object', '{ type, … }');
    return { id: fallbackId, type: '' };
  }
  if (isTooDeep(raw)) {
    report(`A step may not be nested more than ${MAX_DEPTH} levels deep`, 'a flatter value');
    return { id: fallbackId, type: '' };
  }
  return normalizeStep(raw, fallbackId, registry);
}

/** Keys by which runtimes know the steps: the ids, made unique. */
function uniqueIds(steps: readonly CanonicalStep[], diagnostics: Diagnostic[]): string[] {
  const used = new Set<string>();
  return steps.map((step, index) => {
    if (!used.has(step.id)) {
      used.add(step.id);
      return step.id;
    }
    diagnostics.push({
      code: 'STEP_ID_DUPLICATE',
      severity: 'error',
      stepId: step.id,
      path: `steps.${index}.id`,
      message: `Two steps have the id "${step.id}"`,
      got: step.id,
      expected: 'an id that no other step has',
    });
    const key = `${step.id}#${index}`;
    used.add(key);
    return key;
  });
}

function declaredInputs(steps: readonly CanonicalStep[]): string[] {
  return steps
    .filter(({ type, variables }) => type === 'input' && Array.isArray(variables))
    .flatMap(({ variables }) => variables as unknown[])
    .flatMap((variable) =>
      isPlainObject(variable) && typeof variable.name === 'string' ? [variable.name] : [],
    );
}

function readInputVariables(raw: unknown): InputVariable[] {
  if (!Array.isArray(raw)) return [];
  return raw.filter(
    (one): one is InputVariable & Record<string, unknown> =>
      isPlainObject(one) && typeof one.name === 'string',
  );
}

function groupIncoming(
  edges: readonly CompiledEdge[],
  indexOf: ReadonlyMap<number, number>,
): Map<number, PlanEdge[]> {
  const incoming = new Map<number, PlanEdge[]>();
  for (const { from, to, when } of edges) {
    const list = incoming.get(to) ?? [];
    list.push({ from: indexOf.get(from)!, when });
    incoming.set(to, list);
  }
  return incoming;
}

function cycleDiagnostic(ids: string[]): Diagnostic {
  const shown = ids.length > 8 ? [...ids.slice(0, 7), `… (${ids.length} steps)`] : ids;
  return {
    code: 'GRAPH_CYCLE',
    severity: 'error',
    stepId: ids[0] ?? null,
    path: 'edges',
    message: `Cycle detected in workflow graph: ${[...shown, ids[0]].join(' → ')}`,
    got: shown.join(' → '),
    expected: 'edges that lead from the first step to the last without a way back',
    suggestion: `Remove the edge that leads back to "${ids[0]}"`,
  };
}

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH - 2) return true;
    const next: unknown[] = [];
    for (const current of level) {
      if (typeof current !== 'object' || current === null) continue;
      for (const inner of Object.values(current))
        if (typeof inner === 'object' && inner !== null) next.push(inner);
    }
    level = next;
  }
  return false;
}
