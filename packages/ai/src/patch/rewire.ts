/** @module Edges around a step that comes, goes or moves. Lists without edges need none of this. */
import type { EdgeCondition, WorkflowEdge } from '@orchestrix/engine';

/** The order of a list drawn as edges. */
export function chainEdges(ids: readonly string[]): WorkflowEdge[] {
  return ids.slice(1).map((target, index) => ({ source: ids[index]!, target }));
}

/**
 * Puts a step that has no plain edges yet behind another one: what followed on that edge follows the new step.
 *
 * @param ids all steps but the new one
 * @param after `null`: before every step that nothing leads to
 * @param when which edge of `after`; `null`: the plain one
 */
export function wireIn(
  edges: readonly WorkflowEdge[],
  ids: readonly string[],
  id: string,
  after: string | null,
  when: EdgeCondition | null,
): WorkflowEdge[] {
  if (after === null) {
    const reached = new Set(edges.map(({ target }) => target));
    const roots = ids.filter((one) => one !== id && !reached.has(one));
    return [...roots.map((target) => ({ source: id, target })), ...edges];
  }
  const link: WorkflowEdge = { source: after, target: id, ...(when !== null && { when }) };
  const wired: WorkflowEdge[] = [];
  let linked = false;
  for (const edge of edges) {
    if (edge.source !== after || (edge.when ?? null) !== when) {
      wired.push(edge);
      continue;
    }
    if (!linked) wired.push(link);
    linked = true;
    const { when: _, ...plain } = edge;
    wired.push({ ...plain, source: id });
  }
  return linked ? wired : [...wired, link];
}

/**
 * Takes a step out of its way: what led to it leads on to what followed, under the condition of the edge that led to it.
 *
 * @param wayOn which of the edges behind the step those are
 * @returns the edges, and those that lost their beginning with the step
 */
export function wireOut(
  edges: readonly WorkflowEdge[],
  id: string,
  wayOn: (outgoing: readonly WorkflowEdge[]) => readonly WorkflowEdge[],
): { edges: WorkflowEdge[]; loose: WorkflowEdge[] } {
  const incoming = edges.filter(({ target }) => target === id);
  const outgoing = edges.filter(({ source }) => source === id);
  const onward = new Set(wayOn(outgoing));
  const known = new Set(edges.map(keyOf));
  const wired = edges.flatMap((edge): WorkflowEdge[] => {
    if (edge.target === id) return [];
    if (edge.source !== id) return [edge];
    if (!onward.has(edge)) return [];
    const { when: _, id: name, ...rest } = edge;
    return incoming.flatMap(({ source, when }, index) => {
      const joined: WorkflowEdge = { ...rest, source, ...(when !== undefined && { when }) };
      if (source === edge.target || known.has(keyOf(joined))) return [];
      known.add(keyOf(joined));
      return [name !== undefined && index === 0 ? { id: name, ...joined } : joined];
    });
  });
  return { edges: wired, loose: outgoing.filter((edge) => !onward.has(edge)) };
}

/** The way on without a step: of a condition what it did when true, or what it did when false if nothing else followed. */
export function wayWithout(outgoing: readonly WorkflowEdge[]): readonly WorkflowEdge[] {
  const forward = outgoing.filter((edge) => isPlain(edge) || edge.when === 'true');
  return forward.length > 0 ? forward : outgoing.filter(({ when }) => when === 'false');
}

/** The way on from which a step is taken to another place; what it does on an error or a condition stays with it. */
export function plainWay(outgoing: readonly WorkflowEdge[]): readonly WorkflowEdge[] {
  return outgoing.filter(isPlain);
}

function isPlain({ when }: WorkflowEdge): boolean {
  return when === undefined || when === null;
}

/** Steps that no edge leads to any more because the edges in `loose` are gone, and what only they led to. */
export function orphans(edges: readonly WorkflowEdge[], loose: readonly WorkflowEdge[]): Set<string> {
  const gone = new Set<string>();
  const waiting = loose.map(({ target }) => target);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const here = id;
    if (gone.has(here) || edges.some(({ source, target }) => target === here && !gone.has(source))) continue;
    gone.add(here);
    for (const { source, target } of edges) if (source === here) waiting.push(target);
  }
  return gone;
}

/** Whether the edges lead from one step to another. */
export function leadsTo(edges: readonly WorkflowEdge[], from: string, to: string): boolean {
  const seen = new Set([from]);
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    for (const { source, target } of edges) {
      if (source !== id || seen.has(target)) continue;
      seen.add(target);
      waiting.push(target);
    }
  }
  return false;
}

/** What makes an edge the same as another one: its name does not. */
export function keyOf({ source, target, when }: WorkflowEdge): string {
  return JSON.stringify([source, target, when ?? null]);
}
