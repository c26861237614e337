/** @module What every method of the client rejects with. */

/** What is known about a failure. */
export interface ClientErrorFields {
  /** HTTP status of the answer; 0 when there was none. */
  status: number;
  /** For programs: a code of the server's, or one of {@link CLIENT_CODES}. */
  code: string;
  /** What exactly was wrong: fields, diagnostics, the body of a published API's answer. */
  details?: unknown;
  /** Names the request in the server's log. */
  requestId?: string;
  cause?: unknown;
}

/** Codes that the client adds to those of the server. */
export const CLIENT_CODES = {
  /** The server could not be reached, or the connection broke. */
  network: 'NETWORK_ERROR',
  /** Something answered, but not in the server's language: probably a proxy, or a wrong `baseUrl`. */
  answer: 'ANSWER_INVALID',
  /** An argument can be sent in no request: an empty id, an address of another server. */
  argument: 'ARGUMENT_INVALID',
  /** A log ends without saying how the run ended: the server that ran it stopped. */
  interrupted: 'EXECUTION_INTERRUPTED',
} as const;

/**
 * Thrown when a call did not succeed. `message` is for people: what was wrong and what to do.
 *
 * - the server refused the call: `status` and `code` are its own
 * - the server could not be reached: `status` 0, `code` `NETWORK_ERROR`
 * - a published API answered with a status of 400 or more: `details` is the body
 *
 * An aborted call rejects with the signal's reason instead.
 */
export class OrchestrixClientError extends Error {
  override readonly name = 'OrchestrixClientError';
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly requestId: string | undefined;

  constructor(message: string, { status, code, details, requestId, cause }: ClientErrorFields) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }
}

/** The error for an answer with a status of 400 or more. */
export function errorOfAnswer(
  status: number,
  body: unknown,
  requestId: string | null,
): OrchestrixClientError {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const isServers = typeof fields.code === 'string' && typeof fields.requestId === 'string';
  const message =
    textOf(fields.error) ?? textOf(fields.message) ?? `The server answered with status ${status}`;
  const details = isServers ? (fields.details ?? fields.detail) : body;
  const id = textOf(fields.requestId) ?? requestId;
  return new OrchestrixClientError(message, {
    status,
    code: textOf(fields.code) ?? `HTTP_${status}`,
    ...(details === undefined ? {} : { details }),
    ...(id ? { requestId: id } : {}),
  });
}

/**
 * The error for a request that got no answer, or only a part of one.
 *
 * @param thrown what `fetch` rejected with
 * @param origin of the server
 */
export function errorOfNetwork(thrown: unknown, origin: string): OrchestrixClientError {
  const why = thrown instanceof Error && thrown.message !== '' ? `: ${thrown.message}` : '';
  return new OrchestrixClientError(`Could not reach ${origin}${why}`, {
    status: 0,
    code: CLIENT_CODES.network,
    cause: thrown,
  });
}

/** The error for an argument that no request can carry. */
export function errorOfArgument(message: string): OrchestrixClientError {
  return new OrchestrixClientError(message, { status: 0, code: CLIENT_CODES.argument });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
