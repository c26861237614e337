/** @module `input`: which values callers send, and what stands in for those they leave out. */

import { z } from 'zod';
import { joinFew, quote } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, type NodeFinding } from '../node.ts';
import { isSecretName } from '../run/secret-name.ts';
import { convertValue, expectedType, readValueType, VALUE_TYPES } from '../values/convert.ts';
import { isPlainObject } from '../values/copy.ts';
import { isForbiddenName } from '../values/path.ts';

/** Puts the value of a declared type into its place; what is wrong with it, or `null`. */
function readDeclared(
  values: Record<string, unknown>,
  name: string,
  declared: string | undefined,
): string | null {
  const value = values[name];
  // Whether a value has to be there is for a rule to say: this step fills gaps, also of what is declared as required.
  if (value === null || value === '') return null;
  const type = declared === undefined ? undefined : readValueType(declared);
  if (type === undefined) return null;
  // The visual builder declares every variable a text; what callers send as a number or a flag stays one.
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return null;
  const converted = convertValue(type, value);
  if (converted === undefined) return expectedType(type);
  values[name] = converted;
  return null;
}

/** A type that is not known declares nothing. */
function checkTypes(variables: unknown): NodeFinding[] {
  if (!Array.isArray(variables)) return [];
  return variables.flatMap((one: unknown, index): NodeFinding[] => {
    const type = isPlainObject(one) ? one.type : undefined;
    if (typeof type !== 'string' || type === '' || type === 'any' || readValueType(type)) return [];
    return [
      {
        code: 'CONFIG_INVALID',
        severity: 'warning',
        path: `variables.${index}.type`,
        message: `The type "${type}" is not known and declares nothing`,
        got: type,
        expected: `one of ${VALUE_TYPES.join(', ')}`,
      },
    ];
  });
}

const variable = z.looseObject({
  name: z.string({ error: 'Every variable needs a name' }).min(1, 'Every variable needs a name'),
  type: z.string().optional(),
  default: z.unknown().optional(),
  required: z.boolean().optional(),
});

export const input = defineNode({
  type: 'input',
  title: 'User Input',
  category: 'input',
  summary: 'Declares the values a caller sends; fills what is absent with its default, else with null.',
  aliases: { variables: ['data.variables', 'data.fields.variables', 'variables'] },
  config: z.object({
    variables: z
      .array(variable, { error: 'input: variables must be a list of objects with a name' })
      .nullish()
      .transform((list) => list ?? [])
      .describe(`What callers may send: name, type (${VALUE_TYPES.join(', ')}), default, required`),
  }),
  outputs: { name: 'input', summary: "The caller's values, gaps filled.", fixed: true },
  example: { type: 'input', variables: [{ name: 'email', type: 'string' }] },
  sideEffects: 'none',
  check: (_config, step) => checkTypes(step.variables),
  narrate: { start: () => 'Processing input variables', done: () => 'Input step completed successfully' },
  describe: ({ variables }) => ({
    sentence:
      variables.length === 0
        ? 'Takes whatever the caller sends'
        : `Takes ${joinFew(
            variables.map(({ name }) => quote(name)),
            20,
          )} from the caller`,
    requires: variables.filter(({ required }) => required).map(({ name }) => name),
  }),
  run(context, { variables }) {
    const variableNames = variables.map(({ name }) => name);
    context.logInput = { variables: variableNames };
    context.note?.(
      'info',
      'Parsing variable configuration',
      `Found ${variables.length} variable(s) to process`,
      { variableNames },
    );
    context.note?.('info', 'Resolving input values', 'Mapping input data to variable definitions...');
    const received = context.variables.input;
    const values: Record<string, unknown> = isPlainObject(received) ? { ...received } : {};
    const problems: Record<string, string[]> = {};
    for (const { name, type, default: fallback } of variables) {
      if (isForbiddenName(name)) continue;
      // A default that was typed in to try a workflow must not become everybody's password.
      const standIn = isSecretName(name) && context.isPublished ? null : (fallback ?? null);
      if (!Object.hasOwn(values, name) || values[name] === undefined) values[name] = standIn;
      const problem = readDeclared(values, name, type);
      if (problem !== null) problems[name] = [problem];
    }
    if (Object.keys(problems).length > 0) {
      throw new TerminalError('Input validation failed', { code: 'VALIDATION_FAILED', details: problems });
    }
    context.note?.(
      'data',
      'Input values resolved successfully',
      `Resolved ${variables.length} variable(s)`,
      values,
    );
    context.logOutput = { values };
    return values;
  },
});
