/** @module How many documents match, without handing them out. */
import { PAUSE, type Task } from '../pace.ts';
import type { Collection } from '../storage/catalogue.ts';
import { isEmpty, prepareQuery, type QuerySpec, runQuery } from './query.ts';

/** Counts a query's documents after skip and limit; the collection's own count serves when everything matches. */
export function* countMatches(collection: Collection, spec: QuerySpec): Task<number> {
  if (isEmpty(spec.filter) && !spec.hint) {
    const rest = Math.max(0, collection.store.count() - (spec.skip ?? 0));
    return spec.limit ? Math.min(rest, spec.limit) : rest;
  }
  let n = 0;
  for (const match of runQuery(prepareQuery(collection, spec))) {
    if (match === PAUSE) yield PAUSE;
    else n++;
  }
  return n;
}
