/** @module Which databases, collections and indexes there are: kept in memory, written through to SQLite. */
import { CommandError } from '../command-error.ts';
import type { Collation } from '../language/collation.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { CollectionStore } from './collection-store.ts';
import type { DatabaseFile } from './database-file.ts';
import { type IndexSpec, parseIndexSpec } from './index-spec.ts';
import { IndexStore } from './index-store.ts';
import { checkDatabaseName, checkNamespace } from './names.ts';
import { randomUuid } from './uuid.ts';

/** A collection as the catalogue knows it. */
export interface Collection {
  database: string;
  name: string;
  /** `database.name`. */
  namespace: string;
  /** 16 bytes. */
  uuid: Uint8Array;
  /** As `create` and `collMod` gave them: `validator`, `validationLevel`, `validationAction`, `collation`. */
  options: Document;
  collation: Collation | null;
  store: CollectionStore;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS catalogue_collection (
    id INTEGER PRIMARY KEY AUTOINCREMENT, database TEXT NOT NULL, name TEXT NOT NULL, uuid BLOB NOT NULL,
    options BLOB NOT NULL, UNIQUE (database, name));
  CREATE TABLE IF NOT EXISTS catalogue_index (
    id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, spec BLOB NOT NULL, multikey INTEGER NOT NULL)`;

/** All collections of one database file. */
export class Catalogue {
  readonly #file: DatabaseFile;
  readonly #databases = new Map<string, Map<string, Collection>>();

  constructor(file: DatabaseFile) {
    this.#file = file;
    file.define(TABLES);
    file.commit();
    this.#removeIncompleteIndexes();
    this.#load();
    file.onRollback(() => this.#load());
  }

  /** The collection of that name, or undefined. */
  find(database: string, name: string): Collection | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /** The collection of that name; created when it is missing, as a first insert does. */
  findOrCreate(database: string, name: string): Collection {
    return this.find(database, name) ?? this.create(database, name, {});
  }

  /** The collection of that name. @throws CommandError NamespaceNotFound (26) */
  require(database: string, name: string): Collection {
    const collection = this.find(database, name);
    if (!collection) throw new CommandError('NamespaceNotFound', `ns does not exist: ${database}.${name}`);
    return collection;
  }

  /** @throws CommandError InvalidNamespace (73), DatabaseDifferCase (13297) */
  create(database: string, name: string, options: Document): Collection {
    checkNamespace(database, name);
    this.#checkCase(database);
    const uuid = randomUuid();
    this.#file.beginWrite();
    const id = this.#file
      .statement('INSERT INTO catalogue_collection (database, name, uuid, options) VALUES (?, ?, ?, ?)')
      .run(database, name, uuid, toBytes(options)).lastInsertRowid;
    const collection = this.#admit({ id, database, name, uuid, options });
    collection.store.create();
    return collection;
  }

  /** Removes a collection with its documents and indexes. */
  drop(collection: Collection): void {
    this.#file.beginWrite();
    collection.store.drop();
    this.#file.statement('DELETE FROM catalogue_index WHERE abs(collection) = ?').run(collection.store.id);
    this.#file.statement('DELETE FROM catalogue_collection WHERE id = ?').run(collection.store.id);
    this.#dismiss(collection);
  }

  /** Gives a collection another name, in any database. */
  rename(collection: Collection, database: string, name: string): void {
    checkNamespace(database, name);
    this.#checkCase(database);
    this.#file.beginWrite();
    this.#file
      .statement('UPDATE catalogue_collection SET database = ?, name = ? WHERE id = ?')
      .run(database, name, collection.store.id);
    this.#dismiss(collection);
    collection.database = database;
    collection.name = name;
    collection.namespace = `${database}.${name}`;
    this.#databaseOf(database).set(name, collection);
  }

  /** Replaces a collection's options. */
  setOptions(collection: Collection, options: Document): void {
    this.#file.beginWrite();
    this.#file
      .statement('UPDATE catalogue_collection SET options = ? WHERE id = ?')
      .run(toBytes(options), collection.store.id);
    collection.options = options;
  }

  /** To be called before index entries are written outside of {@link CollectionStore}. */
  beginWrite(): void {
    this.#file.beginWrite();
  }

  /**
   * Adds an empty index that answers no query before {@link completeIndex}. Until then its row carries the negative of
   * the collection's number: an index that a start finds so was left incomplete, and goes.
   */
  addIndex(collection: Collection, spec: IndexSpec): IndexStore {
    this.#file.beginWrite();
    const id = this.#file
      .statement('INSERT INTO catalogue_index (collection, spec, multikey) VALUES (?, ?, 0)')
      .run(-collection.store.id, toBytes(spec.document)).lastInsertRowid;
    const index = new IndexStore(this.#file, id, spec, false);
    index.building = true;
    index.create();
    collection.store.indexes.push(index);
    return index;
  }

  /** Lets queries use an index that has been filled. */
  completeIndex(collection: Collection, index: IndexStore): void {
    this.#file.beginWrite();
    this.#file
      .statement('UPDATE catalogue_index SET collection = ? WHERE id = ?')
      .run(collection.store.id, index.id);
    index.building = false;
    index.touched.clear();
  }

  /** Removes an index. */
  dropIndex(collection: Collection, index: IndexStore): void {
    this.#file.beginWrite();
    index.drop();
    this.#file.statement('DELETE FROM catalogue_index WHERE id = ?').run(index.id);
    collection.store.indexes = collection.store.indexes.filter((other) => other !== index);
  }

  /** Changes what does not change an index's entries: `hidden` and `expireAfterSeconds`. */
  setIndexSpec(index: IndexStore, spec: IndexSpec): void {
    this.#file.beginWrite();
    this.#file
      .statement('UPDATE catalogue_index SET spec = ? WHERE id = ?')
      .run(toBytes(spec.document), index.id);
    index.spec = spec;
  }

  /** Names of all databases that hold a collection, in order. */
  databaseNames(): string[] {
    return [...this.#databases.keys()].filter((name) => this.#databases.get(name)!.size > 0).sort();
  }

  /** A database's collections, in the order of their names. */
  collections(database: string): Collection[] {
    const collections = [...(this.#databases.get(database)?.values() ?? [])];
    return collections.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Reads everything again, after a rollback undid what memory already showed. */
  #load(): void {
    for (const collections of this.#databases.values())
      for (const { store } of collections.values()) store.dropped = true;
    this.#databases.clear();
    const rows = this.#file
      .statement('SELECT id, database, name, uuid, options FROM catalogue_collection')
      .all();
    for (const row of rows) {
      this.#admit({
        id: Number(row.id),
        database: String(row.database),
        name: String(row.name),
        uuid: row.uuid as Uint8Array,
        options: toPlain(row.options as Uint8Array),
      });
    }
  }

  #removeIncompleteIndexes(): void {
    const rows = this.#file.statement('SELECT id FROM catalogue_index WHERE collection < 0').all();
    if (rows.length === 0) return;
    for (const { id } of rows) {
      this.#file.forget(`entries_${id}`);
      this.#file.define(`DROP TABLE IF EXISTS entries_${id}`);
    }
    this.#file.statement('DELETE FROM catalogue_index WHERE collection < 0').run();
    this.#file.commit();
  }

  #admit(row: {
    id: number;
    database: string;
    name: string;
    uuid: Uint8Array;
    options: Document;
  }): Collection {
    const { id, database, name, uuid, options } = row;
    checkDatabaseName(database);
    const collation = (options.collation as Collation | undefined) ?? null;
    const store = new CollectionStore(this.#file, id, collation);
    store.indexes = this.#loadIndexes(id);
    const collection = { database, name, namespace: `${database}.${name}`, uuid, options, collation, store };
    this.#databaseOf(database).set(name, collection);
    return collection;
  }

  #loadIndexes(collection: number): IndexStore[] {
    const sql = 'SELECT id, spec, multikey FROM catalogue_index WHERE collection = ? ORDER BY id';
    return this.#file
      .statement(sql)
      .all(collection)
      .map((row) => {
        const spec = parseIndexSpec(toPlain(row.spec as Uint8Array), null);
        return new IndexStore(this.#file, Number(row.id), spec, row.multikey === 1);
      });
  }

  /** Databases may not differ in case alone. */
  #checkCase(database: string): void {
    if (this.#databases.has(database)) return;
    const lower = database.toLowerCase();
    const existing = this.databaseNames().find((name) => name.toLowerCase() === lower);
    if (existing === undefined) return;
    throw new CommandError(
      'DatabaseDifferCase',
      `db already exists with different case already have: [${existing}] trying to create [${database}]`,
    );
  }

  #databaseOf(database: string): Map<string, Collection> {
    let collections = this.#databases.get(database);
    if (!collections) {
      collections = new Map();
      this.#databases.set(database, collections);
    }
    return collections;
  }

  #dismiss(collection: Collection): void {
    const collections = this.#databases.get(collection.database);
    collections?.delete(collection.name);
    if (collections?.size === 0) this.#databases.delete(collection.database);
  }
}
