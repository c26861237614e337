/** @module Results of runs in the forms in which they leave the engine: to a caller, and into the store. */
import { Redactor, type WorkflowExecutionResult } from '@orchestrix/engine';

/** Larger results are stored without their output; a MongoDB document ends at 16 MiB. */
const MAX_STORED_BYTES = 4 * 1024 * 1024;

/** What is shown in the place of an output that is too large to store. */
const TOO_LARGE = '[too large to store]';

/**
 * A result as JSON shows it: identifiers and dates are texts, so that what is sent, stored and checked is the same.
 */
export function shownResult(result: WorkflowExecutionResult): WorkflowExecutionResult {
  try {
    return JSON.parse(toJson(result));
  } catch {
    // A value that contains itself, or one too deep to write: everything but the output still tells what happened.
    return { ...result, steps: [], output: TOO_LARGE };
  }
}

/** A result as it is stored: nothing secret at all, and never larger than a document can be. */
export function storedResult(result: WorkflowExecutionResult): unknown {
  const redacted = new Redactor().record(result);
  if (byteLength(redacted) <= MAX_STORED_BYTES) return redacted;
  const { output: _output, response: _response, ...rest } = redacted;
  const small = { ...rest, output: TOO_LARGE };
  return byteLength(small) <= MAX_STORED_BYTES
    ? small
    : { ...small, steps: TOO_LARGE, errorDetails: TOO_LARGE };
}

function byteLength(value: unknown): number {
  try {
    return Buffer.byteLength(toJson(value));
  } catch {
    // What has no JSON cannot be stored either.
    return Number.POSITIVE_INFINITY;
  }
}

/** A function that sees every value makes writing many times slower: only large integers, which have no JSON, need one. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner)) ?? '';
  }
}
