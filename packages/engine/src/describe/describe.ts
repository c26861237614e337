/** @module Describes a plan for people: what it does, what it touches, who may call it, when it fails. */

import { ensureError } from '../errors.ts';
import type { Plan, PlanStep } from '../plan.ts';
import { isPlainObject } from '../values/copy.ts';
import type { PlanDescription, StepDescription } from './description.ts';

/**
 * What a plan does, in the words of its node types: nothing in it is made up, so that whoever phrases it anew can be held to
 * it. Never throws, whatever the plan.
 */
export function describe(plan: Plan): PlanDescription {
  const steps = plan.steps.map((step) => ({
    id: step.id,
    name: step.name,
    type: step.type,
    ...describeStep(step),
  }));
  const role = steps.find(({ access }) => access?.role !== undefined)?.access?.role;
  return {
    steps,
    inputs: inputsOf(plan, new Set(steps.flatMap(({ requires }) => requires ?? []))),
    reads: unique(steps.flatMap(({ reads }) => reads ?? [])),
    writes: unique(steps.flatMap(({ writes }) => writes ?? [])),
    sendsMail: steps.some(({ sends }) => sends),
    access: steps.some(({ access }) => access)
      ? { kind: 'token', ...(role === undefined ? {} : { role }) }
      : { kind: 'anybody' },
    answers: steps.flatMap(({ answers }) => answers ?? []),
    failures: steps.flatMap(({ id, failsWhen }) => (failsWhen ?? []).map((when) => ({ stepId: id, when }))),
  };
}

function describeStep({ node, config, type, broken }: PlanStep): StepDescription {
  if (!node || broken) {
    const why = broken?.message ?? `there is no node type "${type}"`;
    return { sentence: `Cannot run: ${why}`, failsWhen: [why] };
  }
  if (!node.describe) return { sentence: node.summary.replace(/\.$/, '') };
  try {
    return node.describe(config);
  } catch (error) {
    // A node type of somebody else may throw; its summary still says something.
    return { sentence: `${node.summary.replace(/\.$/, '')} (${ensureError(error).message})` };
  }
}

function inputsOf(plan: Plan, required: ReadonlySet<string>): PlanDescription['inputs'] {
  const { steps, inputVariables } = plan.definition;
  const declared = [
    ...steps.flatMap(({ type, variables }) =>
      type === 'input' && Array.isArray(variables) ? variables : [],
    ),
    ...inputVariables,
  ].filter((one): one is Record<string, unknown> => isPlainObject(one) && typeof one.name === 'string');
  const names = unique([...declared.map(({ name }) => name as string), ...required]);
  return names.map((name) => {
    const about = declared.filter((one) => one.name === name);
    const type = about.find((one) => typeof one.type === 'string')?.type as string | undefined;
    return {
      name,
      ...(type === undefined ? {} : { type }),
      required: required.has(name) || about.some((one) => one.required === true),
    };
  });
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
