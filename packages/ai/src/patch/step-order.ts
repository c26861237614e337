/** @module In which order steps run, and which of them have moved. */
import type { WorkflowDefinition, WorkflowEdge } from '@orchestrix/engine';
import { chainEdges } from './rewire.ts';

/** Ids in the order of the list; a step without one is known by its position, as the engine does it. */
export function idsOf({ steps }: WorkflowDefinition): string[] {
  return steps.map(({ id }, index) => id ?? `step${index + 1}`);
}

/** The edges between steps; those that a list means when it has none. */
export function effectiveEdges(definition: WorkflowDefinition): WorkflowEdge[] {
  const ids = idsOf(definition);
  const known = new Set(ids);
  const edges = (definition.edges ?? []).filter(
    ({ source, target }) => known.has(source) && known.has(target),
  );
  return edges.length > 0 ? edges : chainEdges(ids);
}

/** Ids in the order of execution: along the edges, ties in the order of the list; the list when the edges form a cycle. */
export function runOrder(ids: readonly string[], edges: readonly WorkflowEdge[]): string[] {
  const waiting = new Map(ids.map((id) => [id, 0]));
  const onward = new Map<string, string[]>();
  for (const { source, target } of edges) {
    waiting.set(target, (waiting.get(target) ?? 0) + 1);
    onward.set(source, [...(onward.get(source) ?? []), target]);
  }
  const position = new Map(ids.map((id, index) => [id, index]));
  const ready = ids.filter((id) => waiting.get(id) === 0);
  const order: string[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    order.push(next);
    for (const target of onward.get(next) ?? []) {
      const left = waiting.get(target)! - 1;
      waiting.set(target, left);
      if (left > 0) continue;
      const at = ready.findIndex((id) => position.get(id)! > position.get(target)!);
      ready.splice(at === -1 ? ready.length : at, 0, target);
    }
  }
  return order.length === ids.length ? order : [...ids];
}

/** Ids that stand elsewhere among the others: all but the longest run that kept its order. */
export function movedIds(before: readonly string[], after: readonly string[]): string[] {
  const now = new Map(after.map((id, index) => [id, index]));
  const common = before.filter((id) => now.has(id));
  // Longest increasing subsequence of positions: the last position of the best run of each length.
  const tails: number[] = [];
  const previous: number[] = [];
  common.forEach((id, index) => {
    const at = now.get(id)!;
    let length = tails.findIndex((tail) => now.get(common[tail]!)! >= at);
    if (length === -1) length = tails.length;
    previous[index] = length === 0 ? -1 : tails[length - 1]!;
    tails[length] = index;
  });
  const kept = new Set<string>();
  for (let index = tails.at(-1) ?? -1; index !== -1; index = previous[index]!) kept.add(common[index]!);
  return after.filter((id) => now.has(id) && common.includes(id) && !kept.has(id));
}
