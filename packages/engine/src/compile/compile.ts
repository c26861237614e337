/** @module Checks a definition and turns it into a plan; this is where all the work is that a run must not do. */

import type { Diagnostic } from '../diagnostics.ts';
import { TerminalError } from '../errors.ts';
import type { CanonicalStep } from '../normalize.ts';
import type { Plan, PlanEdge, PlanStep } from '../plan.ts';
import { builtinRegistry, type Registry } from '../registry.ts';
import { isPlainObject } from '../values/copy.ts';
import { withPatternLimit } from '../values/pattern.ts';
import { type CompiledEdge, compileEdges } from './edges.ts';
import { orderSteps } from './order.ts';
import { checkReachable } from './reachable.ts';
import { readDefinition } from './read.ts';
import { checkReferences } from './references.ts';
import { brokenStep, compileStep } from './step.ts';

/** Codes after which there is nothing to run. */
const FATAL = new Set(['GRAPH_CYCLE', 'DEFINITION_SHAPE', 'LIMIT_STEPS']);

/**
 * Compiles a workflow. Never throws: whatever is received gives a plan whose diagnostics say what is wrong. The plan
 * shares nothing with the definition: changing one later does not change the other.
 *
 * @param definition `{ steps, edges?, inputVariables? }` in any accepted spelling
 * @param registry the node types to use; default: the built-in ones
 * @example
 * const plan = compile({ steps: [{ type: 'response', body: { hello: '{{ input.name }}' } }] });
 * plan.ok; // true
 */
export function compile(definition: unknown, registry: Registry = builtinRegistry): Plan {
  const read = readDefinition(definition, registry);
  const { diagnostics } = read;
  const steps = read.steps.map(({ step }) => step);
  const keys = uniqueKeys(steps, diagnostics);
  const compiled = withPatternLimit(() =>
    read.steps.map(({ step, problem }, index) =>
      problem ? brokenStep(problem) : compileStep(step, index, registry),
    ),
  );
  for (const step of compiled) addAll(diagnostics, step.diagnostics);

  const positions = new Map(steps.map((step, index) => [step.id, index]));
  const isCondition = (position: number) => registry.get(steps[position]!.type)?.role === 'condition';
  const graph = compileEdges(read.edges, positions, isCondition);
  addAll(diagnostics, graph.diagnostics);
  const { order, cycle } = orderSteps(steps.length, graph.edges);
  if (cycle) diagnostics.push(cycleDiagnostic(cycle.map((index) => steps[index]!.id)));

  const inputNames = declaredInputs(steps);
  const sequence = order ?? steps.map((_, index) => index);
  const declared = [...inputNames, ...read.inputVariables.map(({ name }) => name)];
  const placed = sequence.map((position) => ({
    id: steps[position]!.id,
    position,
    compiled: compiled[position]!,
  }));
  addAll(diagnostics, checkReferences(placed, declared));

  const indexOf = new Map(sequence.map((position, index) => [position, index]));
  const incoming = groupIncoming(graph.edges, indexOf);
  const caught = new Set(graph.edges.filter(({ when }) => when === 'error').map(({ from }) => from));
  const planned = sequence.map((position, index): PlanStep => {
    const step = steps[position]!;
    const { node, config, output, broken } = compiled[position]!;
    return {
      key: keys[position]!,
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
  });
  if (!cycle) addAll(diagnostics, checkReachable(planned, sequence));
  const fatal = diagnostics.find(({ code }) => FATAL.has(code));
  return {
    steps: planned,
    diagnostics,
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    fatal: fatal ? new TerminalError(fatal.message, { code: 'DEFINITION_INVALID', details: [fatal] }) : null,
    definition: { steps, edges: graph.canonical, inputVariables: read.inputVariables },
    inputNames: declared,
  };
}

/** Not `push(...more)`: a call with a hundred thousand arguments overflows the stack. */
function addAll(diagnostics: Diagnostic[], more: readonly Diagnostic[]): void {
  for (const one of more) diagnostics.push(one);
}

/** Keys by which runtimes know the steps: the ids, made unique. */
function uniqueKeys(steps: readonly CanonicalStep[], diagnostics: Diagnostic[]): string[] {
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
      suggestion: `Use "${step.id}_${index + 1}"`,
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
