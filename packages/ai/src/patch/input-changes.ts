/** @module What callers may send, before and after, each difference with a sentence. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import { hideSecrets } from './hide-secrets.ts';
import { byName, stepVariables, type Variable } from './input-variables.ts';
import type { WorkflowChange } from './operations.ts';
import { quote, sameValue, shownValue } from './show-value.ts';

/** Inputs that came, went or changed, wherever a definition declares them. */
export function inputChanges(before: WorkflowDefinition, after: WorkflowDefinition): WorkflowChange[] {
  const [old, now] = [declaredInputs(before), declaredInputs(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const isInput = ({ type }: WorkflowDefinition['steps'][number]) => type === 'input';
  const stepId = (after.steps.find(isInput) ?? before.steps.find(isInput))?.id;
  return names.flatMap((name): WorkflowChange[] => {
    const [was, is] = [old.get(name), now.get(name)];
    if (sameValue(was, is)) return [];
    const shown = {
      ...(was && { before: hideSecrets(was) }),
      ...(is && { after: hideSecrets(is) }),
    };
    const kind = !was ? 'input-added' : !is ? 'input-removed' : 'input-changed';
    return [
      {
        kind,
        ...(stepId !== undefined && { stepId }),
        field: name,
        ...shown,
        sentence: sentenceOf(name, shown.before, shown.after),
      },
    ];
  });
}

/** What a definition says of each input, in its own list and in its `input` steps together. */
function declaredInputs({ steps, inputVariables }: WorkflowDefinition): Map<string, Variable> {
  const inSteps = stepVariables(steps);
  const listed = byName(Array.isArray(inputVariables) ? inputVariables : []);
  const names = [...new Set([...inSteps.keys(), ...listed.keys()])];
  return new Map(names.map((name) => [name, { ...listed.get(name), ...inSteps.get(name), name }]));
}

function sentenceOf(name: string, before: unknown, after: unknown): string {
  const was = before as Record<string, unknown> | undefined;
  const is = after as Record<string, unknown> | undefined;
  if (!was) return `Callers ${is?.required === true ? 'must' : 'can'} now send ${quote(name)}.`;
  if (!is) return `Callers no longer send ${quote(name)}.`;
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => !sameValue(was[key], is[key]),
  );
  if (keys.length === 0) return `The input ${quote(name)} has another secret value.`;
  const parts = keys.map((key) => partOf(key, was[key], is[key]));
  return `The input ${quote(name)} ${parts.join(' and ')}.`;
}

function partOf(key: string, before: unknown, after: unknown): string {
  if (key === 'required') return after === true ? 'is now required' : 'may now be left out';
  if (after === undefined) return `no longer has a ${quote(key)}`;
  if (before === undefined) return `now has the ${quote(key)} ${shownValue(after)}`;
  return `has the ${quote(key)} ${shownValue(after)} instead of ${shownValue(before)}`;
}
