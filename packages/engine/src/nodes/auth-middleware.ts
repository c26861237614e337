/** @module `authMiddleware`: lets a run go on only for callers with a valid token. */

import { z } from 'zod';
import { quote } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode } from '../node.ts';

export const authMiddleware = defineNode({
  type: 'authMiddleware',
  title: 'Auth Check',
  category: 'identity',
  summary:
    'Stops the run unless the caller shows a valid token (Authorization: Bearer …), and the right role if one is asked for.',
  aliases: { requiredRole: ['requiredRole', 'role', 'data.requiredRole'] },
  config: z.object({
    requiredRole: z
      .string({ error: 'authMiddleware: requiredRole must be a text' })
      .nullish()
      .describe('Role the token must carry'),
  }),
  outputs: { name: 'currentUser', summary: "The token's claims." },
  example: { type: 'authMiddleware' },
  sideEffects: 'none',
  narrate: { start: () => 'Checking the authorization', done: () => 'Authorization check passed' },
  describe: ({ requiredRole }) => ({
    sentence: `Lets only callers with a valid token${requiredRole ? ` and the role ${quote(requiredRole)}` : ''} go on`,
    failsWhen: [
      `the caller shows no valid token${requiredRole ? ` with the role ${quote(requiredRole)}` : ''}`,
    ],
    access: requiredRole ? { role: requiredRole } : {},
  }),
  async run(context, { requiredRole }) {
    const header = context.headers.authorization;
    const text = Array.isArray(header) ? header[0] : header;
    context.logInput = { hasAuthHeader: text !== undefined && text !== null && text !== '' };
    if (typeof text !== 'string' || !/^Bearer +\S/i.test(text))
      throw refused('Missing or invalid Authorization header');
    const token = text.replace(/^Bearer +/i, '').trim();
    context.redactor.protect(token);
    const { tokens } = context.ports;
    if (!tokens) throw refused('JWT_SECRET is not configured');
    const claims = await verify(() => tokens.verify(token));
    if (requiredRole && !hasRole(claims, requiredRole))
      throw refused(`Requires the role "${requiredRole}"`, 'FORBIDDEN');
    context.logOutput = { authenticated: true, outputVariable: context.outputName };
    return claims;
  },
});

async function verify(run: () => Record<string, unknown> | Promise<Record<string, unknown>>) {
  try {
    return await run();
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'invalid token');
  }
}

function hasRole(claims: Record<string, unknown>, role: string): boolean {
  return claims.role === role || (Array.isArray(claims.roles) && claims.roles.includes(role));
}

/** @param code `UNAUTHORIZED`: nobody known; `FORBIDDEN`: somebody known, who may not */
function refused(message: string, code: 'UNAUTHORIZED' | 'FORBIDDEN' = 'UNAUTHORIZED'): TerminalError {
  return new TerminalError(message, { code });
}
