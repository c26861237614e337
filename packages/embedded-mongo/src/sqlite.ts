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
