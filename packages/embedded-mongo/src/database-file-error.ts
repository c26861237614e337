/** @module A database file that cannot be used: which, why, and what to do. */
import { isDamageError } from './sqlite.ts';

/** Why a file cannot be used. */
export type DatabaseFileErrorCode =
  | 'DATABASE_FILE_EMPTY'
  | 'DATABASE_FILE_DAMAGED'
  | 'DATABASE_FILE_FOREIGN'
  | 'DATABASE_FILE_UNREADABLE';

/** Thrown when the database file cannot be used. The message names the file, what is wrong, and the remedy. */
export class DatabaseFileError extends Error {
  readonly code: DatabaseFileErrorCode;
  /** Absolute path of the file. */
  readonly file: string;

  constructor(code: DatabaseFileErrorCode, file: string, message: string) {
    super(message);
    this.name = 'DatabaseFileError';
    this.code = code;
    this.file = file;
  }
}

/** The refusal of a file of zero bytes: a database that was in it is lost, which a new one would hide. */
export function emptyFileError(file: string): DatabaseFileError {
  return new DatabaseFileError(
    'DATABASE_FILE_EMPTY',
    file,
    `The database file ${file} is empty (0 bytes). It was truncated, or a disk was full when it was copied. Restore it from a backup, or delete it to begin with an empty database.`,
  );
}

/** The refusal of a SQLite file of another program or version. */
export function foreignFileError(file: string): DatabaseFileError {
  return new DatabaseFileError(
    'DATABASE_FILE_FOREIGN',
    file,
    `The file ${file} is a SQLite file, but not one that this version of the server can read. Choose another file, or use the version that wrote it.`,
  );
}

/** Says which file could not be opened and what to do about it. */
export function describeOpenFailure(file: string, error: unknown): Error {
  if (error instanceof DatabaseFileError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (isDamageError(error)) {
    return new DatabaseFileError(
      'DATABASE_FILE_DAMAGED',
      file,
      `The database file ${file} is damaged or is no database: ${reason}. Restore it from a backup, or move it away to begin with an empty database.`,
    );
  }
  return new DatabaseFileError(
    'DATABASE_FILE_UNREADABLE',
    file,
    `The database file ${file} cannot be opened: ${reason}. Check that the path names a file, and that this user may read and write it and its folder.`,
  );
}
