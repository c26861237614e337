/** @module Holds all documents of a stream, within the memory of one stage. */
import { memoryOf, StageMemory } from '../memory.ts';
import { PAUSE, type Paced, type Task } from '../pace.ts';
import type { Document } from './fields.ts';

/** Everything a stream gives. @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed (292) */
export function* gatherWithin(
  source: Iterable<Paced<Document>>,
  stage: string,
  memory = new StageMemory(stage),
): Task<Document[]> {
  const documents: Document[] = [];
  for (const document of source) {
    if (document === PAUSE) {
      yield PAUSE;
      continue;
    }
    memory.hold(memoryOf(document));
    documents.push(document);
  }
  return documents;
}
