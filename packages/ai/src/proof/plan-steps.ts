/** @module A plan's steps as they are written, in the order in which they run. */
import { compileValue, type Plan, type Reference } from '@orchestrix/engine';
import { toGuard } from '../builder/guard-rule.ts';
import { isObject } from '../builder/plain.ts';

/** One step in canonical spelling. */
export interface WrittenStep {
  id: string;
  type: string;
  /** The variable that it sets. */
  output: string | null;
  /** Its fields by name. */
  fields: Readonly<Record<string, unknown>>;
  references: readonly Reference[];
}

/** The steps of a plan that is ok. A rule on the result of an earlier step decides like a guard, and stands as one behind its step. */
export function writtenSteps({ steps, definition }: Plan): WrittenStep[] {
  const byId = new Map(definition.steps.map((step) => [step.id, step]));
  const outputs = new Set<string>();
  return steps.flatMap(({ id, type, output }) => {
    const { id: _id, type: _type, name: _name, output: _output, ...fields } = byId.get(id) ?? { id, type };
    const guards = type === 'inputValidation' ? guardsIn(fields.rules, outputs) : [];
    if (output !== null) outputs.add(output);
    return [
      { id, type, output, fields, references: compileValue(fields).references },
      ...guards.map((guard) => ({ id, type: 'guard', output: null, fields: guard, references: [] })),
    ];
  });
}

function guardsIn(rules: unknown, outputs: ReadonlySet<string>): Record<string, unknown>[] {
  return (Array.isArray(rules) ? rules.filter(isObject) : []).flatMap((rule) => {
    const guard = toGuard(rule);
    const [root = ''] = referencePath(guard?.value) ?? [];
    return guard && outputs.has(root) ? [guard] : [];
  });
}

/** A configured value as a text without blanks around it; `''` for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** What a guard compares with, as far as that is a reference: a bare word such as `pending` is a text, unless it begins with `input.`. */
export function comparedPath(to: unknown): readonly string[] | undefined {
  const path = referencePath(to);
  return path && (path[0] === 'input' || textOf(to).startsWith('{{')) ? path : undefined;
}

/** What a whole-text reference refers to: `['user', 'email']` for `{{ user.email }}`, `undefined` for any other value. */
export function referencePath(value: unknown): readonly string[] | undefined {
  const [reference, ...others] = typeof value === 'string' ? compileValue(value.trim()).references : [];
  if (!reference || others.length > 0 || reference.raw !== textOf(value)) return undefined;
  return reference.segments;
}
