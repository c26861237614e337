/** @module The one error base, whether to try again, and the catalogue of the engine's codes. */

/**
 * Every code the engine can end a run or refuse a definition with. `status` is what an HTTP server should answer;
 * `docs/errors.md` has a section for each: cause and what to do.
 */
export const ENGINE_ERRORS = {
  STEP_FAILED: 422,
  STEP_MISCONFIGURED: 422,
  STEP_TYPE_UNKNOWN: 422,
  VALIDATION_FAILED: 422,
  REFERENCE_WITHOUT_VALUE: 422,
  OPERATOR_NOT_ALLOWED: 422,
  PORT_MISSING: 422,
  UNAUTHORIZED: 422,
  FORBIDDEN: 422,
  LIMIT_OUTPUT_SIZE: 422,
  LIMIT_VARIABLES_SIZE: 422,
  LIMIT_DEPTH: 422,
  LIMIT_STEPS: 422,
  LIMIT_RECIPIENTS: 429,
  LIMIT_TIME: 504,
  CANCELLED: 499,
  DEFINITION_INVALID: 400,
} as const;

/** A code of the engine's catalogue. */
export type EngineErrorCode = keyof typeof ENGINE_ERRORS;

/** What an {@link OrchestrixError} is made of besides its message. */
export interface OrchestrixErrorOptions {
  /** A code of a catalogue; other packages bring their own. */
  code: string;
  /** HTTP status a server should answer with. Default: the catalogue's, else 500. */
  status?: number;
  /** What a client may read: field messages, diagnostics. Never a secret. */
  details?: unknown;
  cause?: unknown;
}

/** Thrown for every failure that has a code. Trying again may help, unless it is a {@link TerminalError}. */
export class OrchestrixError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: unknown;

  constructor(message: string, options: OrchestrixErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.status = options.status ?? statusOf(options.code);
    this.details = options.details ?? null;
  }
}

function statusOf(code: string): number {
  return Object.hasOwn(ENGINE_ERRORS, code) ? ENGINE_ERRORS[code as EngineErrorCode] : 500;
}

/** Thrown when trying again cannot help: the definition, the input or the rights are wrong. Never retried. */
export class TerminalError extends OrchestrixError {}

/**
 * Turns whatever was thrown into an {@link OrchestrixError}; used at every border. Never throws itself, whatever it is given.
 *
 * @param thrown anything, also `undefined` or a string
 * @param code the code to give when the thrown thing has none of its own
 */
export function ensureError(thrown: unknown, code = 'STEP_FAILED'): OrchestrixError {
  try {
    if (thrown instanceof OrchestrixError) return thrown;
    return new OrchestrixError(messageOf(thrown), { code, cause: thrown });
  } catch {
    // A proxy or a getter that throws when it is looked at.
    return new OrchestrixError(UNKNOWN, { code });
  }
}

const UNKNOWN = 'Unknown error';

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown || UNKNOWN;
  if (typeof thrown !== 'object' || thrown === null) return UNKNOWN;
  const { message, name } = thrown as { message?: unknown; name?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  return thrown instanceof Error && typeof name === 'string' && name !== '' ? name : UNKNOWN;
}
