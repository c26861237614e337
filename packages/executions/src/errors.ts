/** @module The errors of running and publishing: what callers read, and with which status. */
import { OrchestrixError } from '@orchestrix/engine';

/** Every code of this package: its HTTP status, and a message that says what was wrong and what to do. */
export const EXECUTION_ERRORS = {
  METHOD_NOT_ALLOWED: [405, 'This address takes another method. See the Allow header.'],
  SLUG_TAKEN: [409, 'This slug is not free. Choose another.'],
  SHUTTING_DOWN: [503, 'The server is about to stop. Try again in a few seconds.'],
  DATABASE_UNREACHABLE: [503, 'The database cannot be reached at the moment. Try again in a few seconds.'],
  DATABASE_FAILED: [503, 'The database could not do this at the moment. Try again in a few seconds.'],
  DATABASE_FULL: [
    507,
    'The database has no room left, so nothing was stored. Free space on its disk and try again.',
  ],
  QUERY_TIMEOUT: [503, 'The query took too long and was stopped. Ask for fewer documents.'],
  API_TIMEOUT: [
    504,
    'The API took too long and its run was cancelled. Look at the execution to see where it was.',
  ],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** Codes that other parts of a server use, too, each with a text of its own. */
const SHARED = {
  VALIDATION_ERROR: [400, 'The request is not valid. Correct the fields named in details.'],
  REQUEST_INVALID: [400, 'The request could not be read.'],
  NOT_FOUND: [404, 'There is no execution with this id.'],
  CONFLICT: [409, 'The execution has already finished.'],
} as const;

const ERRORS = { ...EXECUTION_ERRORS, ...SHARED };

/** @param message default: the catalogue's */
export function executionError(
  code: keyof typeof ERRORS,
  message?: string,
  details?: unknown,
): OrchestrixError {
  const [status, text] = ERRORS[code];
  return new OrchestrixError(message ?? text, { code, status, details });
}
