/** @module What requests to language models are refused with. */
import { OrchestrixError } from '@orchestrix/engine';

/** Every code of limits on language models: its HTTP status, and a message that says what was wrong and what to do. */
export const AI_LIMIT_ERRORS = {
  AI_TOO_MANY_REQUESTS: [
    429,
    'Too many requests to the language model within a minute. Wait for as long as the Retry-After header says.',
  ],
  AI_BUDGET_EXHAUSTED: [
    429,
    "Today's tokens of the language model are used up. They come back at midnight UTC; see GET /ai/usage.",
  ],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** A limit that is used up. @param details what the limit is, and `retryAfterMs` */
export function limitReached(code: keyof typeof AI_LIMIT_ERRORS, details: object): OrchestrixError {
  const [status, message] = AI_LIMIT_ERRORS[code];
  return new OrchestrixError(message, { code, status, details });
}

/** `SHUTTING_DOWN`. */
export function shuttingDown(): OrchestrixError {
  return new OrchestrixError('The server is about to stop. Try again in a few seconds.', {
    code: 'SHUTTING_DOWN',
    status: 503,
  });
}

/** `CONFLICT`: the id of a generation is in use. */
export function generationIdInUse(): OrchestrixError {
  return new OrchestrixError('This generationId is in use: choose a new one for every request.', {
    code: 'CONFLICT',
    status: 409,
  });
}
