/** @module Input that is checked by hand, because clients show the exact messages of the contract. */
import type { OrchestrixError } from '@orchestrix/engine';
import { z } from 'zod';
import { serverError } from '../errors.ts';

/** The schema of a body that the handler checks itself. */
export const LOOSE = z.unknown().optional();

/** Whether a client left a value out: existing ones send blanks, too. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/**
 * A plain text, or nothing when it was left out; anything else could be a query operator.
 *
 * @param most characters
 * @throws OrchestrixError `VALIDATION_ERROR` naming the field
 */
export function textOf(value: unknown, name: string, most = 500): string | undefined {
  if (isMissing(value)) return undefined;
  if (typeof value === 'string' && value.length <= most) return value;
  throw invalid(`${name} must be a text of at most ${most} characters`);
}

/** A request that is wrong, in the words of the contract. */
export function invalid(message: string): OrchestrixError {
  return serverError('VALIDATION_ERROR', { message });
}
