/** @module Reads the rows behind a range of keys, page by page, so that no statement stays open between them. */
import type { DatabaseFile } from './database-file.ts';

/** A span of keys, compared as bytes: `from` included; `to` excluded, or null for no end. */
export interface KeyRange {
  from: Uint8Array;
  to: Uint8Array | null;
}

const FIRST_PAGE = 128;
const LARGEST_PAGE = 2048;

/** The rows of a table with the columns `key` and `row`, in the order asked for, a row once for each of its keys. */
export function* readKeys(
  file: DatabaseFile,
  table: string,
  { from, to }: KeyRange,
  order: 'ascending' | 'descending',
): Generator<number> {
  const up = order === 'ascending';
  const direction = up ? 'key, row' : 'key DESC, row DESC';
  const start = `key >= ?${to ? ' AND key < ?' : ''}`;
  const first = `SELECT key, row FROM ${table} WHERE ${start} ORDER BY ${direction} LIMIT ?`;
  // One bound on each side, so that SQLite seeks to both.
  const after = up ? `(key, row) > (?, ?)${to ? ' AND key < ?' : ''}` : '(key, row) < (?, ?) AND key >= ?';
  const next = `SELECT key, row FROM ${table} WHERE ${after} ORDER BY ${direction} LIMIT ?`;
  const bounds = up ? (to ? [to] : []) : [from];
  let limit = FIRST_PAGE;
  let page = file.statement(first).all(from, ...(to ? [to] : []), limit);
  for (;;) {
    for (const row of page) yield row.row as number;
    const last = page.at(-1);
    if (page.length < limit || !last) return;
    limit = Math.min(limit * 4, LARGEST_PAGE);
    page = file.statement(next).all(last.key!, last.row!, ...bounds, limit);
  }
}
