/** @module Edges that let a panel offer what its node uses: it lists the variables of the nodes directly before it, and no others. */
import type { Link } from './edges.ts';
import type { BuilderNode } from './graph.ts';
import { chosenRoots, outputOf } from './panel-spelling.ts';
import { isObject } from './plain.ts';

/**
 * Links from the node that gives a value to every node that uses it, unless a node directly before offers it already.
 * They run along the order that the given links say, so the builder's order of steps stays the same.
 */
export function linkValues(nodes: readonly BuilderNode[], links: readonly Link[]): Link[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const before = ancestors(nodes, links);
  return nodes.flatMap((node) => {
    const direct = links.filter(({ target }) => target === node.id).map(({ source }) => source);
    const added: Link[] = [];
    for (const root of new Set(chosenRoots(node))) {
      if (direct.some((id) => offers(byId.get(id), root))) continue;
      const giver = nodes.findLast((other) => before.get(node.id)?.has(other.id) && gives(other, root));
      if (!giver) continue;
      direct.push(giver.id);
      added.push({ source: giver.id, target: node.id });
    }
    return added;
  });
}

/** A node hands its own variables on; a validation node those that it checks. */
function offers(node: BuilderNode | undefined, root: string): boolean {
  return node !== undefined && (gives(node, root) || (node.type === 'inputValidation' && checks(node, root)));
}

function gives({ type, data: { fields } }: BuilderNode, root: string): boolean {
  if (type !== 'input') return outputOf(fields) === root;
  return (
    Array.isArray(fields.variables) && fields.variables.some((one) => isObject(one) && one.name === root)
  );
}

function checks({ data: { fields } }: BuilderNode, root: string): boolean {
  const spellings: unknown[] = [root, `{{${root}}}`];
  return (
    Array.isArray(fields.rules) && fields.rules.some((one) => isObject(one) && spellings.includes(one.field))
  );
}

/** Every node with those from which links lead to it. */
function ancestors(nodes: readonly BuilderNode[], links: readonly Link[]): Map<string, Set<string>> {
  const sources = new Map<string, string[]>();
  for (const { source, target } of links) sources.set(target, [...(sources.get(target) ?? []), source]);
  return new Map(
    nodes.map(({ id }) => {
      const found = new Set<string>();
      const waiting = [...(sources.get(id) ?? [])];
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        if (found.has(one)) continue;
        found.add(one);
        waiting.push(...(sources.get(one) ?? []));
      }
      return [id, found];
    }),
  );
}
