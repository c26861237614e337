/** @module Edges between the nodes that are left: around what is missing, without doubles, without a cycle. */
import type { BuilderEdge } from './graph.ts';

/** An edge that may not have a name yet. */
export interface Link {
  id?: string | undefined;
  source: string;
  target: string;
}

/**
 * Replaces ways through nodes that are left out by direct links. Links between kept nodes stay as they are, in their order.
 *
 * @param kept whether a node stays
 * @param limit how many links are added at most
 */
export function bypass(links: readonly Link[], kept: (id: string) => boolean, limit: number): Link[] {
  const onward = new Map<string, string[]>();
  for (const { source, target } of links) {
    if (!kept(source)) onward.set(source, [...(onward.get(source) ?? []), target]);
  }
  const found: Link[] = [];
  let added = 0;
  for (const link of links) {
    if (!kept(link.source)) continue;
    if (kept(link.target)) {
      found.push(link);
      continue;
    }
    for (const target of reachedThrough(link.target, onward, kept)) {
      if (added >= limit) break;
      added += 1;
      found.push({ source: link.source, target });
    }
  }
  return found;
}

/** The first kept nodes behind a node that is left out. */
function reachedThrough(
  start: string,
  onward: ReadonlyMap<string, string[]>,
  kept: (id: string) => boolean,
): Set<string> {
  const reached = new Set<string>();
  const seen = new Set([start]);
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const next of onward.get(id) ?? []) {
      if (kept(next)) reached.add(next);
      else if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return reached;
}

/** The links as edges with unique ids; self-loops, doubles and whatever would close a cycle are left out, the earlier one stays. */
export function connectEdges(links: readonly Link[], ids: readonly string[]): BuilderEdge[] {
  const targets = new Map(ids.map((id) => [id, new Set<string>()]));
  const used = new Set<string>();
  const edges: BuilderEdge[] = [];
  for (const { id, source, target } of links) {
    const outgoing = targets.get(source);
    if (!outgoing || !targets.has(target) || outgoing.has(target)) continue;
    if (leadsTo(target, source, targets)) continue;
    outgoing.add(target);
    edges.push({ id: id !== undefined && !used.has(id) ? id : '', source, target });
    if (id !== undefined) used.add(id);
  }
  let number = 0;
  for (const edge of edges) {
    while (edge.id === '') {
      number += 1;
      const made = `edge_${number}`;
      if (used.has(made)) continue;
      used.add(made);
      edge.id = made;
    }
  }
  return edges;
}

function leadsTo(from: string, to: string, targets: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const seen = new Set([from]);
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    for (const next of targets.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return false;
}
