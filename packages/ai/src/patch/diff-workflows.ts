/** @module What is different between two workflows, said so that a person can agree to it or not. */
import type { EdgeCondition, WorkflowDefinition, WorkflowEdge, WorkflowStep } from '@orchestrix/engine';
import { applyPatch } from './apply-patch.ts';
import { hideSecrets } from './hide-secrets.ts';
import { inputChanges } from './input-changes.ts';
import type { PatchOperation, WorkflowChange } from './operations.ts';
import { keyOf } from './rewire.ts';
import { quote } from './show-value.ts';
import { stepChanges } from './step-changes.ts';
import { effectiveEdges, idsOf, movedIds, runOrder } from './step-order.ts';

/** A definition with the ids and edges that it means. */
interface Whole extends WorkflowDefinition {
  steps: (WorkflowStep & { id: string })[];
  edges: WorkflowEdge[];
  /** Ids in the order of execution. */
  order: string[];
}

/**
 * All differences, one entry each. Edges are told only where they are not what adding, removing and moving the steps brings
 * with it; a list without edges is the same as one whose edges say its order. Literal passwords and keys are never shown.
 *
 * @param before in canonical spelling
 * @param after in canonical spelling
 * @returns empty when both mean the same
 */
export function diffWorkflows(before: WorkflowDefinition, after: WorkflowDefinition): WorkflowChange[] {
  const [old, now] = [toWhole(before), toWhole(after)];
  const oldSteps = new Map(old.steps.map((step) => [step.id, step]));
  const newSteps = new Map(now.steps.map((step) => [step.id, step]));
  const removed = old.steps.filter(({ id }) => !newSteps.has(id));
  const added = now.order.filter((id) => !oldSteps.has(id));
  const { moves, edges } = explainOrder(
    old,
    now,
    removed.map(({ id }) => id),
    added,
  );
  return [
    ...removed.map(removal),
    ...added.map((id) => addition(newSteps.get(id)!, placeOf(id, now))),
    ...moves.map((id) => moved(id, placeOf(id, now).after)),
    ...now.steps.flatMap((step) => changed(oldSteps.get(step.id), step)),
    ...edges,
    ...inputChanges(before, after),
  ];
}

function toWhole(definition: WorkflowDefinition): Whole {
  const ids = idsOf(definition);
  const steps = definition.steps.map((step, index) => ({ ...step, id: ids[index]! }));
  const edges = effectiveEdges(definition);
  return { ...definition, steps, edges, order: runOrder(ids, edges) };
}

/** Which steps have moved and which edges are different besides: the shorter of two accounts, with moves and without. */
function explainOrder(old: Whole, now: Whole, removed: readonly string[], added: readonly string[]) {
  const gone: PatchOperation[] = removed.map((id) => ({ op: 'remove', id }));
  const come = added.map(
    (id): PatchOperation => ({ op: 'add', step: { id, type: '' }, ...placeOf(id, now) }),
  );
  const expectation = (moves: readonly string[]) => {
    const moving = moves.map((id): PatchOperation => ({ op: 'move', id, after: placeOf(id, now).after }));
    return edgeChanges(expectedEdges(old, [...gone, ...inOrder([...come, ...moving], now)]), now.edges);
  };
  const unmoved = expectation([]);
  const candidates = movedIds(old.order, now.order);
  if (candidates.length === 0 || candidates.length > MAX_MOVES) return { moves: [], edges: unmoved };
  const withMoves = expectation(candidates);
  const better = unmoved.length === 0 || candidates.length + withMoves.length <= unmoved.length;
  return better ? { moves: candidates, edges: withMoves } : { moves: [], edges: unmoved };
}

const MAX_MOVES = 200;

/** Every step is placed behind one that is in its place already. */
function inOrder(operations: PatchOperation[], { order }: Whole): PatchOperation[] {
  const position = new Map(order.map((id, index) => [id, index]));
  const at = (operation: PatchOperation) =>
    position.get(operation.op === 'add' ? operation.step.id : (operation as { id: string }).id) ?? 0;
  return operations.sort((one, other) => at(one) - at(other));
}

/** Edges that the operations alone would have brought about. */
function expectedEdges(old: Whole, operations: readonly PatchOperation[]): WorkflowEdge[] {
  const bare = { steps: old.steps.map(({ id }) => ({ id, type: '' })), edges: old.edges };
  return effectiveEdges(applyPatch(bare, operations).definition);
}

/** Behind which step one stands, and on which edge: the first that leads to it in the order of execution. */
function placeOf(id: string, { edges, order }: Whole): { after: string | null; when: EdgeCondition | null } {
  const position = new Map(order.map((one, index) => [one, index]));
  const [first] = edges
    .filter(({ target }) => target === id)
    .sort((one, other) => position.get(other.source)! - position.get(one.source)!);
  return first ? { after: first.source, when: first.when ?? null } : { after: null, when: null };
}

function edgeChanges(expected: readonly WorkflowEdge[], actual: readonly WorkflowEdge[]): WorkflowChange[] {
  const [wanted, found] = [new Set(expected.map(keyOf)), new Set(actual.map(keyOf))];
  const gone = unique(expected).filter((edge) => !found.has(keyOf(edge)));
  const come = unique(actual).filter((edge) => !wanted.has(keyOf(edge)));
  return [
    ...gone.map((edge) => edgeChange('edge-removed', edge)),
    ...come.map((edge) => edgeChange('edge-added', edge)),
  ];
}

function unique(edges: readonly WorkflowEdge[]): WorkflowEdge[] {
  return [...new Map(edges.map((edge) => [keyOf(edge), edge])).values()];
}

function edgeChange(
  kind: 'edge-added' | 'edge-removed',
  { source, target, when }: WorkflowEdge,
): WorkflowChange {
  const edge = { source, target, ...(when && { when }) };
  const condition = when === 'error' ? ' when it fails' : when ? ` when it is ${when}` : '';
  const added = kind === 'edge-added';
  return {
    kind,
    [added ? 'after' : 'before']: edge,
    sentence: `After ${quote(source)}${condition} the run ${added ? 'now' : 'no longer'} goes on to ${quote(target)}.`,
  };
}

function removal(step: WorkflowStep & { id: string }): WorkflowChange {
  const { id: stepId, type } = step;
  return {
    kind: 'step-removed',
    stepId,
    before: hideSecrets(step),
    sentence: `The step ${quote(stepId)} (${type}) is gone.`,
  };
}

function addition(
  step: WorkflowStep & { id: string },
  { after, when }: { after: string | null; when: EdgeCondition | null },
): WorkflowChange {
  const { id: stepId, type } = step;
  const condition = when === 'error' ? ' when that fails' : when ? ` when that is ${when}` : '';
  const place = after === null ? 'at the beginning' : `after ${quote(after)}${condition}`;
  return {
    kind: 'step-added',
    stepId,
    after: hideSecrets(step),
    sentence: `There is a new step ${quote(stepId)} (${type}) ${place}.`,
  };
}

function moved(stepId: string, after: string | null): WorkflowChange {
  const place = after === null ? 'at the beginning' : `after ${quote(after)}`;
  return { kind: 'step-moved', stepId, sentence: `The step ${quote(stepId)} now runs ${place}.` };
}

function changed(before: (WorkflowStep & { id: string }) | undefined, after: WorkflowStep & { id: string }) {
  if (!before) return [];
  // What callers may send is told as inputs.
  const ignored = before.type === 'input' && after.type === 'input' ? ['variables'] : [];
  return stepChanges(before, after, after.id, ignored);
}
