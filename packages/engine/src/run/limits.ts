/** @module How much a run may use before it is stopped. */

import { TerminalError } from '../errors.ts';
import { sizeOf } from '../values/size.ts';

/** Bounds of one run. Going over one fails the run with the code named `LIMIT_…`. */
export interface Limits {
  /** Steps a run may execute (`LIMIT_STEPS`). */
  maxSteps: number;
  /** Approximate bytes of one step's output (`LIMIT_OUTPUT_SIZE`). */
  maxOutputBytes: number;
  /** Approximate bytes of all variables together (`LIMIT_VARIABLES_SIZE`). */
  maxVariablesBytes: number;
  /** Milliseconds from start to end (`LIMIT_TIME`); 0 for no limit. */
  timeoutMs: number;
}

/** What holds when a caller sets nothing. */
export const DEFAULT_LIMITS: Limits = {
  maxSteps: 1_000_000,
  maxOutputBytes: 16 * 1024 * 1024,
  maxVariablesBytes: 64 * 1024 * 1024,
  timeoutMs: 0,
};

/** Keeps count of what the variables of one run take. */
export class VariableBudget {
  private total = 0;
  private readonly sizes = new Map<string, number>();

  constructor(private readonly limits: Limits) {}

  /**
   * Counts a value that is about to be stored.
   *
   * @throws TerminalError `LIMIT_OUTPUT_SIZE` or `LIMIT_VARIABLES_SIZE`
   */
  add(name: string, value: unknown): void {
    const size = sizeOf(value, this.limits.maxOutputBytes);
    if (size > this.limits.maxOutputBytes) {
      throw new TerminalError(`The step's output is larger than ${this.limits.maxOutputBytes} bytes`, {
        code: 'LIMIT_OUTPUT_SIZE',
        details: { limit: this.limits.maxOutputBytes },
      });
    }
    this.total += size - (this.sizes.get(name) ?? 0);
    this.sizes.set(name, size);
    if (this.total > this.limits.maxVariablesBytes) {
      throw new TerminalError(
        `The variables of the run are larger than ${this.limits.maxVariablesBytes} bytes`,
        {
          code: 'LIMIT_VARIABLES_SIZE',
          details: { limit: this.limits.maxVariablesBytes },
        },
      );
    }
  }
}
