/** @module Keeps keys out of texts that come from providers. */

/** What keys of the known providers look like, also half masked (`sk-ab***yz`). */
const LOOKS_LIKE_A_KEY = /\b(?:sk|gsk|hf|xai|AIza)[-_]?[A-Za-z0-9_*•.-]{8,}|\bBearer\s+\S+/g;
const LONGEST = 300;

/**
 * A provider's text as it may be shown: without the key, without anything that looks like one, on one line, and short.
 *
 * @param text what the provider wrote
 * @param secrets texts that must not appear
 */
export function presentable(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text.slice(0, 20 * LONGEST));
  const clean = known.replace(LOOKS_LIKE_A_KEY, '***').replace(/\s+/g, ' ').trim();
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}
