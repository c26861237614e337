/** @module Applies operations to a definition: each on its own, so that one that cannot be done does not keep the others from it. */
import {
  type EdgeCondition,
  type InputVariable,
  isPlainObject,
  nearest,
  type WorkflowDefinition,
  type WorkflowEdge,
  type WorkflowStep,
} from '@orchestrix/engine';
import type { Finding } from '../finding.ts';
import { changeField, copyValue, type FieldChange, splitPath } from './field-path.ts';
import { keepInputsInStep } from './input-variables.ts';
import type { PatchOperation } from './operations.ts';
import { chainEdges, leadsTo, orphans, plainWay, wayWithout, wireIn, wireOut } from './rewire.ts';

/** A step that operations can name. */
type NamedStep = WorkflowStep & { id: string };

/** What operations work on. */
interface Graph {
  steps: readonly NamedStep[];
  /** Empty: the order of the list. */
  edges: readonly WorkflowEdge[];
}

/**
 * A definition after a list of operations. Nothing that was passed in is changed, and steps that no operation names are the
 * very same objects. A step that only ran when a removed one failed goes with it. `inputVariables` follow what the operations
 * do to the variables of `input` steps.
 *
 * @param definition in canonical spelling, every step with an id
 * @param operations done in order
 * @returns what came of it, and a finding for every operation that could not be done
 */
export function applyPatch(
  definition: WorkflowDefinition,
  operations: readonly PatchOperation[],
): { definition: WorkflowDefinition; problems: Finding[] } {
  const steps = definition.steps as NamedStep[];
  let graph: Graph = { steps, edges: definition.edges ?? [] };
  const problems: Finding[] = [];
  operations.forEach((operation: unknown, index) => {
    const outcome = isPlainObject(operation)
      ? applyOne(graph, operation as unknown as PatchOperation)
      : problem('PATCH_OPERATION_INVALID', 'An operation is an object with an "op"');
    if ('steps' in outcome) graph = outcome;
    else problems.push({ ...outcome, path: [`operations.${index}`, outcome.path].filter(Boolean).join('.') });
  });
  const inputVariables = keepInputsInStep(definition.inputVariables, steps, graph.steps);
  return {
    definition: {
      ...definition,
      steps: [...graph.steps],
      ...((definition.edges || graph.edges.length > 0) && { edges: [...graph.edges] }),
      ...(inputVariables && { inputVariables: inputVariables as InputVariable[] }),
    },
    problems,
  };
}

function applyOne(graph: Graph, operation: PatchOperation): Graph | Finding {
  switch (operation.op) {
    case 'add':
      return add(graph, operation);
    case 'remove':
      return findStep(graph, operation.id, 'id') ?? remove(graph, operation.id);
    case 'move':
      return move(graph, operation);
    case 'set':
    case 'append':
    case 'unset':
      return change(graph, operation);
    default:
      return problem('PATCH_OPERATION_INVALID', 'There is no such operation', {
        path: 'op',
        got: shown((operation as { op?: unknown }).op),
        expected: 'add, remove, set, unset, append or move',
      });
  }
}

function add(graph: Graph, operation: Extract<PatchOperation, { op: 'add' }>): Graph | Finding {
  const { after, when = null } = operation;
  const step = copyValue(operation.step)?.value;
  if (
    !isPlainObject(step) ||
    typeof step.type !== 'string' ||
    typeof step.id !== 'string' ||
    step.id === ''
  ) {
    return problem('PATCH_OPERATION_INVALID', 'A new step needs an id and a type', { path: 'step' });
  }
  if (when !== null && !CONDITIONS.includes(when)) {
    return problem('PATCH_OPERATION_INVALID', 'An edge is taken on "true", "false" or "error"', {
      path: 'when',
      got: shown(when),
    });
  }
  if (graph.steps.some(({ id }) => id === step.id)) {
    return problem('PATCH_STEP_EXISTS', `There is a step "${step.id}" already`, {
      path: 'step.id',
      stepId: step.id,
    });
  }
  const missing = after === null ? undefined : findStep(graph, after, 'after');
  if (missing) return missing;
  return insert(graph, step as NamedStep, after, after === null ? null : when);
}

const CONDITIONS: readonly unknown[] = ['true', 'false', 'error'];

function insert(graph: Graph, step: NamedStep, after: string | null, when: EdgeCondition | null): Graph {
  const ids = graph.steps.map(({ id }) => id);
  const at = after === null ? 0 : ids.indexOf(after) + 1;
  const steps = [...graph.steps.slice(0, at), step, ...graph.steps.slice(at)];
  // A list has no conditions: it becomes a graph when one is asked for.
  const edges = graph.edges.length === 0 && when !== null ? chainEdges(ids) : graph.edges;
  if (edges.length === 0 && when === null) return { steps, edges };
  return { steps, edges: wireIn(edges, ids, step.id, after, when) };
}

