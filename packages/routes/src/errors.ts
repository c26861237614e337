/** @module What a request is refused with before or instead of its handler. */
import { OrchestrixError } from '@orchestrix/engine';

/** Every code of this package: its HTTP status, and a message that says what was wrong and what to do. */
export const ROUTE_ERRORS = {
  VALIDATION_ERROR: [400, 'The request is not valid. Correct the fields named in details.'],
  REQUEST_ABORTED: [400, 'The request ended before its body did. Send it again.'],
  MALFORMED_JSON: [400, 'The body is not valid JSON. Send JSON text in UTF-8.'],
  REQUEST_INVALID: [400, 'The request could not be read. Check its headers and body.'],
  NUMBER_NOT_KEPT: [
    400,
    'A number in the body has more digits or a larger exponent than a number here can keep. Send it as a text.',
  ],
  FILES_NOT_SUPPORTED: [
    415,
    'Published APIs do not take files yet. Send the content as text, for example in base64.',
  ],
  ROUTE_NOT_FOUND: [404, 'There is no such route. See /docs for those that exist.'],
  UNSUPPORTED_MEDIA_TYPE: [
    415,
    'The body must be JSON in UTF-8, with the header "Content-Type: application/json".',
  ],
  TOO_MANY_CONNECTIONS: [429, 'Too many live connections are open. Close some of them.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** One thing that is wrong with a field of a request. */
export interface FieldProblem {
  /** Where: `body.email`, `query.limit`, `params.id`. */
  path: string;
  message: string;
}

/** An error of the catalogue. */
export function routeError(
  code: keyof typeof ROUTE_ERRORS,
  details?: readonly FieldProblem[],
  { message, cause }: { message?: string; cause?: unknown } = {},
): OrchestrixError {
  const [status, text] = ROUTE_ERRORS[code];
  return new OrchestrixError(message ?? text, { code, status, details, cause });
}
