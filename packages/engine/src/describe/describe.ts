/** @module Describes a plan for people: what it does, what it touches, who may call it, when it fails. */

import { certainSteps } from '../compile/reachable.ts';
import type { Plan, PlanStep } from '../plan.ts';
import { isPlainObject } from '../values/copy.ts';
import type { PlanDescription, StepDescription } from './description.ts';
import { endSentence } from './say-value.ts';

/**
 * What a plan does, in the words of its node types: nothing in it is made up, so that whoever phrases it anew can be held to
 * it. Never throws, whatever the plan, and shows no password that is written into a step.
 */
export function describe(plan: Plan): PlanDescription {
  const described = plan.steps.map(describeStep);
  const steps = plan.steps.map(({ id, name, type }, index) => ({ id, name, type, ...described[index]! }));
  return {
    steps,
    inputs: inputsOf(plan, new Set(steps.flatMap(({ requires }) => requires ?? []))),
    reads: unique(steps.flatMap(({ reads }) => reads ?? [])),
    writes: unique(steps.flatMap(({ writes }) => writes ?? [])),
    sendsMail: steps.some(({ sends }) => sends === true),
    access: accessOf(plan, described),
    answers: steps.flatMap(({ answers }) => answers ?? []),
    failures: steps.flatMap(({ id, failsWhen }) => (failsWhen ?? []).map((when) => ({ stepId: id, when }))),
    ...(plan.fatal ? { cannotStart: plan.fatal.message } : {}),
  };
}

function describeStep({ node, config, type, broken }: PlanStep): StepDescription {
  if (!node || broken) {
    const why = broken?.message ?? `there is no node type "${type}"`;
    return { sentence: endSentence(`Cannot run: ${why}`), failsWhen: [why] };
  }
  const fallback = { sentence: endSentence(node.summary) };
  try {
    const given = node.describe?.(config);
    return given && isUsable(given) ? { ...given, sentence: endSentence(given.sentence) } : fallback;
  } catch {
    // A node type of somebody else may throw, with who knows what in the message; its summary still says something.
    return fallback;
  }
}

/** Node types of others come without our compiler's word for what they give. */
function isUsable(given: StepDescription): boolean {
  const lists = [given.failsWhen, given.reads, given.writes, given.requires, given.answers];
  return (
    typeof given.sentence === 'string' &&
    given.sentence.trim() !== '' &&
    lists.every((list) => list === undefined || Array.isArray(list))
  );
}

/** A check on one of several paths, one whose failure is caught, or one behind an answer keeps nobody out. */
function accessOf({ steps }: Plan, described: readonly StepDescription[]): PlanDescription['access'] {
  const certain = certainSteps(steps);
  const checks: { role?: string }[] = [];
  for (const step of steps) {
    if (step.node?.role === 'answer') break;
    const { access } = described[step.index]!;
    if (access && certain[step.index] && !step.catchesErrors) checks.push(access);
  }
  if (checks.length === 0) return { kind: 'anybody' };
  const role = checks.find((check) => check.role !== undefined)?.role;
  return { kind: 'token', ...(role === undefined ? {} : { role }) };
}

function inputsOf(plan: Plan, required: ReadonlySet<string>): PlanDescription['inputs'] {
  const { steps, inputVariables } = plan.definition;
  const declared = [
    ...steps.flatMap(({ type, variables }) =>
      type === 'input' && Array.isArray(variables) ? (variables as unknown[]) : [],
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
