/** @module A plan's steps as they are written, in the order in which they run. */
import { compileValue, type Plan, type Reference } from '@orchestrix/engine';

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

/** The steps of a plan that is ok. */
export function writtenSteps({ steps, definition }: Plan): WrittenStep[] {
  const byId = new Map(definition.steps.map((step) => [step.id, step]));
  return steps.map(({ id, type, output }) => {
    const { id: _id, type: _type, name: _name, output: _output, ...fields } = byId.get(id) ?? { id, type };
    return { id, type, output, fields, references: compileValue(fields).references };
  });
}

/** A configured value as a text without blanks around it; `''` for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** What a whole-text reference refers to: `['user', 'email']` for `{{ user.email }}`, `undefined` for any other value. */
export function referencePath(value: unknown): readonly string[] | undefined {
  const [reference, ...others] = typeof value === 'string' ? compileValue(value.trim()).references : [];
  if (!reference || others.length > 0 || reference.raw !== textOf(value)) return undefined;
  return reference.segments;
}
