/** @module Resolves the owner of a web-client request: from its token, otherwise from `ownerId`. */
import type { AiCaller } from '@orchestrix/ai/service';
import type { OrchestrixError } from '@orchestrix/engine';
import { serverError } from '../errors.ts';
import { ANONYMOUS_OWNER } from './anonymous-owner.ts';

/** Decides who owns what a call of the web client does. */
export interface BuilderOwners {
  /**
   * The owner of a call.
   *
   * @param userId the account of the call's token, if it has one
   * @param given the `ownerId` of the call
   * @throws OrchestrixError `UNAUTHENTICATED` while anonymous access is off, `FORBIDDEN` for another account
   */
  ownerOf(userId: string | undefined, given: string | undefined): Promise<string>;
}

/** What {@link createBuilderOwners} is built from. */
export interface BuilderOwnersParts {
  anonymousAccess: boolean;
}

/** Owners by token, else by name. */
export function createBuilderOwners({ anonymousAccess }: BuilderOwnersParts): BuilderOwners {
  return {
    ownerOf: async (userId, given) => {
      if (userId !== undefined) {
        if (given !== undefined && given !== userId) throw foreign();
        return userId;
      }
      if (!anonymousAccess) throw serverError('UNAUTHENTICATED');
      const owner = given ?? ANONYMOUS_OWNER;
      // Also where there is no such account yet: ids can be predicted, and data must not wait there for a later account.
      if (isAccountId(owner)) throw foreign();
      return owner;
    },
  };
}

/**
 * Whose documents an execution of this owner's workflows works on. The web client invents a name for every workflow it saves; all
 * of these names stand for the anonymous owner.
 */
export function dataOwnerOf(ownerId: string): string {
  return /^user_\d+$/.test(ownerId) ? ANONYMOUS_OWNER : ownerId;
}

/** Under whom an execution is recorded: an account, or the anonymous owner for every name without one. */
export function recordOwnerOf(ownerId: string): string {
  return isAccountId(ownerId) ? ownerId : ANONYMOUS_OWNER;
}

/**
 * An owner as a caller of language models. Callers without a login are counted by their address, so that one of them cannot lock out the
 * rest, and share the tokens of the anonymous owner.
 */
export function createAiCaller(ownerId: string, address: string): AiCaller {
  const recorded = recordOwnerOf(ownerId);
  return {
    ownerId: recorded,
    dataOwnerId: dataOwnerOf(ownerId),
    limitKey: recorded === ANONYMOUS_OWNER ? `address ${address}` : recorded,
  };
}

/** Whether an owner has collections in the server's own database: accounts and the anonymous owner. */
export function hasOwnCollections(ownerId: string): boolean {
  return ownerId === ANONYMOUS_OWNER || isAccountId(ownerId);
}

/** Accounts are known by their ObjectId; no name that the web client makes up looks like one. */
function isAccountId(ownerId: string): boolean {
  return /^[0-9a-f]{24}$/i.test(ownerId);
}

function foreign(): OrchestrixError {
  return serverError('FORBIDDEN', {
    message: 'This ownerId belongs to an account. Log in as it, or leave ownerId out.',
  });
}
