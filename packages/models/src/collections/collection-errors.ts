/** @module What requests about collections are refused with. */
import { OrchestrixError } from '@orchestrix/engine';

/** One thing that is wrong with a field of a request. */
export interface FieldProblem {
  /** Where: `body.email`, `query.filter`. */
  path: string;
  message: string;
}

/** `VALIDATION_ERROR` (400), with the fields in its details. */
export function invalidRequest(problems: readonly FieldProblem[]): OrchestrixError {
  return new OrchestrixError('The request is not valid. Correct the fields named in details.', {
    code: 'VALIDATION_ERROR',
    status: 400,
    details: problems,
  });
}

/** `NOT_FOUND` (404). */
export function notFound(message: string): OrchestrixError {
  return new OrchestrixError(message, { code: 'NOT_FOUND', status: 404 });
}

/** `COLLECTION_NOT_EMPTY` (409). */
export function notEmpty(): OrchestrixError {
  return new OrchestrixError(
    'The collection holds data. Repeat the request with ?force=true to delete that too.',
    {
      code: 'COLLECTION_NOT_EMPTY',
      status: 409,
    },
  );
}
