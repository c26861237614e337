/** @module What a function refuses. */
import { CommandError } from '../src/command-error.ts';

/** The error that a function throws. @throws Error when it throws none */
export function refusalOf(run: () => unknown): CommandError {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
