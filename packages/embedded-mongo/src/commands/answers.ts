/** @module How refusals and failures look in an answer. */
import { Double } from 'bson';
import { CommandError } from '../command-error.ts';
import { toBytes } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { isDamageError, isFullDiskError } from '../sqlite.ts';

/** `ok` of an answer, a double as MongoDB has it. */
export const SUCCESS = new Double(1);
const FAILURE = new Double(0);

/** The bytes of a refusal. */
export function errorAnswer(error: CommandError): Uint8Array {
  return toBytes({ ...errorFields(error), ok: FAILURE });
}

/** A refusal's fields, as an answer or a write error carries them. */
export function errorFields(error: CommandError): Document {
  return { ...error.info, errmsg: error.message, code: error.code, codeName: error.codeName };
}

/**
 * The refusal for a failure that is not the client's own.
 * @param file path of the database file; null in memory
 */
export function internalError(error: Error, file: string | null): CommandError {
  if (error instanceof CommandError) return error;
  if (isFullDiskError(error)) {
    return new CommandError(
      'OutOfDiskSpace',
      `Cannot write to the database file ${file ?? 'in memory'}: ${error.message}. The disk is full, or a quota or a file size limit is reached. Nothing of this write was stored.`,
    );
  }
  if (isDamageError(error)) {
    return new CommandError(
      'DataCorruptionDetected',
      `The database file ${file} is damaged: ${error.message}. Stop the server and restore the file from a backup.`,
    );
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new CommandError('Overflow', 'the command is nested too deeply');
  }
  if (error.name === 'BSONError') return new CommandError('BadValue', error.message);
  return new CommandError('InternalError', error.message);
}

/**
 * The refusal for a client whose write was undone because another one, in the same group, failed.
 * @param file path of the database file; null in memory
 */
export function groupError(error: Error, file: string | null): CommandError {
  const own = internalError(error, file);
  if (own.codeName === 'OutOfDiskSpace' || own.codeName === 'DataCorruptionDetected') return own;
  return new CommandError(
    'WriteConflict',
    `The write was undone together with another one that failed (${error.message}). Nothing of it was stored; please retry it.`,
  );
}
