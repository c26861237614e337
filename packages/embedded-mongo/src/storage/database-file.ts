/** @module The SQLite file: opened for one process alone, written in groups, each on disk before it is acknowledged. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseInUseError } from '../database-in-use-error.ts';
import { isBusyError, openSqlite, type SqliteDatabase, type SqliteStatement } from '../sqlite.ts';

/** How a database file is opened. */
export interface DatabaseFileOptions {
  /** Path of the file, or null for a database in memory. */
  file: string | null;
  /**
   * `full`: a write is flushed to the disk before it is acknowledged. `normal`: it is handed to the operating system,
   * so that it survives the end of the process but perhaps not a loss of power.
   */
  durability: 'full' | 'normal';
}

/** Called when everything before it is on disk, or with the failure that undid it. */
export type DurableCallback = (failure?: Error) => void;

/** "orch" in ASCII: marks a SQLite file as one of this server. */
const APPLICATION_ID = 0x6f726368;
const SCHEMA_VERSION = 1;

/** A SQLite database with group commit: writes of one turn of the event loop share a transaction. */
export class DatabaseFile {
  readonly #sqlite: SqliteDatabase;
  readonly #pidFile: string | null;
  readonly #statements = new Map<string, SqliteStatement>();
  #waiting: DurableCallback[] = [];
  #inTransaction = false;
  #onRollback: () => void = () => undefined;

  private constructor(sqlite: SqliteDatabase, pidFile: string | null) {
    this.#sqlite = sqlite;
    this.#pidFile = pidFile;
  }

  /**
   * Opens the file, creating it and its folders when they are missing.
   * @throws DatabaseInUseError when another server has it open
   */
  static async open({ file, durability }: DatabaseFileOptions): Promise<DatabaseFile> {
    if (file === null) return new DatabaseFile(prepared(await openSqlite(':memory:')), null);
    const path = resolve(file);
    mkdirSync(dirname(path), { recursive: true });
    const sqlite = await openSqlite(path);
    const pidFile = `${path}.pid`;
    try {
      lock(sqlite, durability);
      const database = new DatabaseFile(prepared(sqlite, path), pidFile);
      writeFileSync(pidFile, `${process.pid}\n`);
      return database;
    } catch (error) {
      sqlite.close();
      if (isBusyError(error)) throw new DatabaseInUseError(path, ownerOf(pidFile));
      throw error;
    }
  }

  /** A statement, prepared once and kept until {@link forget}. */
  statement(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Gives up every statement that names the table, so that it can be dropped. */
  forget(table: string): void {
    for (const [sql, statement] of this.#statements) {
      if (!sql.includes(table)) continue;
      statement.finalize();
      this.#statements.delete(sql);
    }
  }

  /** Runs SQL that changes tables, as part of the current group. */
  define(sql: string): void {
    this.beginWrite();
    this.#sqlite.exec(sql);
  }

  /** To be called before every write: opens this turn's transaction when there is none yet. */
  beginWrite(): void {
    if (this.#inTransaction) return;
    this.#sqlite.exec('BEGIN IMMEDIATE');
    this.#inTransaction = true;
    setImmediate(() => this.commit());
  }

  /** Calls back when all writes so far are on disk: at once when nothing is open. */
  whenDurable(callback: DurableCallback): void {
    if (this.#inTransaction) this.#waiting.push(callback);
    else callback();
  }

  /** What to do after a rollback, when what is kept in memory may be wrong. */
  onRollback(reload: () => void): void {
    this.#onRollback = reload;
  }

  /** Ends the current group; everyone who waits is told. */
  commit(): void {
    if (!this.#inTransaction) return;
    try {
      this.#sqlite.exec('COMMIT');
      this.#inTransaction = false;
    } catch (error) {
      this.rollback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#settle();
  }

  /** Undoes the current group: everyone who waits is told that it failed. */
  rollback(failure: Error): void {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    try {
      this.#sqlite.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself after errors such as a full disk; then there is nothing left to undo.
    }
    this.#onRollback();
    this.#settle(failure);
  }

  /** Gives the space of deleted documents back to the disk. */
  compact(): void {
    this.commit();
    this.#sqlite.exec('VACUUM');
  }

  /** Commits, moves the write-ahead log into the file, and frees it for the next process. */
  close(): void {
    this.commit();
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
    this.#sqlite.close();
    if (this.#pidFile) rmSync(this.#pidFile, { force: true });
  }

  #settle(failure?: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback(failure);
  }
}

/**
 * SQLite's exclusive locking mode keeps an operating-system lock on the file for as long as the process lives, and no
 * longer; in WAL mode it also spares the shared-memory file.
 */
function lock(sqlite: SqliteDatabase, durability: 'full' | 'normal'): void {
  sqlite.exec('PRAGMA busy_timeout = 0');
  sqlite.exec('PRAGMA locking_mode = EXCLUSIVE');
  sqlite.exec('PRAGMA journal_mode = WAL');
  sqlite.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
  sqlite.exec('BEGIN IMMEDIATE');
  sqlite.exec('COMMIT');
}

function prepared(sqlite: SqliteDatabase, path = ':memory:'): SqliteDatabase {
  sqlite.exec('PRAGMA cache_size = -65536');
  sqlite.exec('PRAGMA temp_store = MEMORY');
  const id = numberOf(sqlite, 'application_id');
  const version = numberOf(sqlite, 'user_version');
  if (id === APPLICATION_ID && version === SCHEMA_VERSION) return sqlite;
  const tables = sqlite.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
  if (id !== 0 || version !== 0 || tables !== 0) {
    throw new Error(`${path} is a SQLite file, but not one that this version of the server can read`);
  }
  sqlite.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  return sqlite;
}

function numberOf(sqlite: SqliteDatabase, pragma: string): number {
  const statement = sqlite.prepare(`PRAGMA ${pragma}`);
  const value = Number(statement.get()?.[pragma]);
  statement.finalize();
  return value;
}

function ownerOf(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}
