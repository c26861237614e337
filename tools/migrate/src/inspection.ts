/** @module What looking at one row gives: what was found, and what the repair would change. */
import type { Document } from '@orchestrix/engine';
import { type IssueCode, issueOf, type Severity } from './issues.ts';

/** One finding about a row. */
export interface Issue {
  code: IssueCode;
  /** What of several it was: the type of a step, the code of a diagnostic. */
  label?: string;
}

/** What a repair makes of one field of a row. */
export interface FieldChange {
  code: IssueCode;
  field: string;
  /** `undefined` when the row has no such field. */
  before: string | null | undefined;
  after: string | number;
  /** Whether the former value must not be stored as it is. */
  secrecy: 'public' | 'secret';
}

/** A row, looked at. */
export interface Inspection {
  issues: readonly Issue[];
  changes: readonly FieldChange[];
}

/** Looks at the rows of one collection, one after the other in the order of their ids. */
export interface Inspector {
  inspect(row: Document): Inspection | Promise<Inspection>;
  /** How a row is called in reports; never anything secret. */
  nameOf(row: Document): string;
  /** What a check needs of a row. */
  projection?: Record<string, 1>;
}

/** The most serious of the findings. */
export function worst(issues: readonly Issue[]): Severity | null {
  const severities = new Set(issues.map(({ code }) => issueOf(code).severity));
  for (const severity of ['person', 'safe', 'note'] as const) if (severities.has(severity)) return severity;
  return null;
}

/** A non-empty text. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Tells whether a key has been seen before. */
export function repeated(): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => {
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
}

/** A key made of several texts that no other texts give. */
export const keyOf = (...parts: unknown[]): string => JSON.stringify(parts);
