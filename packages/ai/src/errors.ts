/** @module What a language model can fail with, and whether asking again may help. */
import { OrchestrixError, TerminalError } from '@orchestrix/engine';

/** Every code of this package with the HTTP status a server should answer with. */
export const AI_ERRORS = {
  /** No provider has a key. */
  AI_NOT_CONFIGURED: 503,
  /** A request names a provider that is not configured. */
  AI_PROVIDER_UNKNOWN: 422,
  /** The provider refuses the key. */
  AI_UNAUTHORIZED: 503,
  /** The account has no credit left. */
  AI_QUOTA_EXHAUSTED: 503,
  /** The provider does not know the model, or the address is not its API. */
  AI_MODEL_UNKNOWN: 503,
  /** Too many requests; `details.retryAfterMs` says how long to wait, as far as it is known. */
  AI_RATE_LIMITED: 503,
  /** Not reachable, the connection ended in the middle, or an answer of 5xx. */
  AI_UNAVAILABLE: 503,
  /** No answer in time. */
  AI_TIMEOUT: 503,
  /** The provider finds the request itself wrong, such as too long for the model. */
  AI_REQUEST_REJECTED: 502,
  /** An answer that cannot be read: empty, too long, or not of the provider's format. */
  AI_BAD_RESPONSE: 502,
  /** The model or its safety filter declined to answer. */
  AI_REFUSED: 502,
  /** The model's text holds no workflow graph, also after it was asked to repair it. */
  AI_NO_GRAPH: 502,
  /** The model's text holds no workflow, also after it was told so, or none that compiles. */
  AI_NO_WORKFLOW: 502,
  /** The request leaves too much open; `details.questions` says what. */
  AI_REQUEST_UNCLEAR: 422,
  /** The request asks for what may not be built. */
  AI_REQUEST_REFUSED: 422,
  /** The workflow would not work after the change; `details.diagnostics` says why. */
  AI_CHANGE_REFUSED: 422,
  /** What was sent as a workflow is none. */
  AI_WORKFLOW_INVALID: 422,
  /** The caller's signal was aborted. */
  AI_CANCELLED: 499,
  /** A request without a text. */
  AI_PROMPT_REQUIRED: 400,
  /** A request whose text is longer than is accepted. */
  AI_PROMPT_TOO_LONG: 413,
} as const;

/** A code of this package's catalogue. */
export type AiErrorCode = keyof typeof AI_ERRORS;

/** What `details` of an error that came from a provider hold, as far as it is known. */
export interface AiErrorDetails {
  provider?: string;
  model?: string;
  /** HTTP status of the provider's answer. */
  providerStatus?: number;
  /** How long the provider asked to wait. */
  retryAfterMs?: number;
  /** How often the provider was asked. */
  attempts?: number;
}

/** Thrown when asking again later, or asking differently, may help. */
export class AiError extends OrchestrixError {
  declare readonly code: AiErrorCode;

  constructor(code: AiErrorCode, message: string, details?: AiErrorDetails | Record<string, unknown>) {
    super(message, { code, status: AI_ERRORS[code], details });
  }
}

/** Thrown when the same request would fail the same way: the key, the model, or the request is wrong. */
export class AiTerminalError extends TerminalError {
  declare readonly code: AiErrorCode;

  constructor(code: AiErrorCode, message: string, details?: AiErrorDetails | Record<string, unknown>) {
    super(message, { code, status: AI_ERRORS[code], details });
  }
}
