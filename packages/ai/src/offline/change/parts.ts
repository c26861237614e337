/** @module The parts of an existing workflow that changes are about. */
import type { InputVariable, WorkflowDefinition, WorkflowStep } from '@orchestrix/engine';
import type { Field, FieldType } from '../field.ts';

/** A step with its id. */
export type Part = WorkflowStep & { id: string };

/** The steps that changes look for; each may be missing. */
export interface Parts {
  input: Part | undefined;
  validate: Part | undefined;
  auth: Part | undefined;
  write: Part | undefined;
  list: Part | undefined;
  mails: Part[];
  response: Part | undefined;
  all: Part[];
}

/** Sorts the steps of a workflow. */
export function partsOf({ steps }: WorkflowDefinition): Parts {
  const all = steps.filter((step): step is Part => typeof step.id === 'string');
  const first = (...types: string[]): Part | undefined => all.find(({ type }) => types.includes(type));
  return {
    input: first('input'),
    validate: first('inputValidation'),
    auth: first('authMiddleware'),
    write: first('dbInsert', 'dbUpdate'),
    list: all.find(({ type, findType }) => type === 'dbFind' && findType === 'many') ?? undefined,
    mails: all.filter(({ type }) => type === 'emailSend'),
    response: all.findLast(({ type }) => type === 'response'),
    all,
  };
}

/** The caller's values. */
export function variablesOf({ input }: Parts): InputVariable[] {
  return Array.isArray(input?.variables) ? (input.variables as InputVariable[]) : [];
}

/** The same as fields. */
export function fieldsOf(parts: Parts): Field[] {
  return variablesOf(parts).map(({ name, type, required }) => ({
    name,
    type: (type ?? 'string') as FieldType,
    required: required === true,
  }));
}

/** Positions of the rules about a field. */
export function rulesFor({ validate }: Parts, name: string): number[] {
  const rules = Array.isArray(validate?.rules) ? (validate.rules as { field?: unknown }[]) : [];
  return rules.flatMap(({ field }, index) =>
    field === `input.${name}` ||
    field === name ||
    field === `{{ input.${name} }}` ||
    field === `{{input.${name}}}`
      ? [index]
      : [],
  );
}
