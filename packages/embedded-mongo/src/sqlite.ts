/** @module The one interface to SQLite: Bun's own or Node's own, whichever runs this. */

/** What SQLite takes and gives. */
export type SqliteValue = number | string | bigint | null | Uint8Array;
/** A row by column name. */
export type SqliteRow = Record<string, SqliteValue>;

/** A prepared statement. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): { changes: number; lastInsertRowid: number };
  get(...values: SqliteValue[]): SqliteRow | undefined;
  all(...values: SqliteValue[]): SqliteRow[];
  /** Gives the statement up; a table cannot be dropped while a statement reads it. */
  finalize(): void;
}

/** An open database. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/**
 * Opens a database file, or an in-memory one for `:memory:`.
 * @throws Error when this runtime has no SQLite or the file cannot be opened
 */
export async function openSqlite(path: string): Promise<SqliteDatabase> {
  return 'Bun' in globalThis ? openOnBun(path) : openOnNode(path);
}

/** Whether an error says that another connection holds the file's lock. */
export function isBusyError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /SQLITE_BUSY|database is locked/.test(`${'code' in error ? error.code : ''} ${error.message}`);
}

/** Whether an error says that nothing more can be written: a full disk, a quota, or a limit of file sizes. */
export function isFullDiskError(error: unknown): boolean {
  return /SQLITE_FULL|database or disk is full|SQLITE_IOERR_(?:WRITE|FSYNC|TRUNCATE)|ENOSPC|EDQUOT|EFBIG/.test(
    codeAndMessage(error),
  );
}

/** Whether an error says that a file's content is no sound database. */
export function isDamageError(error: unknown): boolean {
  return /SQLITE_(?:CORRUPT|NOTADB)|is malformed|is not a database|SQLITE_IOERR_SHORT_READ/.test(
    codeAndMessage(error),
  );
}

/** The name of an error and its text; Node gives SQLite's number where Bun gives its name. */
function codeAndMessage(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
  return `${String(code)} ${SQLITE_NAMES[Number(errcode)] ?? ''} ${error.message}`;
}

const SQLITE_NAMES: Readonly<Record<number, string>> = {
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  26: 'SQLITE_NOTADB',
  522: 'SQLITE_IOERR_SHORT_READ',
  778: 'SQLITE_IOERR_WRITE',
  1034: 'SQLITE_IOERR_FSYNC',
  1546: 'SQLITE_IOERR_TRUNCATE',
};

/** Whether an error is a broken UNIQUE or PRIMARY KEY constraint. */
export function isUniqueError(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('UNIQUE constraint failed');
}

async function openOnBun(path: string): Promise<SqliteDatabase> {
  const { Database } = await import('bun:sqlite');
  const database = new Database(path);
  return {
    exec: (sql) => {
      database.run(sql);
    },
    close: () => database.close(),
    prepare: (sql) => {
      const statement = database.prepare<SqliteRow, SqliteValue[]>(sql);
      return {
        run: (...values) => statement.run(...values) as { changes: number; lastInsertRowid: number },
        get: (...values) => statement.get(...values) ?? undefined,
        all: (...values) => statement.all(...values),
        finalize: () => statement.finalize(),
      };
    },
  };
}

async function openOnNode(path: string): Promise<SqliteDatabase> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path);
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => {
          const { changes, lastInsertRowid } = statement.run(...values);
          return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
        },
        get: (...values) => statement.get(...values) as SqliteRow | undefined,
        all: (...values) => statement.all(...values) as SqliteRow[],
        // Node finalises with the garbage collector; a statement that was run to its end holds no lock.
        finalize: () => undefined,
      };
    },
  };
}
