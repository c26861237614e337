/** @module What a provider answers is an answer: a redirect would take prompts and the key to an address that nobody configured. */

/** For requests that SDKs send; the SDK of Gemini has no such option. */
export const NO_REDIRECTS = { redirect: 'error' } as const;
