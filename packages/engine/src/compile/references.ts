/** @module Checks that what steps refer to is there when they run. */

import { type Diagnostic, nearest } from '../diagnostics.ts';
import type { CompiledStep } from './step.ts';

/** A compiled step with where it stands. */
export interface PlacedStep {
  id: string;
  /** In the list, for paths. */
  position: number;
  compiled: CompiledStep;
}

/**
 * Findings about references, all of them warnings: a text may look like a reference by chance.
 *
 * @param steps in the order of execution
 * @param inputNames what `input` steps declare
 */
export function checkReferences(steps: readonly PlacedStep[], inputNames: readonly string[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const declared = new Set(inputNames);
  const settledBy = new Map<string, string>();
  for (const { id, compiled } of steps)
    if (compiled.output && !settledBy.has(compiled.output)) settledBy.set(compiled.output, id);
  const known = new Set(['input']);
  for (const { id, position, compiled } of steps) {
    for (const { reference, field } of compiled.references) {
      const [root, second] = reference.segments as [string, string | undefined];
      const at = {
        stepId: id,
        severity: 'warning' as const,
        path: `steps.${position}.${field}`,
        got: reference.path,
      };
      const isCallerValue = reference.braced && second === undefined && declared.has(root);
      if (
        root === 'input' &&
        second !== undefined &&
        declared.size > 0 &&
        !declared.has(second) &&
        second !== 'length'
      ) {
        diagnostics.push({
          ...at,
          code: 'INPUT_NOT_DECLARED',
          message: `"${reference.path}" is not among the declared inputs`,
          expected: `one of ${[...declared].slice(0, 20).join(', ')}`,
          ...suggest(nearest(second, declared), (name) => `input.${name}`),
        });
      } else if (
        !known.has(root) &&
        !isCallerValue &&
        (reference.braced || (settledBy.has(root) && second !== undefined))
      ) {
        const setter = settledBy.get(root);
        diagnostics.push(
          setter === undefined
            ? {
                ...at,
                code: 'REFERENCE_UNKNOWN',
                message: `Nothing sets "${root}"; the text stays as it is`,
                expected: `one of ${[...known, ...settledBy.keys()].slice(0, 20).join(', ')}`,
                ...suggest(nearest(root, [...known, ...declared]), (name) =>
                  declared.has(name) && !known.has(name)
                    ? `input.${name}`
                    : [name, ...reference.segments.slice(1)].join('.'),
                ),
              }
            : {
                ...at,
                code: 'REFERENCE_TOO_EARLY',
                message: `"${root}" is set by the step "${setter}", which runs later`,
                expected: 'an output of an earlier step',
                suggestion: `Move the step "${setter}" before this one`,
              },
        );
      }
    }
    if (compiled.output) known.add(compiled.output);
  }
  return diagnostics;
}

function suggest(name: string | undefined, spell: (name: string) => string): { suggestion?: string } {
  return name === undefined ? {} : { suggestion: `Did you mean "${spell(name)}"?` };
}
