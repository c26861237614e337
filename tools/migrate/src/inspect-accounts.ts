/** @module Rows of `users` and `sessions`. */
import { emailKeyOf, isBcryptHash } from '@orchestrix/models';
import type { Census } from './census.ts';
import { type FieldChange, type Inspector, type Issue, isText, repeated } from './inspection.ts';

/** Looks at how an account is found and what its password is; neither ever leaves this function. */
export function userInspector({ addresses }: Census): Inspector {
  return {
    nameOf: ({ _id }) => String(_id),
    projection: { email: 1, emailKey: 1, password: 1, role: 1 },
    inspect: ({ _id, email, emailKey, password, role }) => {
      const issues: Issue[] = [];
      const changes: FieldChange[] = [];
      const repair = (change: Omit<FieldChange, 'secrecy'>): void => {
        issues.push({ code: change.code });
        changes.push({ ...change, secrecy: 'public' });
      };
      const address = isText(email) ? emailKeyOf(email) : '';
      if (address === '') issues.push({ code: 'USER_WITHOUT_EMAIL' });
      else if (emailKey !== address) {
        if (addresses.get(address) !== String(_id)) issues.push({ code: 'USER_EMAIL_DUPLICATE' });
        else if (emailKey === undefined || emailKey === null)
          repair({ code: 'USER_WITHOUT_EMAIL_KEY', field: 'emailKey', before: emailKey, after: address });
        else if (typeof emailKey === 'string')
          repair({ code: 'USER_EMAIL_KEY_STALE', field: 'emailKey', before: emailKey, after: address });
      }
      if (!isText(password)) issues.push({ code: 'USER_WITHOUT_PASSWORD' });
      else if (!isBcryptHash(password)) issues.push({ code: 'USER_PLAIN_PASSWORD' });
      if (role === undefined || role === null)
        repair({ code: 'USER_WITHOUT_ROLE', field: 'role', before: role, after: 'user' });
      return { issues, changes };
    },
  };
}

/** @param now what counts as expired */
export function sessionInspector(now: Date): Inspector {
  const isRepeated = repeated();
  return {
    nameOf: ({ _id }) => String(_id),
    projection: { sessionId: 1, userId: 1, expiresAt: 1 },
    inspect: ({ sessionId, userId, expiresAt }) => {
      if (!isText(sessionId) || !isText(userId) || !(expiresAt instanceof Date))
        return { issues: [{ code: 'SESSION_UNREADABLE' }], changes: [] };
      const issues: Issue[] = [];
      if (isRepeated(sessionId)) issues.push({ code: 'SESSION_DUPLICATE' });
      if (expiresAt <= now) issues.push({ code: 'SESSION_EXPIRED' });
      return { issues, changes: [] };
    },
  };
}
