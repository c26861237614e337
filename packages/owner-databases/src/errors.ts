/** @module What a database of an owner can fail with. */
import { OrchestrixError, type OrchestrixErrorOptions, TerminalError } from '@orchestrix/engine';

/** Every code of this package: its HTTP status, and a message that says what was wrong and what to do. */
export const OWNER_DATABASE_ERRORS = {
  OWNER_DATABASE_MISSING: [422, 'No database is connected. Connect one with POST /user/db/connect.'],
  OWNER_DATABASE_REFUSED: [
    422,
    'This server does not connect to this database. The detail says why, and what to change in the connection string.',
  ],
  OWNER_DATABASE_UNREACHABLE: [
    422,
    'Could not connect to your database. Check that it runs, that its address and password are right, and that this server may reach it.',
  ],
  OWNER_DATABASES_BUSY: [503, 'Too many databases are in use at the moment. Try again in a few seconds.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

type Code = keyof typeof OWNER_DATABASE_ERRORS;

/** An error that may pass by itself. */
export function ownerDatabaseError(
  code: Code,
  { message, cause }: { message?: string; cause?: unknown } = {},
): OrchestrixError {
  return new OrchestrixError(message ?? OWNER_DATABASE_ERRORS[code][1], { ...optionsOf(code), cause });
}

/** `OWNER_DATABASE_REFUSED`: the connection string has to be changed. */
export function refused(message: string): TerminalError {
  return new TerminalError(message, optionsOf('OWNER_DATABASE_REFUSED'));
}

/** `OWNER_DATABASE_MISSING`. */
export function missing(ownerId: string): TerminalError {
  return new TerminalError(
    `No database connected for owner "${ownerId}".`,
    optionsOf('OWNER_DATABASE_MISSING'),
  );
}

/** `SHUTTING_DOWN`. */
export function shuttingDown(): OrchestrixError {
  return new OrchestrixError('The server is about to stop. Try again in a few seconds.', {
    code: 'SHUTTING_DOWN',
    status: 503,
  });
}

function optionsOf(code: Code): Pick<OrchestrixErrorOptions, 'code' | 'status'> {
  return { code, status: OWNER_DATABASE_ERRORS[code][0] };
}
