/** @module How long a request may be. */

/** Longest request, in characters. */
export const MAX_REQUEST_LENGTH = 20_000;