function remove(graph: Graph, id: string): Graph {
  const { edges, loose } = wireOut(graph.edges, id, wayWithout);
  const gone = orphans(edges, loose).add(id);
  return {
    steps: graph.steps.filter((step) => !gone.has(step.id)),
    edges: edges.filter(({ source, target }) => !gone.has(source) && !gone.has(target)),
  };
}

function move(graph: Graph, { id, after }: Extract<PatchOperation, { op: 'move' }>): Graph | Finding {
  const missing = findStep(graph, id, 'id') ?? (after === null ? undefined : findStep(graph, after, 'after'));
  if (missing) return missing;
  if (after === id) {
    return problem('PATCH_MOVE_INVALID', `The step "${id}" cannot stand behind itself`, {
      path: 'after',
      stepId: id,
    });
  }
  const step = graph.steps.find((one) => one.id === id)!;
  const without = graph.steps.filter((one) => one !== step);
  if (graph.edges.length === 0) return insert({ steps: without, edges: [] }, step, after, null);
  const { edges, loose } = wireOut(graph.edges, id, plainWay);
  if (after !== null && leadsTo([...edges, ...loose], id, after)) {
    return problem('PATCH_MOVE_INVALID', `"${after}" only runs after "${id}"`, { path: 'after', stepId: id });
  }
  const ids = without.map((one) => one.id);
  const placed = insert({ steps: without, edges: [] }, step, after, null).steps;
  if (standsBehind(graph.edges, id, after)) return { steps: placed, edges: graph.edges };
  return { steps: placed, edges: wireIn([...edges, ...loose], ids, id, after, null) };
}

/** Whether a step is the one and only next step of another one already. */
function standsBehind(edges: readonly WorkflowEdge[], id: string, after: string | null): boolean {
  const around = edges.filter((edge) => edge.target === id || (edge.source === after && !edge.when));
  return around.length === 1 && around[0]!.source === after && around[0]!.target === id && !around[0]!.when;
}

function change(
  graph: Graph,
  operation: Extract<PatchOperation, { op: 'set' | 'append' | 'unset' }>,
): Graph | Finding {
  const { op, id, field } = operation;
  const missing = findStep(graph, id, 'id');
  if (missing) return missing;
  const invalid = (message: string) =>
    problem('PATCH_FIELD_INVALID', message, { path: 'field', stepId: id, got: shown(field) });
  const path = splitPath(field);
  if ('problem' in path) return invalid(path.problem);
  if (path.segments[0] === 'id' || path.segments[0] === 'type') {
    return invalid(
      `The ${path.segments[0]} of a step cannot be changed; remove the step and add another one`,
    );
  }
  const made = toFieldChange(operation);
  if (!made)
    return problem('PATCH_OPERATION_INVALID', `The operation "${op}" has no usable value`, {
      path: 'value',
      stepId: id,
    });
  const step = graph.steps.find((one) => one.id === id)!;
  const outcome = changeField(step, path.segments, made);
  if ('problem' in outcome) return invalid(outcome.problem);
  const changed = outcome.value as NamedStep;
  return { ...graph, steps: graph.steps.map((one) => (one === step ? changed : one)) };
}

function toFieldChange(
  operation: Extract<PatchOperation, { op: 'set' | 'append' | 'unset' }>,
): FieldChange | undefined {
  if (operation.op === 'unset') return { op: 'unset' };
  const copied = operation.value === undefined ? undefined : copyValue(operation.value);
  return copied && { op: operation.op, value: copied.value };
}

/** A finding when there is no step with this id. */
function findStep({ steps }: Graph, id: unknown, path: string): Finding | undefined {
  if (steps.some((step) => step.id === id)) return undefined;
  const ids = steps.map((step) => step.id);
  const similar = typeof id === 'string' ? nearest(id, ids) : undefined;
  return problem(
    'PATCH_STEP_UNKNOWN',
    typeof id === 'string' ? `There is no step "${id}"` : 'A step is named by its id',
    {
      path,
      got: shown(id),
      expected: `one of ${ids.slice(0, 20).join(', ')}`,
      ...(similar !== undefined && { suggestion: `Did you mean "${similar}"?` }),
    },
  );
}

function problem(code: string, message: string, more: Partial<Finding> = {}): Finding {
  return { code, severity: 'error', stepId: null, path: '', message, ...more };
}

/** What was sent, short enough for a finding. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 77)}…` : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : `a ${typeof value}`;
}
