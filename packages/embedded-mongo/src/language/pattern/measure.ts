/** @module About how many states a pattern takes, before anything is built from it. */
import type { PatternNode } from './nodes.ts';

/** An estimate of the states, repetitions written out. */
export function estimateStates(node: PatternNode): number {
  switch (node.kind) {
    case 'group':
      return estimateStates(node.body) + (node.captures ? 2 : 0);
    case 'sequence':
      return node.items.reduce((sum, item) => sum + estimateStates(item), 0);
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + estimateStates(branch) + 1, 0);
    case 'repeat': {
      const times = Number.isFinite(node.most) ? node.most : node.least + 1;
      return Math.max(1, times) * (estimateStates(node.item) + (node.least === node.most ? 0 : 1));
    }
    case 'lineBreak':
      return 4;
    default:
      return 1;
  }
}
