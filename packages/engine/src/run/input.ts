/** @module What a run takes from its caller: values and headers. */

import { TerminalError } from '../errors.ts';
import { isPlainObject } from '../values/copy.ts';
import type { Redactor } from './redact.ts';

/** Headers by lower-case name. */
export type Headers = Record<string, unknown>;

/**
 * The caller's values. The save dialog of existing clients tells callers to nest them under `input`.
 *
 * @param declared names of the values that the workflow declares
 * @throws TerminalError `VALIDATION_FAILED` when they are no object
 */
export function unwrapInput(input: unknown, declared: readonly string[]): Record<string, unknown> {
  if (input === undefined || input === null) return {};
  if (!isPlainObject(input)) {
    throw new TerminalError('The input must be an object', {
      code: 'VALIDATION_FAILED',
      details: { input: ['Expected object'] },
    });
  }
  const keys = Object.keys(input);
  const isWrapper = keys.length === 1 && keys[0] === 'input' && isPlainObject(input.input);
  return isWrapper && !declared.includes('input') ? (input.input as Record<string, unknown>) : input;
}

/** Headers by lower-case name, without a prototype: a header may have any name. */
export function lowerCaseNames(headers: Record<string, unknown> | undefined): Headers {
  const lower = Object.create(null) as Headers;
  for (const name in headers) lower[name.toLowerCase()] = headers[name];
  return lower;
}

/** A port that fails may repeat the token it was called with; it must not be readable then. */
export function protectHeaders({ authorization, cookie }: Headers, redactor: Redactor): void {
  redactor.protect(cookie);
  if (typeof authorization !== 'string') return;
  redactor.protect(authorization);
  redactor.protect(authorization.slice(authorization.indexOf(' ') + 1).trim());
}
