/** @module Which names of fields and headers stand for secrets. */

/** In a name without its dashes, underscores and spaces. */
const SECRET_NAME =
  /^(?:pass|pin)$|passw(?:or)?d|passphrase|passcode|secret(?!ar)|token$|authorization|bearer|apikey|privatekey|accesskey|credentials?$|cookie$|encrypteduri/;

/** Short words that are secrets only when they stand alone or end a name: `smtpPass`, but not `compass`. */
const SECRET_LAST_WORD = /(?:^|[-_\s.])(?:pass|pwd|otp|jwt)$/;

/** Names repeat in every step of every run; the bound keeps names that callers invent from filling the memory. */
const MAX_KNOWN = 5_000;
const known = new Map<string, boolean>();

/** Whether a field of this name holds a secret. Case, dashes, underscores and spaces do not matter. */
export function isSecretName(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const secret =
    SECRET_NAME.test(name.toLowerCase().replace(/[-_\s]/g, '')) ||
    SECRET_LAST_WORD.test(name.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toLowerCase());
  if (known.size >= MAX_KNOWN) known.clear();
  // A long name would be kept for the sake of a test that costs less than its memory.
  if (name.length <= 64) known.set(name, secret);
  return secret;
}
