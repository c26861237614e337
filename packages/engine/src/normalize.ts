/** @module Turns every accepted spelling of a definition into the canonical one; no later code knows an alias. */

import type { NodeType } from './node.ts';
import type { Registry } from './registry.ts';
import { isPlainObject } from './values/copy.ts';
import { firstFilled } from './values/empty.ts';

/** A step in canonical spelling: `id`, `type`, `name`, `output` and the fields of its node type. */
export type CanonicalStep = Record<string, unknown> & { id: string; type: string };

/** Fields every step may have; `pass` is a hint of the visual builder and dropped. */
const COMMON = ['id', 'type', 'name', 'output', 'outputVar', 'pass'];

/**
 * One step in canonical spelling. Unknown fields stay, so that nothing a client sent is lost.
 *
 * @param step as received
 * @param id the id to give when the step has none
 */
export function normalizeStep(step: Record<string, unknown>, id: string, registry: Registry): CanonicalStep {
  const type = typeof step.type === 'string' ? step.type.trim() : '';
  const node = registry.get(type);
  const canonical: Record<string, unknown> = {
    id: typeof step.id === 'string' && step.id !== '' ? step.id : id,
    type,
  };
  if (typeof step.name === 'string' && step.name !== '') canonical.name = step.name;
  const output = firstText(step.output, step.outputVar);
  if (output !== undefined) canonical.output = output;
  const rest = Object.fromEntries(Object.entries(step).filter(([key]) => !COMMON.includes(key)));
  const merged = { ...canonical, ...(node ? applyAliases(rest, node) : rest) };
  return (node?.normalize ? node.normalize(merged) : merged) as CanonicalStep;
}

function applyAliases(step: Record<string, unknown>, node: NodeType): Record<string, unknown> {
  const canonical = { ...step };
  const found: Record<string, unknown> = {};
  for (const [field, spellings] of Object.entries(node.aliases ?? {})) {
    const value = firstFilled(spellings.map((spelling) => readDotted(step, spelling)));
    for (const spelling of spellings) delete canonical[spelling.split('.')[0]!];
    if (value !== undefined) found[field] = value;
  }
  return { ...canonical, ...found };
}

function readDotted(step: Record<string, unknown>, path: string): unknown {
  let value: unknown = step;
  for (const key of path.split('.')) {
    if (!isPlainObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '')?.trim();
}
