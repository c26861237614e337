/** @module Cursors: results that are handed out batch by batch. */
import { randomBytes } from 'node:crypto';
import { CommandError } from './command-error.ts';

/** A result's documents, as bytes, computed as they are asked for. */
export type ResultDocuments = Iterator<Uint8Array>;

/** One batch, and the cursor that has the rest; 0 when there is no rest. */
export interface Batch {
  documents: Uint8Array[];
  cursorId: bigint;
}

interface OpenCursor {
  namespace: string;
  source: ResultDocuments;
  /** A document that was read to see whether there is one, but did not go with the last batch. */
  next: Uint8Array;
  lastUsed: number;
}

/** Documents in a first batch when the client names no size. */
export const DEFAULT_FIRST_BATCH = 101;
/** A batch is full at this many bytes, however few documents these are. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const IDLE_LIMIT_MS = 10 * 60 * 1000;

/** The open cursors of a server. */
export class CursorRegistry {
  readonly #cursors = new Map<bigint, OpenCursor>();

  /** How many are open. */
  get size(): number {
    return this.#cursors.size;
  }

  /**
   * Takes a result's first batch, and keeps the rest when there is one.
   * @param keepOpen false when the client wants a single batch
   */
  open(namespace: string, source: ResultDocuments, batchSize: number, rest: 'keep' | 'discard'): Batch {
    const { documents, next } = take(source, undefined, batchSize);
    if (!next) return { documents, cursorId: 0n };
    if (rest === 'discard') {
      source.return?.();
      return { documents, cursorId: 0n };
    }
    const cursorId = newCursorId();
    this.#cursors.set(cursorId, { namespace, source, next, lastUsed: Date.now() });
    return { documents, cursorId };
  }

  /**
   * The next batch of a cursor.
   * @throws CommandError CursorNotFound (43), Unauthorized (13) for a cursor of another collection
   */
  more(cursorId: bigint, namespace: string, batchSize: number): Batch {
    const cursor = this.#cursors.get(cursorId);
    if (!cursor) throw new CommandError('CursorNotFound', `cursor id ${cursorId} not found`);
    if (cursor.namespace !== namespace) {
      throw new CommandError(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    try {
      const { documents, next } = take(cursor.source, cursor.next, batchSize);
      if (!next) {
        this.#cursors.delete(cursorId);
        return { documents, cursorId: 0n };
      }
      cursor.next = next;
      cursor.lastUsed = Date.now();
      return { documents, cursorId };
    } catch (error) {
      this.#cursors.delete(cursorId);
      throw error;
    }
  }

  /** Forgets a cursor of that collection; says whether there was one. */
  kill(cursorId: bigint, namespace: string): boolean {
    const cursor = this.#cursors.get(cursorId);
    if (cursor?.namespace !== namespace) return false;
    cursor.source.return?.();
    return this.#cursors.delete(cursorId);
  }

  /** Forgets the cursors that nobody asked for ten minutes. */
  dropIdle(now: number): void {
    for (const [id, cursor] of this.#cursors) {
      if (now - cursor.lastUsed > IDLE_LIMIT_MS) this.kill(id, cursor.namespace);
    }
  }
}

function take(source: ResultDocuments, first: Uint8Array | undefined, batchSize: number) {
  const documents: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const next = first ?? nextOf(source);
    first = undefined;
    if (!next) return { documents, next: undefined };
    const full =
      documents.length >= batchSize || (documents.length > 0 && bytes + next.length > MAX_BATCH_BYTES);
    if (full) return { documents, next };
    documents.push(next);
    bytes += next.length;
  }
}

function nextOf(source: ResultDocuments): Uint8Array | undefined {
  const result = source.next();
  return result.done ? undefined : result.value;
}

/** Random, positive and never 0. */
function newCursorId(): bigint {
  return (randomBytes(8).readBigUInt64LE() >> 1n) | 1n;
}
