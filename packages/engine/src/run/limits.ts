/** @module How much a run may use before it is stopped. */

import { TerminalError } from '../errors.ts';
import { sizeOf, TOO_DEEP } from '../values/size.ts';

/** Bounds of one run. Going over one fails the run with the code named `LIMIT_…`. */
export interface Limits {
  /** Steps a run may execute (`LIMIT_STEPS`). */
  maxSteps: number;
  /** Approximate bytes of one step's output (`LIMIT_OUTPUT_SIZE`). */
  maxOutputBytes: number;
  /** Approximate bytes of all variables together (`LIMIT_VARIABLES_SIZE`). */
  maxVariablesBytes: number;
  /** Levels of objects and lists in the input and in a step's output (`LIMIT_DEPTH`). */
  maxDepth: number;
  /** Recipients of all mails of a run together (`LIMIT_RECIPIENTS`); 0 for no limit. */
  maxRecipients: number;
  /** Milliseconds from start to end (`LIMIT_TIME`); 0 for no limit. */
  timeoutMs: number;
}

/** What holds when a caller sets nothing. */
export const DEFAULT_LIMITS: Limits = {
  maxSteps: 1_000_000,
  maxOutputBytes: 16 * 1024 * 1024,
  maxVariablesBytes: 64 * 1024 * 1024,
  maxDepth: 200,
  maxRecipients: 100,
  timeoutMs: 0,
};

/** The limits of a run: the caller's where it sets one, else the default. An explicit `undefined` sets nothing. */
export function withDefaults(limits: Partial<Limits> | undefined): Limits {
  if (!limits) return DEFAULT_LIMITS;
  const merged = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const limit = limits[name];
    if (typeof limit === 'number' && !Number.isNaN(limit)) merged[name] = limit;
  }
  return merged;
}

/** Keeps count of what the variables of one run take. */
export class VariableBudget {
  private total = 0;
  private readonly sizes = new Map<string, number>();

  constructor(private readonly limits: Limits) {}

  /**
   * Counts a value that is about to be stored.
   *
   * @param what for the message: "The input"
   * @throws TerminalError `LIMIT_OUTPUT_SIZE`, `LIMIT_DEPTH` or `LIMIT_VARIABLES_SIZE`
   */
  add(name: string, value: unknown, what: string): void {
    const size = this.check(value, what);
    this.total += size - (this.sizes.get(name) ?? 0);
    this.sizes.set(name, size);
    const { maxVariablesBytes } = this.limits;
    if (this.total > maxVariablesBytes) {
      throw exceeded(
        `The variables of the run are larger than ${maxVariablesBytes} bytes`,
        'LIMIT_VARIABLES_SIZE',
        maxVariablesBytes,
      );
    }
  }

  /** How many characters of text may still be built: two bytes each, of one output and of all variables. */
  textRoom(): number {
    const { maxOutputBytes, maxVariablesBytes } = this.limits;
    return Math.floor(Math.min(maxOutputBytes, maxVariablesBytes - this.total) / 2);
  }

  /**
   * The size of a value that leaves the run without becoming a variable.
   *
   * @throws TerminalError `LIMIT_OUTPUT_SIZE` or `LIMIT_DEPTH`
   */
  check(value: unknown, what: string): number {
    const { maxOutputBytes, maxDepth } = this.limits;
    const size = sizeOf(value, maxOutputBytes, maxDepth);
    if (size === TOO_DEEP) {
      throw exceeded(`${what} is nested more than ${maxDepth} levels deep`, 'LIMIT_DEPTH', maxDepth);
    }
    if (size > maxOutputBytes) {
      throw exceeded(`${what} is larger than ${maxOutputBytes} bytes`, 'LIMIT_OUTPUT_SIZE', maxOutputBytes);
    }
    return size;
  }
}

function exceeded(message: string, code: string, limit: number): TerminalError {
  return new TerminalError(message, { code, details: { limit } });
}
