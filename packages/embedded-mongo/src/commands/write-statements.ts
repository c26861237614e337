/** @module What write commands share: statements one by one, and the errors of those that were refused. */
import { CommandError, MONGO_CODES } from '../command-error.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { isTurnOver, PAUSE, type Task } from '../pace.ts';
import { errorFields } from './answers.ts';
import type { CommandContext } from './command.ts';

/** Fields that all write commands take. */
export const WRITE_FIELDS = [
  'bypassDocumentValidation',
  'let',
  'ordered',
  'stmtId',
  'stmtIds',
  'isTimeseriesNamespace',
];

/** What a write costs, in units of the work on one value. */
export const WRITE_UNITS = 32;

const MAX_STATEMENTS = 100_000;

/**
 * Runs statements in order. A refused one is reported with its index; unless `ordered` is false it is the last.
 * @returns the refused ones, as `writeErrors` has them
 */
export function* runStatements<T>(
  { fields }: CommandContext,
  statements: readonly T[],
  run: (statement: T, index: number) => Task<void> | void,
): Task<Document[]> {
  if (statements.length < 1 || statements.length > MAX_STATEMENTS) {
    throw new CommandError(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MAX_STATEMENTS}. Got ${statements.length} operations.`,
    );
  }
  const writeErrors: Document[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      const rest = run(statement, index);
      if (rest) yield* rest;
    } catch (error) {
      // Anything that is no refusal may have left half a write: the whole group has to be undone.
      if (!(error instanceof CommandError)) throw error;
      const { codeName: _, ...shown } = errorFields(error);
      writeErrors.push({ index, ...shown });
      if (fields.ordered !== false || error.code === MONGO_CODES.MaxTimeMSExpired) break;
    }
    if (isTurnOver(WRITE_UNITS)) yield PAUSE;
  }
  return writeErrors;
}

/** `writeErrors`, left out when there are none, as drivers expect. */
export function withWriteErrors(answer: Document, writeErrors: readonly Document[]): Document {
  return writeErrors.length > 0 ? { ...answer, writeErrors } : answer;
}

/** Refuses fields that a statement does not have. @throws CommandError Location40415 */
export function checkStatement(statement: Document, name: string, known: readonly string[]): void {
  const unknown = keysOf(statement).find((field) => !known.includes(field));
  if (unknown)
    throw new CommandError('Location40415', `BSON field '${name}.${unknown}' is an unknown field.`);
  if (!isDocument(statement.q))
    throw new CommandError('Location40414', `BSON field '${name}.q' is missing but a required field`);
}
