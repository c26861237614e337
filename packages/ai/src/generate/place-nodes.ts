/** @module Gives every step its place, so that an editor can show a draft that nobody has drawn. */
import dagre from '@dagrejs/dagre';
import type { Registry } from '@orchestrix/engine';
import type { PlacedNode, WholeDefinition } from './results.ts';

/** Size of a node in pixels, as the visual builder draws it. */
const NODE = { width: 240, height: 80 };

/** Nodes in layers from top to bottom, in the order of the steps; no two overlap. */
export function placeNodes({ steps, edges }: WholeDefinition, registry: Registry): PlacedNode[] {
  const places = steps.length > MAX_LAID_OUT ? inOneColumn(steps) : inLayers(steps, edges);
  return steps.map(({ id, type, name, label, position: _position, ...fields }) => ({
    id,
    type,
    position: places.get(id) ?? { x: 0, y: 0 },
    data: { label: textOf(name) ?? textOf(label) ?? registry.get(type)?.title ?? type, fields },
  }));
}

/** Laying out takes more than the square of the number of nodes; nobody looks at a drawing of more than these. */
const MAX_LAID_OUT = 300;

type Places = Map<string, PlacedNode['position']>;

function inOneColumn(steps: WholeDefinition['steps']): Places {
  return new Map(steps.map(({ id }, index) => [id, { x: 40, y: 40 + index * 2 * NODE.height }]));
}

function inLayers(steps: WholeDefinition['steps'], edges: WholeDefinition['edges']): Places {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 60, ranksep: 60, marginx: 40, marginy: 40 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of steps) graph.setNode(id, { ...NODE });
  for (const { id, source, target } of edges) graph.setEdge(source, target, {}, id);
  dagre.layout(graph);
  return new Map(
    steps.map(({ id }) => {
      const { x, y } = graph.node(id) as { x: number; y: number };
      return [id, { x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) }];
    }),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
