/** @module What has changed inside a step, field by field, each with a sentence. */

import type { WorkflowStep } from '@orchestrix/engine';
import { isPlainObject } from '@orchestrix/engine';
import { hideSecrets, holdsSecret } from './hide-secrets.ts';
import type { WorkflowChange } from './operations.ts';
import { quote, sameValue, shownValue } from './show-value.ts';

/** Differences finer than this say less than the whole value. */
const MAX_DEPTH = 4;

/** A value at a path, before and after. */
interface Difference {
  path: string[];
  before: unknown;
  after: unknown;
  secret: boolean;
}

/**
 * Changes of one step.
 *
 * @param ignored fields that are told elsewhere
 */
export function stepChanges(
  before: WorkflowStep,
  after: WorkflowStep,
  stepId: string,
  ignored: readonly string[] = [],
): WorkflowChange[] {
  const skip = new Set(['id', ...ignored]);
  const fieldsOf = (step: WorkflowStep) =>
    Object.fromEntries(Object.entries(step).filter(([key]) => !skip.has(key)));
  return differences({ path: [], before: fieldsOf(before), after: fieldsOf(after), secret: false }).map(
    (difference) => {
      const { path } = difference;
      const secret = difference.secret ? 'secret' : undefined;
      const shown = {
        before: hideSecrets(difference.before, secret),
        after: hideSecrets(difference.after, secret),
      };
      return {
        kind: 'step-changed',
        stepId,
        field: path.join('.'),
        ...(difference.before !== undefined && { before: shown.before }),
        ...(difference.after !== undefined && { after: shown.after }),
        sentence: `The step ${quote(stepId)} ${sentenceOf(path, shown.before, shown.after)}`,
      };
    },
  );
}

function differences({ path, before, after, secret }: Difference): Difference[] {
  if (sameValue(before, after)) return [];
  if (path.length < MAX_DEPTH && isPlainObject(before) && isPlainObject(after)) {
    return union(Object.keys(before), Object.keys(after)).flatMap((key) =>
      differences({
        path: [...path, key],
        before: own(before, key),
        after: own(after, key),
        secret: secret || holdsSecret(before, key) || holdsSecret(after, key),
      }),
    );
  }
  const named = path.length < MAX_DEPTH ? namedItems(before, after) : undefined;
  if (!named) return [{ path, before, after, secret }];
  return union([...named.before.keys()], [...named.after.keys()]).flatMap((name) =>
    differences({
      path: [...path, name],
      before: named.before.get(name),
      after: named.after.get(name),
      secret,
    }),
  );
}

/** Both lists by what their items are about, when that names each item and their order is the same. */
function namedItems(before: unknown, after: unknown) {
  const [old, now] = [itemsByName(before), itemsByName(after)];
  if (!old || !now || old.size + now.size === 0) return undefined;
  const common = [...old.keys()].filter((name) => now.has(name));
  const sameOrder = sameValue(
    common,
    [...now.keys()].filter((name) => old.has(name)),
  );
  return sameOrder ? { before: old, after: now } : undefined;
}

function itemsByName(list: unknown): Map<string, unknown> | undefined {
  if (!Array.isArray(list)) return undefined;
  const items = new Map<string, unknown>();
  for (const item of list) {
    const name: unknown = isPlainObject(item) ? (item.field ?? item.name) : undefined;
    if (typeof name !== 'string' || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

function sentenceOf(path: readonly string[], before: unknown, after: unknown): string {
  const [root, name] = [path[0] ?? '', path[1]];
  const field = quote(path.join('.'));
  if (name !== undefined && path.length === 2 && isNamedItem(before ?? after)) {
    if (before === undefined) {
      const required = isPlainObject(after) && after.required === true;
      return required
        ? `now also requires ${quote(name)}.`
        : `now also has ${quote(name)} in its ${quote(root)}.`;
    }
    if (after === undefined) return `no longer has ${quote(name)} in its ${quote(root)}.`;
  }
  if (before === undefined) return `now has ${field} set to ${shownValue(after)}.`;
  if (after === undefined) return `no longer has ${field} (it was ${shownValue(before)}).`;
  return `has another ${field}: ${shownValue(after)} instead of ${shownValue(before)}.`;
}

function isNamedItem(value: unknown): boolean {
  return isPlainObject(value) && (typeof value.field === 'string' || typeof value.name === 'string');
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}
