/** @module Reads what was received as a definition: copies it, names its steps, and says what cannot be read. */

import type { InputVariable } from '../definition.ts';
import { type Diagnostic, shorten } from '../diagnostics.ts';
import { ensureError } from '../errors.ts';
import { type CanonicalStep, normalizeStep } from '../normalize.ts';
import type { Registry } from '../registry.ts';
import { copyPlain, isPlainObject } from '../values/copy.ts';

/** More steps than anybody draws; a longer list is refused before it is worked on. */
export const MAX_STEPS = 1_000_000;

/** A step in canonical spelling, or why it could not be read. */
export interface ReadStep {
  step: CanonicalStep;
  problem: Diagnostic | null;
}

/** A definition as {@link compile} goes on with it. */
export interface ReadDefinition {
  steps: ReadStep[];
  edges: unknown;
  inputVariables: InputVariable[];
  diagnostics: Diagnostic[];
}

/** Reads anything. Never throws: what cannot be read becomes diagnostics. */
export function readDefinition(definition: unknown, registry: Registry): ReadDefinition {
  const diagnostics: Diagnostic[] = [];
  try {
    const fields = isPlainObject(definition) ? definition : undefined;
    const rawSteps: unknown = fields?.steps;
    if (!Array.isArray(rawSteps)) {
      diagnostics.push(shapeProblem(definition, fields));
      return { steps: [], edges: undefined, inputVariables: [], diagnostics };
    }
    if (rawSteps.length > MAX_STEPS) {
      diagnostics.push(tooManySteps(rawSteps.length));
      return { steps: [], edges: undefined, inputVariables: [], diagnostics };
    }
    const freeId = idMaker(rawSteps);
    const steps = Array.from(rawSteps, (raw: unknown, index) =>
      readStep(raw, index, freeId(index), registry),
    );
    for (const { problem } of steps) if (problem) diagnostics.push(problem);
    const edges = copyPlain(fields?.edges);
    return {
      steps,
      edges,
      inputVariables: readInputVariables(copyPlain(fields?.inputVariables)),
      diagnostics,
    };
  } catch (error) {
    diagnostics.push({
      code: 'DEFINITION_SHAPE',
      severity: 'error',
      stepId: null,
      path: '',
      message: `The definition could not be read: ${ensureError(error).message}`,
      expected: '{ steps: [ … ], edges?: [ … ] }',
    });
    return { steps: [], edges: undefined, inputVariables: [], diagnostics };
  }
}

function shapeProblem(definition: unknown, fields: Record<string, unknown> | undefined): Diagnostic {
  const got = shorten(fields ? fields.steps : definition);
  return {
    code: 'DEFINITION_SHAPE',
    severity: 'error',
    stepId: null,
    path: fields ? 'steps' : '',
    message: fields ? 'steps must be a list' : 'A workflow is an object with a list of steps',
    ...(got === undefined ? {} : { got }),
    expected: '{ steps: [ … ], edges?: [ … ] }',
  };
}

function tooManySteps(count: number): Diagnostic {
  return {
    code: 'LIMIT_STEPS',
    severity: 'error',
    stepId: null,
    path: 'steps',
    message: `A workflow may have ${MAX_STEPS} steps`,
    got: count,
    expected: `at most ${MAX_STEPS} steps`,
    suggestion: 'Split it into several workflows',
  };
}

/** Ids for steps that have none: by position, out of the way of those that were given. */
function idMaker(rawSteps: readonly unknown[]): (index: number) => string {
  const given = new Set<unknown>();
  for (const raw of rawSteps) if (isPlainObject(raw)) given.add(ownId(raw));
  return (index) => {
    let id = `step${index + 1}`;
    while (given.has(id)) id += '_';
    return id;
  };
}

/** A getter that throws is reported when the step itself is read. */
function ownId(raw: Record<string, unknown>): unknown {
  try {
    return raw.id;
  } catch {
    return undefined;
  }
}

function readStep(raw: unknown, index: number, fallbackId: string, registry: Registry): ReadStep {
  const broken = (message: string, expected: string): ReadStep => ({
    step: { id: fallbackId, type: '' },
    problem: {
      code: 'STEP_SHAPE',
      severity: 'error',
      stepId: fallbackId,
      path: `steps.${index}`,
      message,
      got: shorten(raw) ?? 'nothing',
      expected,
    },
  });
  if (!isPlainObject(raw)) return broken('A step must be an object', '{ type, … }');
  try {
    return { step: normalizeStep(copyPlain(raw), fallbackId, registry), problem: null };
  } catch (error) {
    return broken(`The step could not be read: ${ensureError(error).message}`, 'a plain and flatter value');
  }
}

function readInputVariables(raw: unknown): InputVariable[] {
  if (!Array.isArray(raw)) return [];
  return raw.filter(
    (one): one is InputVariable & Record<string, unknown> =>
      isPlainObject(one) && typeof one.name === 'string',
  );
}
