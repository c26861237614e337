/** @module The server's catalogue of errors, and the one shape in which every error is answered. */
import { AI_LIMIT_ERRORS } from '@orchestrix/ai/service';
import { ENGINE_ERRORS, ensureError, OrchestrixError } from '@orchestrix/engine';
import { EXECUTION_ERRORS } from '@orchestrix/executions';
import { LIMIT_ERRORS } from '@orchestrix/limits';
import { isDatabaseAway, isDatabaseFull } from '@orchestrix/models';
import { OWNER_DATABASE_ERRORS } from '@orchestrix/owner-databases';
import { ROUTE_ERRORS } from '@orchestrix/routes';
import { SESSION_ERRORS } from '@orchestrix/sessions';

/**
 * Every code the server answers with besides the engine's: its HTTP status, and a message that says what was wrong and what
 * to do. `docs/errors.md` has a section for each.
 */
export const SERVER_ERRORS = {
  ...ROUTE_ERRORS,
  MALFORMED_URL: [400, 'The address is not valid. Percent-encode special characters in it.'],
  REQUEST_TIMEOUT: [408, 'The body of the request took too long to arrive. Send it again.'],
  AI_PROMPT_REQUIRED: [400, 'Prompt required'],
  ...SESSION_ERRORS,
  FORBIDDEN: [403, 'This account may not do that.'],
  NOT_FOUND: [404, 'There is nothing with this id. Check it, or list what exists.'],
  CONFLICT: [409, 'Something else stands in the way. Read it again and repeat the change.'],
  VERSION_CONFLICT: [409, 'It was changed meanwhile. Read the newest version and repeat the change on it.'],
  EMAIL_TAKEN: [409, 'This e-mail address has an account already. Log in, or register another address.'],
  DUPLICATE_VALUE: [409, 'Another document has this value in a unique field. Choose another value.'],
  ...OWNER_DATABASE_ERRORS,
  AI_PROMPT_TOO_LONG: [413, 'A request has at most 20,000 characters. Say it more briefly.'],
  PAYLOAD_TOO_LARGE: [413, 'The body is larger than 1 MB. Send less at once.'],
  ...EXECUTION_ERRORS,
  ...LIMIT_ERRORS,
  ...AI_LIMIT_ERRORS,
  INTERNAL_ERROR: [500, 'Something went wrong in the server. Quote the requestId when you report it.'],
  AI_NOT_CONFIGURED: [
    503,
    'No language model is configured. Set GROQ_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY or HUGGINGFACE_API_KEY and restart the server.',
  ],
  AI_NO_GRAPH: [502, 'The language model gave no usable workflow. Say it differently and try again.'],
  AI_NO_WORKFLOW: [
    502,
    'No workflow that compiles came of the request. The diagnostics say why; say it differently and try again.',
  ],
  AI_REQUEST_REJECTED: [502, "The language model's provider refused the request as it is."],
  AI_BAD_RESPONSE: [502, 'The language model answered with something that is no answer. Try again.'],
  AI_REFUSED: [502, 'The language model declined to answer. Say it differently.'],
  AI_RATE_LIMITED: [503, 'The language model is asked too often at the moment. Try again in a minute.'],
  AI_UNAVAILABLE: [503, 'The language model cannot be reached at the moment. Try again later.'],
  AI_TIMEOUT: [503, 'The language model took too long. Try again.'],
  AI_UNAUTHORIZED: [503, "The language model's provider does not accept the server's key."],
  AI_QUOTA_EXHAUSTED: [503, "The server's account at the language model's provider is used up."],
  AI_MODEL_UNKNOWN: [503, "The language model's provider has no such model."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

/** A code of the server's catalogue. */
export type ServerErrorCode = keyof typeof SERVER_ERRORS;

/** What an error of the catalogue may say instead of, or besides, the catalogue's text. */
export interface ServerErrorOptions {
  /** Default: the catalogue's. */
  message?: string;
  /** What the client may read to correct its request. Never a secret. */
  details?: unknown;
  cause?: unknown;
}

/** An error with a code of the server's catalogue. */
export function serverError(code: ServerErrorCode, options: ServerErrorOptions = {}): OrchestrixError {
  const [status, message] = SERVER_ERRORS[code];
  return new OrchestrixError(options.message ?? message, {
    code,
    status,
    details: options.details,
    cause: options.cause,
  });
}

/** The body of every answer that is an error. */
export interface ErrorBody {
  error: string;
  code: string;
  details?: unknown;
  requestId: string;
  /** ISO 8601. */
  timestamp: string;
}

/** What {@link toErrorResponse} needs to know besides the error. */
export interface ErrorContext {
  requestId: string;
  /** In production, answers with a status of 500 and more say nothing about the inside. */
  production: boolean;
}

/**
 * Turns whatever was thrown into the status and the body to answer with; the only place where that is decided.
 */
export function toErrorResponse(thrown: unknown, context: ErrorContext): { status: number; body: ErrorBody } {
  const error = classify(thrown);
  const status =
    Number.isInteger(error.status) && error.status >= 400 && error.status <= 599 ? error.status : 500;
  const hidden = status >= 500 && context.production && !ABOUT_THE_REQUEST.has(error.code);
  const details = hidden ? undefined : (error.details ?? undefined);
  return {
    status,
    body: {
      error: hidden ? publicMessage(error.code) : error.message,
      code: hidden && !isCatalogued(error.code) ? 'INTERNAL_ERROR' : error.code,
      ...(details !== undefined && { details }),
      requestId: context.requestId,
      timestamp: new Date().toISOString(),
    },
  };
}

/** Says what was wrong with what was asked for, and nothing about the inside of the server. */
const ABOUT_THE_REQUEST: ReadonlySet<string> = new Set(['AI_NO_WORKFLOW']);

/** How many seconds a caller has to wait, rounded up, where the error's `details.retryAfterMs` says so. */
export function retryAfterOf(thrown: unknown): number | undefined {
  const { details } = classify(thrown);
  const { retryAfterMs } = (details ?? {}) as { retryAfterMs?: unknown };
  if (typeof retryAfterMs !== 'number' || !Number.isFinite(retryAfterMs)) return undefined;
  return Math.max(1, Math.ceil(retryAfterMs / 1000));
}

/** The error of the catalogue that a thrown thing stands for; what nobody foresaw is an `INTERNAL_ERROR`. */
export function classify(thrown: unknown): OrchestrixError {
  if (thrown instanceof OrchestrixError) return thrown;
  if (isDatabaseFull(thrown)) return serverError('DATABASE_FULL', { cause: thrown });
  if (isDatabaseAway(thrown)) return serverError('DATABASE_UNREACHABLE', { cause: thrown });
  if (thrown instanceof URIError) return serverError('MALFORMED_URL', { cause: thrown });
  const { type, status } = fieldsOf(thrown);
  const code = BODY_PARSER_TYPES.get(type);
  if (code !== undefined) return serverError(code, { cause: thrown });
  if (status >= 400 && status < 500) {
    const message = SERVER_ERRORS.REQUEST_INVALID[1];
    return new OrchestrixError(message, { code: 'REQUEST_INVALID', status, cause: thrown });
  }
  return ensureError(thrown, 'INTERNAL_ERROR');
}

/** How the body parser names what it refuses. */
const BODY_PARSER_TYPES = new Map<string, ServerErrorCode>([
  ['entity.parse.failed', 'MALFORMED_JSON'],
  ['entity.too.large', 'PAYLOAD_TOO_LARGE'],
  ['charset.unsupported', 'UNSUPPORTED_MEDIA_TYPE'],
  ['encoding.unsupported', 'UNSUPPORTED_MEDIA_TYPE'],
  ['request.aborted', 'REQUEST_ABORTED'],
  ['request.size.invalid', 'REQUEST_INVALID'],
]);

function fieldsOf(thrown: unknown): { type: string; status: number } {
  if (typeof thrown !== 'object' || thrown === null) return { type: '', status: 0 };
  const { type, status } = thrown as { type?: unknown; status?: unknown };
  return { type: String(type), status: typeof status === 'number' ? status : 0 };
}

function isCatalogued(code: string): boolean {
  return Object.hasOwn(SERVER_ERRORS, code) || Object.hasOwn(ENGINE_ERRORS, code);
}

function publicMessage(code: string): string {
  const entry = Object.hasOwn(SERVER_ERRORS, code) ? SERVER_ERRORS[code as ServerErrorCode] : undefined;
  return (entry ?? SERVER_ERRORS.INTERNAL_ERROR)[1];
}
