/** @module The steps that drafts are made of. */
import type { InputVariable, WorkflowDefinition, WorkflowStep } from '@orchestrix/engine';
import type { Access } from './access.ts';
import type { AnswerWish } from './answer.ts';
import type { Field } from './field.ts';
import { labelOf } from './names.ts';

/** A step that patches can name. */
export type Step = WorkflowStep & { id: string };

/** Refers to a value of the caller. */
export function fromInput(name: string): string {
  return `{{ input.${name} }}`;
}

/** The value that a document gets for a field. */
export function storedValue(field: Field): unknown {
  return field.constant === undefined ? fromInput(field.name) : field.constant;
}

/** Documents' values by field. */
export function dataOf(fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, storedValue(field)]));
}

/** Only an identifier of this form can be looked up; anything else is a wrong input and no failure of the database. */
export const ID_PATTERN = '^[0-9a-fA-F]{24}$';

/** A field as the caller is told of it. */
export function variableOf(field: Field): InputVariable {
  return {
    name: field.name,
    ...(field.type === 'any' ? {} : { type: field.type }),
    ...(field.required ? { required: true } : {}),
    ...(field.default === undefined ? {} : { default: field.default }),
  };
}

/** What validation asks of a field. */
export function ruleOf(field: Field): Record<string, unknown> {
  const { required, type, min, max, minLength, maxLength } = field;
  return {
    field: `input.${field.name}`,
    ...(required ? { required: true } : {}),
    ...(type === 'any' ? {} : { type }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(field.enum === undefined ? {} : { enum: field.enum }),
  };
}

/** The whole definition: what the caller sends, who may call, validation, then the work. */
export function workflow(
  fields: readonly Field[],
  access: Access,
  work: readonly Step[],
): WorkflowDefinition {
  const sent = fields.filter(({ constant }) => constant === undefined);
  const variables = sent.map(variableOf);
  const isKey = work.some(
    ({ filter }) => (filter as Record<string, unknown> | undefined)?._id === fromInput('id'),
  );
  const steps: Step[] = [{ id: 'input', type: 'input', variables }];
  if (access.isProtected)
    steps.push({
      id: 'check_access',
      type: 'authMiddleware',
      ...(access.role === null ? {} : { requiredRole: access.role }),
    });
  if (sent.length > 0)
    steps.push({
      id: 'validate',
      type: 'inputValidation',
      rules: sent.map((field) => ({
        ...ruleOf(field),
        ...(field.name === 'id' && isKey ? { pattern: ID_PATTERN } : {}),
      })),
    });
  return { steps: [...steps, ...work], edges: [], inputVariables: variables.map((one) => ({ ...one })) };
}

/**
 * The same for a change of some fields. Those that may be left out are no variables of the input step: it would fill
 * them with null, and null would overwrite what is stored.
 */
export function partialWorkflow(
  fields: readonly Field[],
  access: Access,
  work: readonly Step[],
): WorkflowDefinition {
  const definition = workflow(fields, access, work);
  const [input, ...others] = definition.steps;
  const variables = (definition.inputVariables ?? []).filter(
    (one) => one.required || one.default !== undefined,
  );
  return { ...definition, steps: [{ ...input!, variables }, ...others] };
}

/** Ends the run unless something was found. */
export function guardFound(id: string, value: string, noun: string): Step {
  return {
    id,
    type: 'guard',
    value,
    is: 'present',
    statusCode: 404,
    message: `${labelOf(noun) || 'Document'} not found`,
  };
}

/** The last step. What the request says about the answer comes first. */
export function respond(wish: AnswerWish, statusCode: number, body: unknown, output: string | null): Step {
  const status = wish.status ?? statusCode;
  if (wish.message !== null)
    return { id: 'respond', type: 'response', statusCode: status, body: { message: wish.message } };
  if (output !== null && wish.fields.length > 0) {
    const chosen = wish.fields.map((name) => [name, `{{ ${output}.${name === 'id' ? '_id' : name} }}`]);
    return { id: 'respond', type: 'response', statusCode: status, body: Object.fromEntries(chosen) };
  }
  return { id: 'respond', type: 'response', statusCode: status, body };
}

/** A name for a step's result that no value of the caller has. */
export function outputName(wanted: string, fields: readonly Field[]): string {
  return fields.some(({ name }) => name === wanted) ? `${wanted}Document` : wanted;
}

/** A step's id from words. */
export function stepId(...words: string[]): string {
  return words
    .join('_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
}
