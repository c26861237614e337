/** @module The order in which steps run: list order without edges, else topological with ties in list order. */

/** An edge between positions of the list. */
export interface IndexedEdge {
  from: number;
  to: number;
}

/**
 * Orders `count` steps. Iterative, so that a chain of any length does not overflow; O((steps + edges) log steps).
 *
 * @returns list positions in the order of execution, or the positions of one cycle
 */
export function orderSteps(
  count: number,
  edges: readonly IndexedEdge[],
): { order: number[]; cycle: null } | { order: null; cycle: number[] } {
  if (edges.length === 0) return { order: Array.from({ length: count }, (_, i) => i), cycle: null };
  const outgoing: number[][] = Array.from({ length: count }, () => []);
  const waiting = new Array<number>(count).fill(0);
  for (const { from, to } of edges) {
    outgoing[from]!.push(to);
    waiting[to]!++;
  }
  const ready = new MinHeap();
  for (let i = 0; i < count; i++) if (waiting[i] === 0) ready.push(i);
  const order: number[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    order.push(next);
    for (const to of outgoing[next]!) if (--waiting[to]! === 0) ready.push(to);
  }
  if (order.length === count) return { order, cycle: null };
  return { order: null, cycle: findCycle(outgoing, waiting) };
}

/** Walks backwards-proof: every remaining step still waits for another remaining one, so following sources must repeat. */
function findCycle(outgoing: number[][], waiting: number[]): number[] {
  const source = new Map<number, number>();
  for (let from = 0; from < outgoing.length; from++) {
    if (waiting[from]! === 0) continue;
    for (const to of outgoing[from]!) if (waiting[to]! > 0) source.set(to, from);
  }
  const seen = new Map<number, number>();
  const path: number[] = [];
  let current = source.keys().next().value!;
  while (!seen.has(current)) {
    seen.set(current, path.length);
    path.push(current);
    current = source.get(current)!;
  }
  return path.slice(seen.get(current)!).reverse();
}

/** A binary heap of whole numbers, smallest first. */
class MinHeap {
  private readonly items: number[] = [];

  push(value: number): void {
    const { items } = this;
    let at = items.push(value) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= value) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = value;
  }

  pop(): number | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
