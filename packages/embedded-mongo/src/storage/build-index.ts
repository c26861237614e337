/** @module Fills a new index from the documents that are there. */
import { toPlain } from '../language/documents.ts';
import type { Catalogue, Collection } from './catalogue.ts';
import type { IndexSpec } from './index-spec.ts';

/**
 * Creates an index and fills it. When a document refuses, the index is gone again.
 * @throws CommandError DuplicateKey (11000), CannotIndexParallelArrays (171)
 */
export function buildIndex(catalogue: Catalogue, collection: Collection, spec: IndexSpec): void {
  const index = catalogue.addIndex(collection, spec);
  try {
    for (const { row, bytes } of collection.store.scan(collection.store.wholeSpan())) {
      const keys = index.keysOf(toPlain(bytes));
      index.checkUnique(keys, row, collection.namespace);
      index.add(keys, row);
    }
  } catch (error) {
    catalogue.dropIndex(collection, index);
    throw error;
  }
}
