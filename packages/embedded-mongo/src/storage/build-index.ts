/** @module Fills a new index from the documents that are there, letting others in meanwhile. */
import { CommandError } from '../command-error.ts';
import { toPlain } from '../language/documents.ts';
import { isTurnOver, PAUSE, sortPaced, type Task } from '../pace.ts';
import type { Catalogue, Collection } from './catalogue.ts';
import type { IndexKey } from './index-keys.ts';
import type { IndexSpec } from './index-spec.ts';
import type { IndexStore } from './index-store.ts';

/**
 * Creates an index and fills it. Writes keep it true from the first moment on, queries use it when it is complete. When
 * a document refuses, the index is gone again; so it is when the server ends before it is complete.
 * @throws CommandError DuplicateKey (11000), CannotIndexParallelArrays (171), QueryPlanKilled (175) when the collection is
 *   dropped meanwhile
 */
export function* buildIndex(catalogue: Catalogue, collection: Collection, spec: IndexSpec): Task<IndexStore> {
  const { store } = collection;
  const index = catalogue.addIndex(collection, spec);
  try {
    yield* new IndexBuild(catalogue, collection, index).run();
    catalogue.completeIndex(collection, index);
    return index;
  } catch (error) {
    if (!store.dropped && store.indexes.includes(index)) catalogue.dropIndex(collection, index);
    throw error;
  }
}

interface PendingEntry {
  row: number;
  keys: IndexKey[];
}

/** Entries are gathered up to this size and then written in the order of their keys, which touches each page once. */
const PENDING_BYTES = 32 * 1024 * 1024;
/** What an entry takes beside its key. */
const ENTRY_BYTES = 200;

class IndexBuild {
  readonly #catalogue: Catalogue;
  readonly #collection: Collection;
  readonly #index: IndexStore;
  #pending: PendingEntry[] = [];
  #bytes = 0;

  constructor(catalogue: Catalogue, collection: Collection, index: IndexStore) {
    this.#catalogue = catalogue;
    this.#collection = collection;
    this.#index = index;
  }

  *run(): Task<void> {
    const { store } = this.#collection;
    for (const { row, bytes } of store.scan(store.wholeSpan())) {
      const keys = this.#index.keysOf(toPlain(bytes));
      if (keys.length > 0) this.#pending.push({ row, keys });
      for (const key of keys) this.#bytes += key.bytes.length + ENTRY_BYTES;
      if (this.#bytes > PENDING_BYTES) yield* this.#write();
      if (isTurnOver(8 + bytes.length / 128)) yield* this.#pause();
    }
    yield* this.#write();
  }

  /** A document that was written meanwhile has its entries already, and what is pending may be out of date. */
  *#write(): Task<void> {
    const entries = yield* sortPaced(this.#pending, (a, b) =>
      Buffer.compare(a.keys[0]!.bytes, b.keys[0]!.bytes),
    );
    this.#pending = [];
    this.#bytes = 0;
    yield* this.#pause();
    for (const { row, keys } of entries) {
      if (row <= this.#index.touchedUpTo || this.#index.touched.has(row)) continue;
      this.#index.checkUnique(keys, row, this.#collection.namespace);
      this.#index.add(keys, row);
      if (isTurnOver(8)) yield* this.#pause();
    }
  }

  *#pause(): Task<void> {
    const { store, namespace } = this.#collection;
    yield PAUSE;
    if (store.dropped || !store.indexes.includes(this.#index)) {
      throw new CommandError(
        'QueryPlanKilled',
        `collection or index dropped while the index was built: ${namespace}`,
      );
    }
    this.#catalogue.beginWrite();
  }
}
