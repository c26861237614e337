/** @module The small file beside a database that says which process has it open, and at which address it answers. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Who has a database open. It only informs; the lock is the operating system's. */
export interface DatabaseOwner {
  pid: number;
  /** Null while the server is starting. */
  uri: string | null;
}

const pathOf = (database: string) => `${database}.pid`;

/** Says that this process has the database open. */
export function writeOwner(database: string, uri: string | null): void {
  writeFileSync(pathOf(database), uri === null ? `${process.pid}\n` : `${process.pid}\n${uri}\n`);
}

/** Who had the database open last, and did not close it properly; null when that is not known. */
export function readOwner(database: string): DatabaseOwner | null {
  try {
    const [pid = '', uri = ''] = readFileSync(pathOf(database), 'utf8').split('\n');
    const number = Number.parseInt(pid, 10);
    return Number.isInteger(number) ? { pid: number, uri: uri === '' ? null : uri } : null;
  } catch {
    return null;
  }
}

/** To be called when the database is closed. */
export function removeOwner(database: string): void {
  rmSync(pathOf(database), { force: true });
}
