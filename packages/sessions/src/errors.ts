/** @module What a log-in or a token is refused with. */
import { OrchestrixError } from '@orchestrix/engine';

/** Every code of this package: its HTTP status, and a message that says what was wrong and what to do. */
export const SESSION_ERRORS = {
  UNAUTHENTICATED: [
    401,
    'Log in first: send the header "Authorization: Bearer <token>" with a token from /auth/login.',
  ],
  INVALID_CREDENTIALS: [401, 'Invalid email or password'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** An error of the catalogue. */
export function sessionError(code: keyof typeof SESSION_ERRORS, cause?: unknown): OrchestrixError {
  const [status, message] = SESSION_ERRORS[code];
  return new OrchestrixError(message, { code, status, cause });
}
