/** @module What callers of a published API read when its execution failed: what was wrong with their call, and nothing of the inside. */
import type { WorkflowExecutionResult } from '@orchestrix/engine';
import { LIMIT_ERRORS } from '@orchestrix/limits';
import { EXECUTION_ERRORS } from '../errors.ts';
import { fieldsOf } from './fields.ts';

/** An answer to a caller. */
export interface PlainFailure {
  status: number;
  code: string;
  error: string;
  details?: unknown;
  /** Seconds after which another try makes sense. */
  retryAfter?: number;
}

type Answers = Readonly<Record<string, readonly [status: number, error: string]>>;

/** Failures of what the server stands on, and of limits: the same call may do later what it could not do now. */
const PASSING: Answers = {
  DATABASE_FAILED: EXECUTION_ERRORS.DATABASE_FAILED,
  DATABASE_UNREACHABLE: EXECUTION_ERRORS.DATABASE_UNREACHABLE,
  DATABASE_FULL: EXECUTION_ERRORS.DATABASE_FULL,
  QUERY_TIMEOUT: EXECUTION_ERRORS.QUERY_TIMEOUT,
  SHUTTING_DOWN: EXECUTION_ERRORS.SHUTTING_DOWN,
  TOO_MANY_ATTEMPTS: LIMIT_ERRORS.TOO_MANY_ATTEMPTS,
  TOO_MANY_REQUESTS: LIMIT_ERRORS.TOO_MANY_REQUESTS,
  TOO_MANY_EXECUTIONS: LIMIT_ERRORS.TOO_MANY_EXECUTIONS,
  OWNER_DATABASES_BUSY: [503, 'Too many databases are in use at the moment. Try again in a few seconds.'],
  OWNER_DATABASE_UNREACHABLE: [503, 'Could not connect to your database: it does not answer at the moment.'],
  MAIL_FAILED: [503, 'The mail server could not take the mail at the moment.'],
  CANCELLED: [503, 'The call was stopped before it was complete.'],
  LIMIT_TIME: EXECUTION_ERRORS.API_TIMEOUT,
  LIMIT_RECIPIENTS: [429, 'The mails of this call have too many recipients.'],
};

/** Failures that the caller can do something about. */
const OF_THE_CALL: Answers = {
  VALIDATION_FAILED: [400, 'The request is not valid. Correct the fields named in details.'],
  REFERENCE_WITHOUT_VALUE: [400, 'The request lacks a value that is needed.'],
  OPERATOR_NOT_ALLOWED: [400, 'A key in the request begins with "$", which no value may.'],
  FILTER_INVALID: [400, 'A value in the request cannot be searched for.'],
  CAST_FAILED: [400, 'A value in the request has the wrong type.'],
  DATA_NOT_STORABLE: [400, 'A value in the request cannot be stored.'],
  LIMIT_DEPTH: [400, 'The request is nested too deeply.'],
  UNAUTHORIZED: [401, 'Send a valid token: Authorization: Bearer <token>.'],
  FORBIDDEN: [403, 'This token may not do that.'],
  DUPLICATE_VALUE: [409, 'Something with this value exists already.'],
  QUOTA_EXCEEDED: [413, 'The owner of this API has no room left for more.'],
  STEP_FAILED: [422, 'This cannot be done with the values of the request.'],
  DATABASE_REFUSED: [422, 'This cannot be done with the values of the request.'],
  MAIL_REFUSED: [422, 'The mail server refused the mail.'],
  MAIL_INVALID: [422, 'The mail cannot be sent as it is.'],
  LIMIT_OUTPUT_SIZE: [422, 'The result is too large. Ask for less.'],
  LIMIT_VARIABLES_SIZE: [422, 'The result is too large. Ask for less.'],
};

const NOT_SET_UP = 'This API is not set up right. Its owner finds out why in the execution.';

/** Mail that may have gone out must not be asked for again without a thought. */
const UNKNOWN_DELIVERY =
  'The mail server did not confirm the mail. It may have been sent: sending it again can double it.';

const RETRY_SECONDS = 5;

/** How a failure is answered that lies neither in the workflow nor in the call, whatever errors an API shows; `null` for others. */
export function passingFailure({
  errorCode = '',
  errorDetails,
}: WorkflowExecutionResult): PlainFailure | null {
  const entry = Object.hasOwn(PASSING, errorCode) ? PASSING[errorCode] : undefined;
  if (!entry) return null;
  const [status, error] = entry;
  const { retryAfterMs, delivery } = fieldsOf(errorDetails);
  const isUnknown = errorCode === 'MAIL_FAILED' && delivery === 'unknown';
  const isLater = (status === 503 || status === 429) && !isUnknown;
  const seconds = typeof retryAfterMs === 'number' ? Math.ceil(retryAfterMs / 1000) : RETRY_SECONDS;
  return {
    status,
    code: errorCode === 'LIMIT_TIME' ? 'API_TIMEOUT' : errorCode,
    error: isUnknown ? UNKNOWN_DELIVERY : error,
    ...(isLater ? { retryAfter: Math.max(1, seconds) } : {}),
  };
}

/** How a failed execution is answered to callers of an API with plain errors. */
export function plainFailure(result: WorkflowExecutionResult): PlainFailure {
  const passing = passingFailure(result);
  if (passing) return passing;
  const code = result.errorCode ?? '';
  const entry = Object.hasOwn(OF_THE_CALL, code) ? OF_THE_CALL[code] : undefined;
  if (!entry) return { status: 500, code: 'API_FAILED', error: NOT_SET_UP };
  const [status, error] = entry;
  const details = detailsOf(code, fieldsOf(result.errorDetails));
  return { status, code, error, ...(details === undefined ? {} : { details }) };
}

/**
 * The result as it is shown to anybody: the messages of drivers, with their hosts and ports, are replaced. Failures of the workflow itself
 * keep the author's words.
 */
export function publicResult(result: WorkflowExecutionResult): WorkflowExecutionResult {
  const { error, errorCode } = result;
  if (error === undefined) return result;
  const message =
    errorCode === 'OWNER_DATABASE_REFUSED'
      ? 'Could not connect to your database: this server does not connect to it.'
      : passingFailure(result)?.error;
  if (message === undefined) return result;
  const { errorDetails: _details, ...rest } = result;
  return {
    ...rest,
    error: message,
    steps: result.steps.map((step) =>
      step.error?.message === error ? { ...step, error: { message, details: null } } : step,
    ),
  };
}

/** Names of the caller's fields with what is wrong with each; names of collections and filters stay inside. */
function detailsOf(code: string, details: Record<string, unknown>): unknown {
  if (code === 'VALIDATION_FAILED')
    return Object.fromEntries(
      Object.entries(details).map(([name, messages]) => [callersName(name), messages]),
    );
  if (code === 'DUPLICATE_VALUE')
    return Array.isArray(details.fields) ? { fields: details.fields } : undefined;
  if (code !== 'REFERENCE_WITHOUT_VALUE') return undefined;
  const { reference } = details;
  const isCallers = typeof reference === 'string' && /^(?:input|request)\./.test(reference);
  return isCallers ? { [callersName(reference)]: ['Field is required'] } : undefined;
}

const callersName = (name: string): string => name.replace(/^input\./, '');
