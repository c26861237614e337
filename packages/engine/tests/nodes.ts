/** @module Node types for the tests of the interpreter: each does one simple thing. */

import { z } from 'zod';
import {
  type AnyNodeType,
  compile,
  createRegistry,
  defineNode,
  type Plan,
  type StepContext,
  template,
} from '../src/index.ts';

/** A node type that runs `run` and stores what it returns under `name`. */
export function nodeOf(
  type: string,
  run: (context: StepContext, value: unknown) => unknown,
  more: Partial<Pick<AnyNodeType, 'role' | 'outputs'>> = {},
): AnyNodeType {
  return defineNode({
    type,
    title: type,
    category: 'flow',
    summary: 'For tests.',
    config: z.object({ value: template() }),
    outputs: { name: type, summary: 'Whatever it returned.' },
    example: { type },
    sideEffects: 'none',
    run: (context, { value }) => run(context, value.resolve(context.variables)),
    ...more,
  });
}

/** Gives its `value` at once. */
export const give = nodeOf('give', (_context, value) => value);
/** Gives its `value` after a microtask. */
export const giveLater = nodeOf('giveLater', async (_context, value) => value);
/** Throws its `value`. */
export const fail = nodeOf('fail', (_context, value) => {
  throw new Error(String(value ?? 'failed'));
});
/** Rejects with its `value`. */
export const failLater = nodeOf('failLater', async (_context, value) => {
  throw new Error(String(value ?? 'failed'));
});
/** Is true or false as its `value` is. */
export const when = nodeOf('when', (_context, value) => Boolean(value), { role: 'condition', outputs: null });

/** The plan of some steps with these node types and further ones. */
export function planWith(
  steps: Record<string, unknown>[],
  edges: Record<string, unknown>[] = [],
  extra: AnyNodeType[] = [],
): Plan {
  return compile({ steps, edges }, createRegistry([give, giveLater, fail, failLater, when, ...extra]));
}
