/** @module What callers read when an execution cannot be started, found or cancelled. */
import { OrchestrixError } from '@orchestrix/engine';

/** Every code of this package: its HTTP status, and a message that says what was wrong and what to do. */
const ERRORS = {
  NOT_FOUND: [404, 'There is no execution with this id.'],
  CONFLICT: [409, 'The execution has already finished.'],
  SHUTTING_DOWN: [503, 'The server is about to stop. Try again in a few seconds.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** @param message default: the catalogue's */
export function executionError(
  code: keyof typeof ERRORS,
  message?: string,
  details?: unknown,
): OrchestrixError {
  const [status, text] = ERRORS[code];
  return new OrchestrixError(message ?? text, { code, status, details });
}
