/** @module The SQLite file: opened for one process alone, written in groups, each on disk before it is acknowledged. */
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describeOpenFailure, emptyFileError, foreignFileError } from '../database-file-error.ts';
import { DatabaseInUseError } from '../database-in-use-error.ts';
import { isBusyError, openSqlite, type SqliteDatabase, type SqliteStatement } from '../sqlite.ts';
import { Backup, BackupRefusedError } from './backup.ts';
import { readOwner, removeOwner, writeOwner } from './owner-file.ts';

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
/** Pages (of 4 kB) in the write-ahead log before they are moved into the file: long writes touch many in each turn. */
const CHECKPOINT_PAGES = 4000;
/** While long tasks run and no answer waits, a group may grow for so long. */
const LONGEST_GROUP_MS = 50;

/** A SQLite database with group commit: writes of one turn of the event loop share a transaction. */
export class DatabaseFile {
  /** Absolute path; null in memory. */
  readonly path: string | null;
  readonly #sqlite: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();
  readonly #onRollback: ((failure: Error) => void)[] = [];
  /**
   * For reading the file's pages. It stays open as long as SQLite does: closing any handle of a file gives up all of the
   * process's locks on it.
   */
  readonly #handle: number | null;
  #waiting: DurableCallback[] = [];
  #inTransaction = false;
  #openedAt = 0;
  #isBusy: () => boolean = () => false;
  #backup: Backup | null = null;

  private constructor(sqlite: SqliteDatabase, path: string | null) {
    this.#sqlite = sqlite;
    this.path = path;
    this.#handle = path === null ? null : openSync(path, 'r');
  }

  /**
   * Opens the file, creating it and its folders when they are missing.
   * @throws DatabaseInUseError when another server has it open; DatabaseFileError when it cannot be used
   */
  static async open({ file, durability }: DatabaseFileOptions): Promise<DatabaseFile> {
    if (file === null) return new DatabaseFile(prepared(await openSqlite(':memory:')), null);
    const path = resolve(file);
    mkdirSync(dirname(path), { recursive: true });
    if (statSync(path, { throwIfNoEntry: false })?.size === 0) throw emptyFileError(path);
    let sqlite: SqliteDatabase | undefined;
    try {
      sqlite = await openSqlite(path);
      lock(sqlite, durability);
      const database = new DatabaseFile(prepared(sqlite, path), path);
      writeOwner(path, null);
      return database;
    } catch (error) {
      sqlite?.close();
      if (isBusyError(error)) throw new DatabaseInUseError(path, readOwner(path)?.pid ?? null);
      throw describeOpenFailure(path, error);
    }
  }

  /** Leaves the server's address beside the file, so that the command line finds it. */
  announce(uri: string): void {
    if (this.path !== null) writeOwner(this.path, uri);
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
    this.#openedAt = performance.now();
    setImmediate(() => this.#commitInTime());
  }

  /** Lets groups grow a little while this says that long tasks run: then each of their turns would be a group. */
  growGroupsWhile(isBusy: () => boolean): void {
    this.#isBusy = isBusy;
  }

  #commitInTime(): void {
    const mayGrow = this.#waiting.length === 0 && performance.now() - this.#openedAt < LONGEST_GROUP_MS;
    if (this.#inTransaction && mayGrow && this.#isBusy()) setImmediate(() => this.#commitInTime());
    else this.commit();
  }

  /** Calls back when all writes so far are on disk: at once when nothing is open. */
  whenDurable(callback: DurableCallback): void {
    if (this.#inTransaction) this.#waiting.push(callback);
    else callback();
  }

  /** What to do after a rollback, when what is kept in memory may be wrong. */
  onRollback(reload: (failure: Error) => void): void {
    this.#onRollback.push(reload);
  }

  /** Ends the current group; every callback that waits is called. */
  commit(): void {
    if (!this.#inTransaction) return;
    try {
      this.#sqlite.exec('COMMIT');
      this.#inTransaction = false;
    } catch (error) {
      this.rollback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  /** Undoes the current group: every callback that waits gets the failure. */
  rollback(failure: Error): void {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    try {
      this.#sqlite.exec('ROLLBACK');
    } catch {
      // SQLite rolls back by itself after errors such as a full disk; then there is nothing left to undo.
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const reload of this.#onRollback) reload(failure);
    for (const callback of waiting) callback(failure);
  }

  /** Gives the space of deleted documents back to the disk. */
  compact(): void {
    this.commit();
    this.#sqlite.exec('VACUUM');
  }

  /**
   * Copies the database into a new file while it is in use: everything that was committed before the call, and nothing
   * of what comes later.
   * @throws BackupRefusedError in memory, while another backup runs, or when the target exists
   */
  async backUp(target: string): Promise<number> {
    if (this.#handle === null) throw new BackupRefusedError('a database in memory has no file to back up');
    if (this.#backup) throw new BackupRefusedError('another backup is running');
    this.commit();
    const backup = new Backup(this.#handle, target);
    this.#backup = backup;
    try {
      // With an empty log and no further checkpoint, the file itself does not change until the copy is done.
      this.#freeze();
      return await backup.copy();
    } finally {
      this.#backup = null;
      this.#sqlite.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    }
  }

  /** Ends a backup that is running; its target is removed. */
  async stopBackup(): Promise<void> {
    await this.#backup?.stop();
  }

  #freeze(): void {
    const statement = this.#sqlite.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
    const busy = Number(statement.get()?.busy);
    statement.finalize();
    if (busy !== 0)
      throw new BackupRefusedError('the write-ahead log cannot be moved into the file just now');
    this.#sqlite.exec('PRAGMA wal_autocheckpoint = 0');
  }

  /** Commits, moves the write-ahead log into the file, and frees it for the next process. */
  close(): void {
    this.commit();
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
    this.#sqlite.close();
    if (this.#handle !== null) closeSync(this.#handle);
    if (this.path !== null) removeOwner(this.path);
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
  sqlite.exec(`PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const id = numberOf(sqlite, 'application_id');
  const version = numberOf(sqlite, 'user_version');
  if (id === APPLICATION_ID && version === SCHEMA_VERSION) return sqlite;
  const tables = sqlite.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
  if (id !== 0 || version !== 0 || tables !== 0) {
    throw foreignFileError(path);
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
