/** @module Lets viewers in over sockets: who they are, how many they may be, and for how long. */
import type { IncomingMessage } from 'node:http';
import type { ConnectionLimit } from '@orchestrix/limits';
import type { AuthService, SessionWatch } from '@orchestrix/sessions';
import { serverError } from '../errors.ts';
import { clientAddress } from '../http/client-address.ts';

/** A connection that was let in. */
export interface AdmittedViewer {
  /** The account of the token; absent without one. */
  ownerId?: string;
  /** To be called when the connection is up: `end` closes it when the login ends. */
  onEnd(end: () => void): void;
  /** To be called when the connection is gone. Safe to repeat. */
  release(): void;
}

/** @throws OrchestrixError `UNAUTHENTICATED` for a token that opens nothing, `TOO_MANY_CONNECTIONS` */
export type Admission = (request: IncomingMessage, token: string | undefined) => Promise<AdmittedViewer>;

/**
 * Lets a viewer in and says whose things it may see: its account's, and the anonymous owner's while that is allowed.
 *
 * @throws OrchestrixError as {@link Admission}; `UNAUTHENTICATED` without a token while anonymous access is off
 */
export async function admitOwners(
  request: IncomingMessage,
  token: string | undefined,
  { admit, anonymousOwner }: { admit: Admission; anonymousOwner?: string },
): Promise<{ owners: string[]; viewer: AdmittedViewer }> {
  const anonymous = anonymousOwner === undefined ? [] : [anonymousOwner];
  if (token === undefined && anonymous.length === 0) throw serverError('UNAUTHENTICATED');
  const viewer = await admit(request, token);
  return { owners: viewer.ownerId === undefined ? anonymous : [viewer.ownerId, ...anonymous], viewer };
}

/** Admission by the server's own tokens. */
export function admission(
  parts: { auth: AuthService; viewerLimit: ConnectionLimit; sessionWatch: SessionWatch },
  { trustProxy }: { trustProxy: number },
): Admission {
  const { auth, viewerLimit, sessionWatch } = parts;
  return async (request, token) => {
    const undo: (() => void)[] = [];
    const count = (kind: 'address' | 'account', key: string) => {
      const release = viewerLimit.admit(kind, key);
      if (!release) throw serverError('TOO_MANY_CONNECTIONS');
      undo.push(release);
    };
    const release = () => {
      for (const one of undo.splice(0)) one();
    };
    try {
      count('address', clientAddress(request, trustProxy));
      if (token === undefined) return { onEnd: () => {}, release };
      const claims = auth.verify(token);
      const { userId } = await auth.authenticate(token);
      count('account', userId);
      return {
        ownerId: userId,
        onEnd: (end) => undo.push(sessionWatch.watch(claims, end)),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  };
}
