/** @module The refusal of a second server on one database file. */

/** Thrown when another running server, in this or another process, has the database file open. */
export class DatabaseInUseError extends Error {
  /** Absolute path of the file. */
  readonly file: string;
  /** Process that has it open; null when that is not known. */
  readonly pid: number | null;

  constructor(file: string, pid: number | null) {
    const owner = pid === null ? 'another process' : `process ${pid}`;
    super(
      `The database file ${file} is in use by ${owner}. Stop it, connect to its port instead, or choose another file.`,
    );
    this.name = 'DatabaseInUseError';
    this.file = file;
    this.pid = pid;
  }
}
