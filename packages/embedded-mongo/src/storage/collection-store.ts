/** @module The documents of one collection and what keeps its indexes true to them. */
import { type IdentifiedDocument, idDocument, identifyDocument } from '../bson/identify.ts';
import { BSON_TYPE } from '../bson/walk.ts';
import type { Collation } from '../language/collation.ts';
import { toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { isTurnOver, PAUSE, type Task } from '../pace.ts';
import { isUniqueError, type SqliteRow } from '../sqlite.ts';
import type { DatabaseFile } from './database-file.ts';
import { encodeIndexKey, type IndexKey } from './index-keys.ts';
import { type IndexSpec, idIndexSpec } from './index-spec.ts';
import { duplicateKey, type IndexStore } from './index-store.ts';
import { type KeyRange, readKeys } from './read-keys.ts';

/** A stored document. */
export interface StoredRow {
  /** Its place in natural order. */
  row: number;
  bytes: Uint8Array;
}

/** Where a scan goes on: rows after `after`, up to `upTo`. */
export interface ScanSpan {
  after: number;
  upTo: number;
}

/** Bytes that one page of a scan should hold, and bounds for how many rows that is. */
const PAGE_BYTES = 4 * 1024 * 1024;
const FIRST_PAGE_ROWS = 101;
const MAX_PAGE_ROWS = 2048;
/** From this size on, documents are read in small pages from the start. */
const LARGE_DOCUMENT_BYTES = 64 * 1024;
/** Rows that are measured by one statement. */
const MEASURED_AT_ONCE = 5000;

/** A collection's documents. Its writes belong to the current group of {@link DatabaseFile}. */
export class CollectionStore {
  readonly id: number;
  readonly idIndex: IndexSpec;
  /** The indexes besides the one of `_id`. */
  indexes: IndexStore[] = [];
  /** Set when the collection was dropped; a cursor that still reads it has to end. */
  dropped = false;
  /** Counts the changes of documents: what was read before the last one may be out of date. */
  version = 0;
  readonly #file: DatabaseFile;
  readonly #table: string;
  readonly #collation: Collation | null;

  constructor(file: DatabaseFile, id: number, collation: Collation | null) {
    this.#file = file;
    this.id = id;
    this.#table = `documents_${id}`;
    this.#collation = collation;
    this.idIndex = idIndexSpec(collation);
  }

  /** The indexes that are complete. */
  get readyIndexes(): IndexStore[] {
    return this.indexes.filter(({ building }) => !building);
  }

  /** Creates its table. */
  create(): void {
    this.#file.define(
      `CREATE TABLE ${this.#table} (row INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, document BLOB NOT NULL)`,
    );
  }

  /** Drops its table and those of its indexes. */
  drop(): void {
    for (const index of this.indexes) index.drop();
    this.#file.forget(this.#table);
    this.#file.define(`DROP TABLE ${this.#table}`);
    this.dropped = true;
  }

  /**
   * Stores a new document.
   * @param decoded the document's value, when the caller has it already
   * @throws CommandError DuplicateKey (11000)
   */
  insert(document: IdentifiedDocument, namespace: string, decoded?: Document): void {
    const key = this.#idKeyOf(document);
    const entries = this.#entriesOf(decoded ?? document.bytes);
    this.#beginChange();
    this.#checkUnique(entries, null, namespace, key);
    let row: number;
    try {
      const insert = this.#file.statement(`INSERT INTO ${this.#table} (key, document) VALUES (?, ?)`);
      row = insert.run(key, document.bytes).lastInsertRowid;
    } catch (error) {
      if (isUniqueError(error)) throw this.#duplicateId(document, namespace);
      throw error;
    }
    for (const [index, keys] of entries) index.add(keys, row);
  }

  /**
   * Replaces a document's bytes; its `_id` must be the same.
   * @throws CommandError DuplicateKey (11000)
   */
  replace(stored: StoredRow, before: Document, bytes: Uint8Array, after: Document, namespace: string): void {
    const changes = this.indexes.map((index) => difference(index, before, after));
    this.#beginChange();
    for (const { index, added } of changes) index.checkUnique(added, stored.row, namespace);
    this.#file.statement(`UPDATE ${this.#table} SET document = ? WHERE row = ?`).run(bytes, stored.row);
    for (const { index, added, removed, total } of changes) {
      if (index.building) index.touched.add(stored.row);
      if (removed.length > 0) index.remove(removed, stored.row);
      if (added.length > 0) index.add(added, stored.row, total);
    }
  }

  /** Removes a document. */
  remove(stored: StoredRow): void {
    // Its keys are read before anything is written: a partial index may refuse to be read for too long.
    const entries = this.#entriesOf(stored.bytes);
    this.#beginChange();
    this.#file.statement(`DELETE FROM ${this.#table} WHERE row = ?`).run(stored.row);
    for (const [index, keys] of entries) {
      if (index.building) index.touched.add(stored.row);
      index.remove(keys, stored.row);
    }
  }

  /** Removes every document, keeping the collection and its indexes. */
  clear(): void {
    const { upTo } = this.wholeSpan();
    this.#beginChange();
    this.#file.statement(`DELETE FROM ${this.#table}`).run();
    for (const index of this.indexes) {
      if (index.building) index.touchedUpTo = Math.max(index.touchedUpTo, upTo);
      index.clear();
    }
  }

  /** The key under which a document with this `_id` lies. */
  idKey(id: unknown): Uint8Array {
    return encodeIndexKey([id], [1], this.#collation);
  }

  /** The document with that key, or undefined. */
  findById(key: Uint8Array): StoredRow | undefined {
    const row = this.#file.statement(`SELECT row, document FROM ${this.#table} WHERE key = ?`).get(key);
    return row && storedRow(row);
  }

  /** The document in that row, or undefined when it is gone. */
  findByRow(row: number): StoredRow | undefined {
    const found = this.#file.statement(`SELECT row, document FROM ${this.#table} WHERE row = ?`).get(row);
    return found && storedRow(found);
  }

  /** Rows whose `_id` key lies in a range, in the order of `_id`; read page by page. */
  rowsById(range: KeyRange, order: 'ascending' | 'descending'): Generator<number> {
    return readKeys(this.#file, this.#table, range, order);
  }

  /** Everything there is now: a scan of it does not see what is inserted later. */
  wholeSpan(): ScanSpan {
    const last = this.#file.statement(`SELECT max(row) AS last FROM ${this.#table}`).get()?.last;
    return { after: 0, upTo: Number(last ?? 0) };
  }

  /**
   * Documents in natural order, read page by page, so that no statement stays open between them. A page is read again
   * when a document of the collection was changed meanwhile, so that none comes as it was.
   */
  *scan({ after, upTo }: ScanSpan, order: 'ascending' | 'descending' = 'ascending'): Generator<StoredRow> {
    const sql =
      order === 'ascending'
        ? `SELECT row, document FROM ${this.#table} WHERE row > ? AND row <= ? ORDER BY row LIMIT ?`
        : `SELECT row, document FROM ${this.#table} WHERE row > ? AND row <= ? ORDER BY row DESC LIMIT ?`;
    let limit = this.#largestDocument() > LARGE_DOCUMENT_BYTES ? 4 : FIRST_PAGE_ROWS;
    while (after < upTo) {
      const { version } = this;
      const page = this.#file.statement(sql).all(after, upTo, limit);
      let bytes = 0;
      for (const row of page) {
        const stored = storedRow(row);
        bytes += stored.bytes.length;
        yield stored;
        if (order === 'ascending') after = stored.row;
        else upTo = stored.row - 1;
        if (this.version !== version) break;
      }
      if (this.version !== version) continue;
      if (page.length < limit) return;
      limit = Math.max(4, Math.min(limit * 8, MAX_PAGE_ROWS, Math.ceil((PAGE_BYTES * page.length) / bytes)));
    }
  }

  /** How many documents there are. */
  count(): number {
    return Number(this.#file.statement(`SELECT count(*) AS n FROM ${this.#table}`).get()?.n);
  }

  /** Documents and their bytes, together. */
  *size(): Task<{ count: number; bytes: number }> {
    const sql = `SELECT count(*) AS n, coalesce(sum(length(document)), 0) AS bytes FROM ${this.#table} WHERE row > ? AND row <= ?`;
    const { upTo } = this.wholeSpan();
    let count = 0;
    let bytes = 0;
    for (let after = 0; after < upTo && !this.dropped; after += MEASURED_AT_ONCE) {
      const row = this.#file.statement(sql).get(after, Math.min(upTo, after + MEASURED_AT_ONCE));
      count += Number(row?.n);
      bytes += Number(row?.bytes);
      if (isTurnOver(MEASURED_AT_ONCE)) yield PAUSE;
    }
    return { count, bytes };
  }

  #beginChange(): void {
    this.version++;
    this.#file.beginWrite();
  }

  /** The size of the last document, as a hint for how much to read at once. */
  #largestDocument(): number {
    const sql = `SELECT length(document) AS bytes FROM ${this.#table} ORDER BY row DESC LIMIT 1`;
    return Number(this.#file.statement(sql).get()?.bytes ?? 0);
  }

  #idKeyOf({ bytes, id }: IdentifiedDocument): Uint8Array {
    if (id.type !== BSON_TYPE.objectId) return this.idKey(toPlain(idDocument({ bytes, id }))._id);
    const key = new Uint8Array(13);
    key[0] = OBJECT_ID_RANK;
    key.set(bytes.subarray(id.valueStart, id.end), 1);
    return key;
  }

  #entriesOf(document: Document | Uint8Array): [IndexStore, IndexKey[]][] {
    if (this.indexes.length === 0) return [];
    const decoded = document instanceof Uint8Array ? toPlain(document) : document;
    return this.indexes.map((index) => [index, index.keysOf(decoded)]);
  }

  /** As MongoDB does, reports the `_id` first when several indexes would refuse. */
  #checkUnique(
    entries: [IndexStore, IndexKey[]][],
    row: number | null,
    namespace: string,
    idKey: Uint8Array,
  ): void {
    try {
      for (const [index, keys] of entries) index.checkUnique(keys, row, namespace);
    } catch (error) {
      const same = this.findById(idKey);
      if (same) throw this.#duplicateId(identifyDocument(same.bytes), namespace);
      throw error;
    }
  }

  #duplicateId(document: IdentifiedDocument, namespace: string) {
    return duplicateKey(this.idIndex, [toPlain(idDocument(document))._id], namespace);
  }
}

/** The type byte of an ObjectId in an encoded key; ObjectIds are so common that their keys are made without decoding. */
const OBJECT_ID_RANK = 35;

const storedRow = (row: SqliteRow): StoredRow => ({
  row: row.row as number,
  bytes: row.document as Uint8Array,
});

function difference(index: IndexStore, before: Document, after: Document) {
  const old = index.keysOf(before);
  const now = index.keysOf(after);
  const isIn = (keys: IndexKey[]) => (key: IndexKey) =>
    keys.some((other) => Buffer.compare(key.bytes, other.bytes) === 0);
  const inOld = isIn(old);
  const inNow = isIn(now);
  return {
    index,
    total: now.length,
    // An index that is being filled may lack the keys that the document had before.
    added: index.building ? now : now.filter((key) => !inOld(key)),
    removed: old.filter((key) => !inNow(key)),
  };
}
