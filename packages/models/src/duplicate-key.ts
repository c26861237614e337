/** @module Recognising the database's answer that a unique value exists already. */

/** What the database says about a refused duplicate. */
export interface DuplicateKey {
  /** The fields of the index, in its order. */
  fields: string[];
}

/** The duplicate that an error tells of, or `null` when it is another error. */
export function duplicateKeyOf(error: unknown): DuplicateKey | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 11000) return null;
  const pattern = 'keyPattern' in error && error.keyPattern;
  return { fields: pattern && typeof pattern === 'object' ? Object.keys(pattern) : [] };
}
