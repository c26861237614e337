/** @module The tokens that an owner's workflows make and check. */
import type { Tokens } from '@orchestrix/engine';
import { createOwnerTokens } from '@orchestrix/sessions';
import { ANONYMOUS_OWNER } from '../web-client/anonymous-owner.ts';

/** Tokens of one owner's workflows; what belongs to the anonymous owner is open to every login. */
export function createWorkflowTokens(
  secret: string,
  ownerId: string,
  isLoggedOut?: (token: string) => Promise<boolean>,
): Tokens {
  const acceptsLogins = ownerId === ANONYMOUS_OWNER ? 'of everyone' : 'of the owner';
  return createOwnerTokens(secret, ownerId, { acceptsLogins, ...(isLoggedOut && { isLoggedOut }) });
}
