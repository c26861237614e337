/** @module `jwtGenerate`: makes a signed token. */

import { z } from 'zod';
import { isNothing, sayFields } from '../describe/say-filter.ts';
import { refers } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate } from '../node.ts';
import { isBcryptHash } from '../values/bcrypt.ts';
import { isPlainObject } from '../values/copy.ts';

/** A number with a unit or, as forms send it, a number of seconds as text. */
const DURATION = /^\d+(?:\.\d+)?\s*(?:ms|s|m|h|d|w|y)?$/i;
const DURATION_WANTED = 'jwtGenerate: expiresIn must be seconds or a text such as "7d" or "15m"';

export const jwtGenerate = defineNode({
  type: 'jwtGenerate',
  title: 'Generate Token',
  category: 'identity',
  summary: 'Makes a token (JWT, HS256) that a later call can show in its Authorization header.',
  aliases: { payload: ['payload', 'data.payload'], expiresIn: ['expiresIn', 'data.expiresIn'] },
  config: z.object({
    payload: requiredTemplate('Claims of the token', 'fields'),
    expiresIn: z
      .union(
        [
          z.number().positive({ error: DURATION_WANTED }),
          // The union keeps to itself what it thinks of a text when this has the right type.
          z.string().regex(DURATION, { error: DURATION_WANTED }),
          z.literal(''),
        ],
        { error: DURATION_WANTED },
      )
      .nullish()
      .transform(readDuration)
      .describe('How long it is valid; 7d when absent'),
  }),
  outputs: { name: 'token', summary: 'The token as text.' },
  example: { type: 'jwtGenerate', payload: { userId: '{{ user._id }}' }, expiresIn: '7d' },
  sideEffects: 'none',
  narrate: { start: () => 'Generating a token', done: () => 'Token generated successfully' },
  describe: ({ payload, expiresIn }) => ({
    sentence: `Makes a token${sayFields(payload)}, valid for ${typeof expiresIn === 'number' ? `${expiresIn} seconds` : expiresIn}`,
    failsWhen: refers(payload) || isNothing(payload.source) ? ['there is nothing to put into the token'] : [],
  }),
  async run(context, { payload, expiresIn }) {
    const claims = withoutHashes(payload.resolve(context.variables));
    if (!isPlainObject(claims) || Object.keys(claims).length === 0) {
      throw new TerminalError("jwtGenerate: 'payload' is required", { code: 'STEP_MISCONFIGURED' });
    }
    context.logInput = { claims: Object.keys(claims), expiresIn };
    const { tokens } = context.ports;
    if (!tokens) throw new TerminalError('JWT_SECRET is not configured', { code: 'PORT_MISSING' });
    const token = await tokens.sign(claims, { expiresIn });
    context.redactor.protect(token);
    context.logOutput = { success: true, outputVariable: context.outputName };
    return token;
  },
});

/** A token is read by whoever holds it: a whole user as payload must not carry the password's hash. */
function withoutHashes(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isHash(item)).map(withoutHashes);
  if (!isPlainObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) if (!isHash(inner)) kept[name] = withoutHashes(inner);
  return kept;
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && isBcryptHash(value);
}

/** Signers take a text without a unit for milliseconds; authors mean seconds. */
function readDuration(value: string | number | null | undefined): string | number {
  if (value === undefined || value === null || value === '') return '7d';
  const seconds = Number(value);
  return Number.isNaN(seconds) ? value : seconds;
}
