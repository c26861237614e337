/** @module `guard`: lets a run go on only if something holds, else ends it with an answer. */

import { z } from 'zod';
import { refersToSecret, saySecret, sayText, sayValue, shorten } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import type { Answer } from '../events.ts';
import { defineNode, type NodeFinding, requiredTemplate, template } from '../node.ts';
import type { ResolveObserver, Template } from '../values/template.ts';
import { toText } from '../values/text.ts';
import { COMPARISONS, type Comparison, holds, NEEDS_OTHER } from './guard-comparison.ts';
import { checkStatus, isStatus, sayStatus } from './response.ts';

const STATUS_MESSAGE = 'guard: statusCode must be a whole number from 200 to 599';
const VALUE_MESSAGE = 'guard: value is required';
const MESSAGE = 'The request cannot be carried out';

export const guard = defineNode({
  type: 'guard',
  title: 'Guard',
  category: 'flow',
  role: 'guard',
  summary:
    'Lets the run go on only if a value is as it should be; otherwise ends it with a status and { error: message }.',
  aliases: { statusCode: ['statusCode', 'status'] },
  config: z.object({
    value: requiredTemplate('What is looked at, such as "{{ existing }}"', 'value'),
    is: z
      .enum(COMPARISONS, { error: `guard: is must be one of ${COMPARISONS.join(', ')}` })
      .nullish()
      .transform((is): Comparison => is ?? 'present')
      .describe('How it must be for the run to go on; "present" when absent'),
    to: template({ description: `What it is compared with, for ${NEEDS_OTHER.join(', ')}`, shape: 'value' }),
    statusCode: template({
      description: 'Status when it is not so, 200 to 599; 400 when absent',
      shape: 'number',
    }),
    message: template({ description: 'What the caller is told when it is not so', shape: 'text' }),
  }),
  outputs: null,
  example: {
    type: 'guard',
    value: '{{ existing }}',
    is: 'absent',
    statusCode: 409,
    message: 'This e-mail address is taken',
  },
  sideEffects: 'none',
  narrate: { start: () => 'Checking whether the run may go on', done: () => 'Check completed' },
  describe: ({ value, is, to, statusCode, message }) => {
    const status = sayStatus(statusCode, 400);
    const rule = sayRule(value, is, to);
    return {
      sentence: `Goes on only if ${rule}; otherwise answers ${status.words}: ${sayMessage(message)}`,
      ...(status.known === null ? {} : { answers: [{ status: status.known, when: `unless ${rule}` }] }),
      failsWhen: [
        ...(isUnset(value) ? ['what it looks at is not given'] : []),
        ...(NEEDS_OTHER.includes(is) && isUnset(to) ? ['what it compares with is not given'] : []),
        ...status.failsWhen,
      ],
    };
  },
  check: ({ value, is, to }, step) => [
    ...checkStatus(step.statusCode, STATUS_MESSAGE),
    ...(NEEDS_OTHER.includes(is) && isUnset(to) ? [otherMissing(is, to)] : []),
    ...(isUnset(value) ? [valueMissing()] : []),
  ],
  run(context, { value, is, to, statusCode, message }): Answer | undefined {
    const { variables } = context;
    // A draft that looks at nothing yet would let everybody through where something has to be absent.
    if (isUnset(value)) throw new TerminalError(VALUE_MESSAGE, { code: 'STEP_MISCONFIGURED' });
    if (NEEDS_OTHER.includes(is) && isUnset(to))
      throw new TerminalError(otherMissing(is, to).message, { code: 'STEP_MISCONFIGURED' });
    const status = statusCode.resolve(variables) ?? 400;
    if (!isStatus(status)) throw new TerminalError(STATUS_MESSAGE, { code: 'STEP_MISCONFIGURED' });
    // Braces that hold no path have no value that could be looked at: nothing is let through on them.
    const isReadable = value.unreadable.length === 0 && to.unreadable.length === 0;
    const goesOn = isReadable && holds(value.resolve(variables, UNSET), is, to.resolve(variables, UNSET));
    context.logInput = { is };
    context.logOutput = goesOn ? { passed: true } : { passed: false, statusCode: Number(status) };
    if (goesOn) return undefined;
    const text = message.resolve(variables);
    const error = text === undefined || text === null || text === '' ? MESSAGE : toText(text);
    return { statusCode: Number(status), headers: {}, body: { error } };
  },
});

/**
 * What no step has set is absent. The text that stays elsewhere would count as present, and a caller could send the same
 * text to be equal to it.
 */
const UNSET: ResolveObserver = { unknown: () => undefined };

function isUnset({ source }: Template): boolean {
  return source === undefined || source === null || source === '';
}

const IN_WORDS: Record<Comparison, string> = {
  present: 'is present',
  absent: 'is absent',
  true: 'is true',
  false: 'is false',
  equal: 'equals',
  different: 'differs from',
  greater: 'is greater than',
  less: 'is less than',
  oneOf: 'is one of',
};

/** What stands beside a secret may be the secret itself. */
function sayRule(value: Template, is: Comparison, to: Template): string {
  const say = refersToSecret(value) || refersToSecret(to) ? saySecret : sayValue;
  const looked = isUnset(value) ? 'something that is not chosen yet' : say(value.source);
  if (!NEEDS_OTHER.includes(is)) return `${looked} ${IN_WORDS[is]}`;
  return `${looked} ${IN_WORDS[is]} ${isUnset(to) ? 'something that is not chosen yet' : say(to.source)}`;
}

function sayMessage({ source }: Template): string {
  if (source === undefined || source === null || source === '') return MESSAGE;
  return shorten(typeof source === 'string' ? sayText(source) : toText(source), 200);
}

/** A blank field of an editor is a draft; one that is not there at all is a mistake. */
function otherMissing(is: Comparison, to: Template): NodeFinding {
  const isBlank = to.source === '';
  return {
    code: isBlank ? 'CONFIG_INCOMPLETE' : 'CONFIG_INVALID',
    severity: isBlank ? 'warning' : 'error',
    path: 'to',
    message: `guard: "${is}" needs something to compare with`,
    expected: 'a value or a reference in "to"',
  };
}

function valueMissing(): NodeFinding {
  return {
    code: 'CONFIG_INCOMPLETE',
    severity: 'warning',
    path: 'value',
    message: 'What the guard looks at is not given yet',
    expected: 'a reference such as "{{ existing }}"',
  };
}
