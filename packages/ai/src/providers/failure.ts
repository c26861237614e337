/** @module Turns what a provider or its SDK failed with into this package's errors. */
import { AiError, type AiErrorDetails, AiTerminalError } from '../errors.ts';
import { presentable } from '../secrets.ts';
import { BrokenConnection, type Dialect, type Failure, UnreadableReply } from './attempt.ts';

/** The error for a failure. The SDK's own error is never kept as a cause: it holds the request with its key. */
export function toAiError(
  failure: Failure,
  dialect: Dialect,
  known: AiErrorDetails,
): AiError | AiTerminalError {
  const { name } = dialect;
  if (failure.kind === 'network') {
    const reason = failure.reason === undefined ? '' : ` (${failure.reason})`;
    return new AiError('AI_UNAVAILABLE', `${name}: the connection failed${reason}`, known);
  }
  const text = presentable(failure.message, dialect.secrets);
  if (failure.kind === 'unreadable') return new AiError('AI_BAD_RESPONSE', `${name}: ${text}`, known);
  return fromStatus(failure, text, dialect, { ...known, providerStatus: failure.status });
}

/** Whether the same request may succeed a moment later. */
export function isPassing(failure: Failure): boolean {
  if (failure.kind === 'network') return true;
  if (failure.kind === 'unreadable' || isOutOfCredit(failure)) return false;
  return failure.status === 429 || failure.status === 408 || failure.status >= 500;
}

/** Whether the provider refused the way JSON was asked for, rather than the request. */
export function isFormatRefused(failure: Failure): boolean {
  if (failure.kind !== 'status' || ![400, 404, 415, 422, 501].includes(failure.status)) return false;
  return /response_?format|json_?(?:schema|object)|response_?(?:json_?)?schema|response_?mime|structured.?output|json mode|guided/i.test(
    failure.message,
  );
}

/** What is left when an SDK threw neither an answer's status nor one of our own errors. */
export function explainRest(thrown: unknown): Failure {
  if (thrown instanceof UnreadableReply) return { kind: 'unreadable', message: thrown.message };
  if (thrown instanceof BrokenConnection) return { kind: 'network', reason: thrown.message };
  if (thrown instanceof SyntaxError)
    return { kind: 'unreadable', message: 'the answer is not of the provider’s format' };
  return { kind: 'network', reason: networkCode(thrown) };
}

/** How long the answer's headers ask to wait, in milliseconds. */
export function retryAfter(headers: { get(name: string): string | null } | undefined): number | undefined {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const text = headers?.get('retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function fromStatus(
  failure: Failure & { kind: 'status' },
  text: string,
  dialect: Dialect,
  details: AiErrorDetails,
): AiError | AiTerminalError {
  const { name, model, keyVariable } = dialect;
  const { status } = failure;
  const says = text === '' ? `${name} answered ${status}` : `${name} answered ${status}: ${text}`;
  // The provider's own text often repeats a part of the key.
  if (status === 401 || status === 403)
    return new AiTerminalError(
      'AI_UNAUTHORIZED',
      `${name} refuses the key (${status}); check ${keyVariable}`,
      details,
    );
  if (isOutOfCredit(failure)) return new AiTerminalError('AI_QUOTA_EXHAUSTED', says, details);
  if (status === 404)
    return new AiTerminalError(
      'AI_MODEL_UNKNOWN',
      `${name} does not know the model "${model}", or its address is wrong: ${text}`,
      details,
    );
  if (status === 429) {
    const { retryAfterMs } = failure;
    return new AiError(
      'AI_RATE_LIMITED',
      says,
      retryAfterMs === undefined ? details : { ...details, retryAfterMs },
    );
  }
  if (status === 408 || status >= 500) return new AiError('AI_UNAVAILABLE', says, details);
  return new AiTerminalError('AI_REQUEST_REJECTED', says, details);
}

function isOutOfCredit(failure: Failure): boolean {
  return failure.kind === 'status' && (failure.status === 402 || failure.code === 'insufficient_quota');
}

/** The code of a network error, wherever the runtime puts it; its message may hold the address and is not used. */
function networkCode(thrown: unknown): string | undefined {
  let error: unknown = thrown;
  for (let depth = 0; depth < 4 && typeof error === 'object' && error !== null; depth += 1) {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Za-z][A-Za-z_]{2,40}$/.test(code)) return code;
    error = cause;
  }
  return undefined;
}
