/** @module Rows of `userdbconnections`: whether what they hold can be read and used. */

import { dataOwnerOf } from '@orchestrix/backend-core/owners';
import type { ConnectionCipher } from '@orchestrix/owner-databases';
import { createAddressCheck } from '@orchestrix/owner-databases';
import {
  type FieldChange,
  type Inspection,
  type Inspector,
  type Issue,
  isText,
  repeated,
} from './inspection.ts';

/** @param cipher `null` when no key is set: then only the form of a text can be judged */
export function connectionInspector(cipher: ConnectionCipher | null): Inspector {
  const isRepeated = repeated();
  const address = createAddressCheck({ privateHosts: 'allowed' });
  const isAccepted = (uri: string) =>
    address.uri(uri).then(
      () => true,
      () => false,
    );

  async function inspectText(stored: string): Promise<Inspection> {
    const isPlain = /^mongodb(\+srv)?:\/\//.test(stored);
    if (!cipher && !isPlain) return { issues: [{ code: 'CONNECTION_NOT_CHECKED' }], changes: [] };
    const uri = isPlain ? stored : decrypted(cipher!, stored);
    if (uri === null) return { issues: [{ code: 'CONNECTION_UNDECRYPTABLE' }], changes: [] };
    if (!(await isAccepted(uri))) return { issues: [{ code: 'CONNECTION_REFUSED' }], changes: [] };
    if (!isPlain && stored.startsWith('enc:')) return { issues: [], changes: [] };
    if (!cipher) return { issues: [{ code: 'CONNECTION_PLAIN_WITHOUT_KEY' }], changes: [] };
    const change: FieldChange = isPlain
      ? { ...TEXT, code: 'CONNECTION_PLAIN', before: stored, after: cipher.encrypt(uri), secrecy: 'secret' }
      : { ...TEXT, code: 'CONNECTION_UNPREFIXED', before: stored, after: `enc:${stored}`, secrecy: 'public' };
    return { issues: [{ code: change.code }], changes: [change] };
  }

  return {
    nameOf: ({ _id, ownerId }) => (isText(ownerId) ? ownerId : String(_id)),
    projection: { ownerId: 1, encryptedUri: 1 },
    inspect: async ({ ownerId, encryptedUri }) => {
      if (!isText(ownerId) || !isText(encryptedUri))
        return { issues: [{ code: 'CONNECTION_UNREADABLE' }], changes: [] };
      const issues: Issue[] = [];
      if (isRepeated(ownerId)) issues.push({ code: 'CONNECTION_DUPLICATE' });
      // An address that is never read need not be decrypted.
      if (dataOwnerOf(ownerId) !== ownerId)
        return { issues: [...issues, { code: 'CONNECTION_UNUSED' }], changes: [] };
      const text = await inspectText(encryptedUri);
      return { issues: [...issues, ...text.issues], changes: text.changes };
    },
  };
}

const TEXT = { field: 'encryptedUri' } as const;

function decrypted(cipher: ConnectionCipher, stored: string): string | null {
  try {
    return cipher.decrypt(stored);
  } catch {
    return null;
  }
}
