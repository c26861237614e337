/** @module Recognises a database without room, whichever way it says so. */

/** MongoDB's code OutOfDiskSpace. */
const OUT_OF_DISK_SPACE = 14031;

/** How SQLite, the operating system and hosted databases put it. */
const FULL_TEXT =
  /database or disk is full|disk I\/O error|no space left on device|\bENOSPC\b|\bSQLITE_FULL\b|OutOfDiskSpace|out of disk space|over your space quota/i;

/** How deep causes and lists of errors are looked into. */
const MAX_DEPTH = 5;

/**
 * Whether an error says that the database could not store something because its disk has no room. Causes and the errors of single
 * writes of a batch count too.
 */
export function isDatabaseFull(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false;
  const { code, message, errmsg, cause, writeErrors } = error as {
    [field in 'code' | 'message' | 'errmsg' | 'cause' | 'writeErrors']?: unknown;
  };
  if (code === OUT_OF_DISK_SPACE || code === 'DATABASE_FULL') return true;
  if (FULL_TEXT.test(`${textOf(message)} ${textOf(errmsg)}`) && isOfDatabase(error)) return true;
  if (Array.isArray(writeErrors) && writeErrors.some((each) => isDatabaseFull(each, depth + 1))) return true;
  return isDatabaseFull(cause, depth + 1);
}

/** A refusal of the author's own words, such as a guard's message, may read the same. */
function isOfDatabase(error: object): boolean {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return /^Mongo|^BulkWrite|^WriteError/.test(textOf(name)) || typeof code === 'number' || code === 'ENOSPC';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
