/** @module What callers may send, said twice: in a definition's `inputVariables` and in its `input` steps. */

import type { InputVariable, WorkflowStep } from '@orchestrix/engine';
import { isPlainObject } from '@orchestrix/engine';

/** A variable with whatever else its author wrote about it. */
export type Variable = InputVariable & Record<string, unknown>;

/** Variables of all `input` steps by name, the first of each. */
export function stepVariables(steps: readonly WorkflowStep[]): Map<string, Variable> {
  return byName(
    steps.flatMap(({ type, variables }) => (type === 'input' && Array.isArray(variables) ? variables : [])),
  );
}

/** Variables by name, the first of each; what has no name is no variable. */
export function byName(variables: readonly unknown[]): Map<string, Variable> {
  const found = new Map<string, Variable>();
  for (const variable of variables) {
    if (isPlainObject(variable) && typeof variable.name === 'string' && !found.has(variable.name)) {
      found.set(variable.name, variable as Variable);
    }
  }
  return found;
}

/**
 * The definition's list after its `input` steps have changed; the list itself when nothing in them concerns it.
 *
 * @param declared `undefined` or empty: only the steps say it, and that stays so
 */
export function keepInputsInStep(
  declared: readonly InputVariable[] | undefined,
  before: readonly WorkflowStep[],
  after: readonly WorkflowStep[],
): readonly InputVariable[] | undefined {
  if (!Array.isArray(declared) || declared.length === 0) return declared;
  const old = stepVariables(before);
  const now = stepVariables(after);
  if (JSON.stringify([...old]) === JSON.stringify([...now])) return declared;
  const kept = (declared as readonly Variable[]).flatMap((variable) => {
    const { name } = variable;
    const current = now.get(name);
    if (!current) return old.has(name) ? [] : [variable];
    return [
      JSON.stringify(old.get(name)) === JSON.stringify(current)
        ? variable
        : updated(variable, old.get(name), current),
    ];
  });
  const names = new Set(kept.map(({ name }) => name));
  return [...kept, ...[...now.values()].filter(({ name }) => !names.has(name))];
}

/** What the step no longer says is no longer said here either. */
function updated(variable: Variable, old: Variable | undefined, current: Variable): Variable {
  const rest = Object.entries(variable).filter(([key]) => !(old && key in old) || key in current);
  return { ...Object.fromEntries(rest), ...current };
}
