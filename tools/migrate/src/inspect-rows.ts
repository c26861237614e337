/** @module Goes through all rows of the known collections, a batch in memory at a time. */
import type { Document } from '@orchestrix/engine';
import type { mongo } from '@orchestrix/models';
import type { Inspection, Inspector } from './inspection.ts';

/** How far a long pass is. */
export interface Progress {
  collection: string;
  done: number;
  /** An estimate. */
  total: number;
}

/** What every pass over a database can be told. */
export interface PassOptions {
  /** Aborted when the pass is to stop; it stops between two rows. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** A row that was looked at. */
export interface InspectedRow {
  collection: string;
  row: Document;
  inspector: Inspector;
  inspection: Inspection;
}

/** Reads every row once, in the order of the ids. */
export async function* inspectRows(
  db: mongo.Db,
  inspectors: ReadonlyMap<string, Inspector>,
  { signal, onProgress }: PassOptions = {},
): AsyncGenerator<InspectedRow> {
  for (const [collection, inspector] of inspectors) {
    const total = onProgress ? await db.collection(collection).estimatedDocumentCount() : 0;
    const { projection } = inspector;
    const cursor = db
      .collection(collection)
      .find({}, { batchSize: BATCH, ...(projection ? { projection } : {}) })
      .sort({ _id: 1 });
    let done = 0;
    for await (const row of cursor) {
      signal?.throwIfAborted();
      yield { collection, row, inspector, inspection: await inspector.inspect(row) };
      if (++done % BATCH === 0) onProgress?.({ collection, done, total });
    }
    if (done >= BATCH) onProgress?.({ collection, done, total: done });
  }
}

const BATCH = 500;
