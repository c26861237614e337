/** @module `delay`: waits. */

import { z } from 'zod';
import { sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, type NodeFinding, requiredTemplate } from '../node.ts';
import type { Template } from '../values/template.ts';

/** A day: a longer wait is a schedule, which a run in memory cannot keep. */
const MAX_SECONDS = 86_400;

export const delay = defineNode({
  type: 'delay',
  title: 'Delay',
  category: 'flow',
  summary: 'Waits a number of seconds, then goes on.',
  aliases: { seconds: ['seconds', 'data.seconds', 'data.fields.seconds'] },
  config: z.object({ seconds: requiredTemplate(`Seconds to wait, 0 to ${MAX_SECONDS}`, 'number') }),
  outputs: null,
  example: { type: 'delay', seconds: 1 },
  sideEffects: 'waits',
  narrate: { start: () => 'Waiting', done: () => 'Delay completed' },
  describe: ({ seconds }) => ({
    sentence: `Waits ${sayValue(seconds.source)} second${Number(seconds.source) === 1 ? '' : 's'}`,
    failsWhen: isUsable(seconds.source) ? [] : [`the seconds are not a number from 0 to ${MAX_SECONDS}`],
  }),
  check: (config, step) => checkSeconds(config.seconds, step.seconds),
  async run(context, { seconds }) {
    const value = seconds.resolve(context.variables);
    if (!isUsable(value)) throw new TerminalError(MESSAGE, { code: 'STEP_MISCONFIGURED' });
    context.logInput = { seconds: Number(value) };
    context.note?.('info', 'Waiting', `Waiting ${Number(value)} second(s)...`);
    await context.runtime.sleep(Number(value) * 1000, context.signal);
    context.logOutput = { waited: Number(value) };
  },
});

const MESSAGE = `delay: seconds must be a number from 0 to ${MAX_SECONDS}`;

function isUsable(value: unknown): boolean {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return false;
  const number = Number(value);
  return number >= 0 && number <= MAX_SECONDS;
}

function checkSeconds(template: Template, value: unknown): NodeFinding[] {
  if (isUsable(value) || !template.isConstant) return [];
  const isBlank = value === '';
  return [
    {
      code: isBlank ? 'CONFIG_INCOMPLETE' : 'CONFIG_INVALID',
      severity: isBlank ? 'warning' : 'error',
      path: 'seconds',
      message: isBlank ? 'How long to wait is not given yet' : MESSAGE,
      ...(isBlank || value === undefined ? {} : { got: value }),
      expected: `a number from 0 to ${MAX_SECONDS}`,
    },
  ];
}
