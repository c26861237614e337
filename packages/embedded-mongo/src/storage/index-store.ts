/** @module One index: a table of keys and the rows they point to. */
import { CommandError } from '../command-error.ts';
import { describeValue } from '../language/describe-value.ts';
import type { Document } from '../language/fields.ts';
import { compileFilter, type Filter } from '../language/filter.ts';

import type { DatabaseFile } from './database-file.ts';
import { type IndexKey, indexKeys } from './index-keys.ts';
import type { IndexSpec } from './index-spec.ts';
import { type KeyRange, readKeys } from './read-keys.ts';

/** An index's entries. Its writes belong to the current group of {@link DatabaseFile}. */
export class IndexStore {
  spec: IndexSpec;
  readonly id: number;
  /** A document has had several keys, so that bounds of one field cannot be combined. */
  multikey: boolean;
  /** It is being filled, and answers no query yet. */
  building = false;
  /** While it is filled: the rows that were written meanwhile, whose entries are true already. */
  readonly touched = new Set<number>();
  /** While it is filled: rows up to this one were removed all at once. */
  touchedUpTo = 0;
  readonly #file: DatabaseFile;
  readonly #table: string;
  readonly #partial: Filter | null;

  constructor(file: DatabaseFile, id: number, spec: IndexSpec, multikey: boolean) {
    this.#file = file;
    this.id = id;
    this.spec = spec;
    this.multikey = multikey;
    this.#table = `entries_${id}`;
    this.#partial = spec.partialFilter
      ? compileFilter(spec.partialFilter, { collation: spec.collation ?? undefined })
      : null;
  }

  /** Creates its table. */
  create(): void {
    this.#file.define(
      `CREATE TABLE ${this.#table} (key BLOB NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (key, row)) WITHOUT ROWID`,
    );
  }

  /** Drops its table. */
  drop(): void {
    this.#file.forget(this.#table);
    this.#file.define(`DROP TABLE ${this.#table}`);
  }

  /** The keys a document has here; none when the index does not cover it. */
  keysOf(document: Document): IndexKey[] {
    if (this.#partial && !this.#partial.matches(document)) return [];
    return indexKeys(this.spec, document);
  }

  /**
   * Refuses keys that another row has, when the index is unique.
   * @throws CommandError DuplicateKey (11000) with `keyPattern` and `keyValue`
   */
  checkUnique(keys: readonly IndexKey[], row: number | null, namespace: string): void {
    if (!this.spec.unique) return;
    const statement = this.#file.statement(
      `SELECT row FROM ${this.#table} WHERE key = ? AND row <> ? LIMIT 1`,
    );
    for (const key of keys) {
      if (statement.get(key.bytes, row ?? -1)) throw duplicateKey(this.spec, key.values, namespace);
    }
  }

  /**
   * Adds keys to a row.
   * @param total how many keys the row has then
   */
  add(keys: readonly IndexKey[], row: number, total = keys.length): void {
    const statement = this.#file.statement(`INSERT OR IGNORE INTO ${this.#table} (key, row) VALUES (?, ?)`);
    for (const key of keys) statement.run(key.bytes, row);
    if (total > 1 && !this.multikey) this.#becomeMultikey();
  }

  /** Removes a row's keys. */
  remove(keys: readonly IndexKey[], row: number): void {
    const statement = this.#file.statement(`DELETE FROM ${this.#table} WHERE key = ? AND row = ?`);
    for (const key of keys) statement.run(key.bytes, row);
  }

  /** Removes every entry. */
  clear(): void {
    this.#file.beginWrite();
    this.#file.statement(`DELETE FROM ${this.#table}`).run();
  }

  /** The rows in a range of keys, in the order asked for, a row once for each of its keys; read page by page. */
  rows(range: KeyRange, order: 'ascending' | 'descending'): Generator<number> {
    return readKeys(this.#file, this.#table, range, order);
  }

  /** How many entries there are. */
  count(): number {
    return Number(this.#file.statement(`SELECT count(*) AS n FROM ${this.#table}`).get()?.n);
  }

  #becomeMultikey(): void {
    this.multikey = true;
    this.#file.statement('UPDATE catalogue_index SET multikey = 1 WHERE id = ?').run(this.id);
  }
}

/** The error of a duplicate key, in MongoDB's words, with what drivers read from it. */
export function duplicateKey(spec: IndexSpec, values: readonly unknown[], namespace: string): CommandError {
  const keyValue: Document = {};
  spec.fields.forEach(({ path }, at) => {
    keyValue[path] = values[at] ?? null;
  });
  const shown = spec.fields.map(({ path }, at) => `${path}: ${describeValue(values[at] ?? null)}`).join(', ');
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${spec.name} dup key: { ${shown} }`,
    { keyPattern: spec.document.key, keyValue },
  );
}
