/** @module The two refusals of a pattern: it is wrong, or this server cannot run it. */
import { CommandError } from '../../command-error.ts';

/** A pattern that PCRE refuses as well. */
export function invalidPattern(reason: string): CommandError {
  return new CommandError('Location51091', `Regular expression is invalid: ${reason}`);
}

/** A pattern that MongoDB runs and this server does not, because it matches in linear time only. */
export function unsupportedPattern(what: string): CommandError {
  return new CommandError(
    'Location51091',
    `Regular expression is not supported by this server: ${what} cannot be matched in linear time`,
  );
}
