/** @module Sorts a stream of documents, letting others in and within the memory of one stage. */
import { memoryOf, StageMemory } from '../memory.ts';
import { isTurnOver, PAUSE, type Paced, sortPaced } from '../pace.ts';
import { stringOrder } from './collation.ts';
import type { Document } from './fields.ts';
import { compareSortRows, type OrderOptions, type SortRow, sortFields, sortRow } from './sort.ts';

/** The documents of a stream in order. @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed (292) */
export function* sortStream(
  input: Iterable<Paced<Document>>,
  spec: Document,
  options: OrderOptions = {},
): Generator<Paced<Document>> {
  const fields = sortFields(spec);
  const strings = stringOrder(options.collation);
  const memory = new StageMemory('$sort');
  const rows: SortRow<Document>[] = [];
  for (const document of input) {
    if (document === PAUSE) {
      yield PAUSE;
      continue;
    }
    memory.hold(memoryOf(document) + 16 * fields.length);
    rows.push(sortRow(document, fields, strings));
  }
  const sorted = yield* sortPaced(rows, compareSortRows(fields, strings));
  for (const { document } of sorted) {
    yield document;
    if (isTurnOver()) yield PAUSE;
  }
}
