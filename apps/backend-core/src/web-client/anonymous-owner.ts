/** @module The one owner for whom calls without a login act, while anonymous access is on. */

/** Existing clients and saved workflows know the anonymous owner by this name. */
export const ANONYMOUS_OWNER = 'default-owner';
