/** @module `input`: which values callers send, and what stands in for those they leave out. */

import { z } from 'zod';
import { joinFew, quote } from '../describe/say-value.ts';
import { defineNode } from '../node.ts';
import { isPlainObject } from '../values/copy.ts';
import { isForbiddenName } from '../values/path.ts';

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
      .describe('What callers may send: name, type, default'),
  }),
  outputs: { name: 'input', summary: "The caller's values, gaps filled.", fixed: true },
  example: { type: 'input', variables: [{ name: 'email', type: 'string' }] },
  sideEffects: 'none',
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
    for (const { name, default: fallback } of variables) {
      if (isForbiddenName(name)) continue;
      if (!Object.hasOwn(values, name) || values[name] === undefined) values[name] = fallback ?? null;
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
