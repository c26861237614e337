/** @module Gives every step its place, so that an editor can show a draft that nobody has drawn. */
import dagre from '@dagrejs/dagre';
import type { Registry } from '@orchestrix/engine';
import type { PlacedNode, WholeDefinition } from './results.ts';

/** Size of a node in pixels, as the visual builder draws it. */
const NODE = { width: 240, height: 80 };

/** Nodes in layers from top to bottom, in the order of the steps; no two overlap. */
export function placeNodes({ steps, edges }: WholeDefinition, registry: Registry): PlacedNode[] {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 60, ranksep: 60, marginx: 40, marginy: 40 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of steps) graph.setNode(id, { ...NODE });
  for (const { id, source, target } of edges) graph.setEdge(source, target, {}, id);
  dagre.layout(graph);
  return steps.map(({ id, type, name, label, position: _position, ...fields }) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return {
      id,
      type,
      position: { x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) },
      data: { label: textOf(name) ?? textOf(label) ?? registry.get(type)?.title ?? type, fields },
    };
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
