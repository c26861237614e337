/** @module `delay`: waits. */

import { z } from 'zod';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate } from '../node.ts';

/** A day: a longer wait is a schedule, which a run in memory cannot keep. */
const MAX_SECONDS = 86_400;

export const delay = defineNode({
  type: 'delay',
  title: 'Delay',
  category: 'flow',
  summary: 'Waits a number of seconds, then goes on.',
  aliases: { seconds: ['seconds', 'data.seconds', 'data.fields.seconds'] },
  config: z.object({ seconds: requiredTemplate(`Seconds to wait, 0 to ${MAX_SECONDS}`) }),
  outputs: null,
  example: { type: 'delay', seconds: 1 },
  sideEffects: 'waits',
  check: (_config, step) =>
    isUsable(step.seconds) || typeof step.seconds === 'string'
      ? []
      : [
          {
            code: 'CONFIG_INVALID',
            severity: 'error',
            path: 'seconds',
            message: MESSAGE,
            got: step.seconds,
            expected: 'a number',
          },
        ],
  async run(context, { seconds }) {
    const value = seconds.resolve(context.variables);
    if (!isUsable(value)) throw new TerminalError(MESSAGE, { code: 'STEP_MISCONFIGURED' });
    context.logInput = { seconds: Number(value) };
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
