/** @module Cursors: results that are handed out batch by batch. */
import { randomBytes } from 'node:crypto';
import { CommandError } from './command-error.ts';
import { PAUSE, type Paced, type Task } from './pace.ts';
import type { TaskTerms } from './turns.ts';

/** A result's documents, as bytes, computed as they are asked for. */
export type ResultDocuments = Generator<Paced<Uint8Array>, void>;

/** One batch, and the cursor that has the rest; 0 when there is no rest. */
export interface Batch {
  documents: Uint8Array[];
  cursorId: bigint;
}

/** What a first batch is taken from. */
export interface NewCursor {
  namespace: string;
  source: ResultDocuments;
  batchSize: number;
  /** What becomes of the rest: `discard` when the client wants a single batch. */
  rest: 'keep' | 'discard';
  terms: TaskTerms;
}

/** What a later batch is asked with. */
export interface CursorRequest {
  cursorId: bigint;
  namespace: string;
  batchSize: number;
  terms: TaskTerms;
}

interface OpenCursor {
  namespace: string;
  source: ResultDocuments;
  /** A document that was read to see whether there is one, but did not go with the last batch. */
  next: Uint8Array;
  lastUsed: number;
  /** A batch is being taken just now. */
  busy: boolean;
  killed: boolean;
  /** What is left of `maxTimeMS`: it counts the time of all batches together. */
  millisecondsLeft: number;
}

/** Documents in a first batch when the client names no size. */
export const DEFAULT_FIRST_BATCH = 101;
/** A batch is full at this many bytes, however few documents these are: a larger one would hold up other clients. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const IDLE_LIMIT_MS = 10 * 60 * 1000;

/** The open cursors of a server. */
export class CursorRegistry {
  readonly #cursors = new Map<bigint, OpenCursor>();

  /** How many are open. */
  get size(): number {
    return this.#cursors.size;
  }

  /** Takes a result's first batch, and keeps the rest when there is one. */
  *open({ namespace, source, batchSize, rest, terms }: NewCursor): Task<Batch> {
    const { documents, next } = yield* take(source, undefined, batchSize);
    if (!next) return { documents, cursorId: 0n };
    if (rest === 'discard') {
      source.return();
      return { documents, cursorId: 0n };
    }
    const cursorId = newCursorId();
    this.#cursors.set(cursorId, {
      namespace,
      source,
      next,
      lastUsed: Date.now(),
      busy: false,
      killed: false,
      millisecondsLeft: terms.end - performance.now(),
    });
    return { documents, cursorId };
  }

  /**
   * The next batch of a cursor.
   * @throws CommandError CursorNotFound (43), Unauthorized (13) for a cursor of another collection, CursorInUse (12051),
   *   CursorKilled (237), MaxTimeMSExpired (50)
   */
  *more({ cursorId, namespace, batchSize, terms }: CursorRequest): Task<Batch> {
    const cursor = this.#find(cursorId, namespace);
    cursor.busy = true;
    const started = performance.now();
    terms.end = started + cursor.millisecondsLeft;
    let isOpen = false;
    try {
      const batch = yield* this.#takeMore(cursor, batchSize);
      isOpen = batch.isOpen;
      return { documents: batch.documents, cursorId: isOpen ? cursorId : 0n };
    } finally {
      cursor.busy = false;
      cursor.lastUsed = Date.now();
      cursor.millisecondsLeft -= performance.now() - started;
      if (!isOpen) this.#cursors.delete(cursorId);
    }
  }

  *#takeMore(cursor: OpenCursor, batchSize: number): Task<{ documents: Uint8Array[]; isOpen: boolean }> {
    for (const pause of pausesOf(take(cursor.source, cursor.next, batchSize))) {
      if (pause !== PAUSE) {
        if (pause.next) cursor.next = pause.next;
        return { documents: pause.documents, isOpen: pause.next !== undefined };
      }
      yield PAUSE;
      if (!cursor.killed) continue;
      cursor.source.return();
      throw new CommandError('CursorKilled', 'the cursor was killed while its next batch was read');
    }
    return { documents: [], isOpen: false };
  }

  #find(cursorId: bigint, namespace: string): OpenCursor {
    const cursor = this.#cursors.get(cursorId);
    if (!cursor) throw new CommandError('CursorNotFound', `cursor id ${cursorId} not found`);
    if (cursor.namespace !== namespace) {
      throw new CommandError(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    if (cursor.busy) throw new CommandError('CursorInUse', `cursor id ${cursorId} is already in use`);
    return cursor;
  }

  /** Forgets a cursor of that collection; says whether there was one. */
  kill(cursorId: bigint, namespace: string): boolean {
    const cursor = this.#cursors.get(cursorId);
    if (cursor?.namespace !== namespace) return false;
    cursor.killed = true;
    if (!cursor.busy) cursor.source.return();
    return this.#cursors.delete(cursorId);
  }

  /** Forgets the cursors that no client has used for ten minutes. */
  dropIdle(now: number): void {
    for (const [id, cursor] of this.#cursors) {
      if (!cursor.busy && now - cursor.lastUsed > IDLE_LIMIT_MS) this.kill(id, cursor.namespace);
    }
  }
}

interface Taken {
  documents: Uint8Array[];
  next: Uint8Array | undefined;
}

/** A task's pauses, and its result as the last item. */
function* pausesOf<T>(task: Task<T>): Generator<typeof PAUSE | T, void> {
  for (;;) {
    const step = task.next();
    yield step.value;
    if (step.done) return;
  }
}

function* take(source: ResultDocuments, first: Uint8Array | undefined, batchSize: number): Task<Taken> {
  const documents: Uint8Array[] = [];
  let bytes = 0;
  let next = first;
  for (;;) {
    if (!next) {
      const result = source.next();
      if (result.done) return { documents, next: undefined };
      if (result.value === PAUSE) {
        yield PAUSE;
        continue;
      }
      next = result.value;
    }
    const full =
      documents.length >= batchSize || (documents.length > 0 && bytes + next.length > MAX_BATCH_BYTES);
    if (full) return { documents, next };
    documents.push(next);
    bytes += next.length;
    next = undefined;
  }
}

/** Random, positive and never 0. */
function newCursorId(): bigint {
  return (randomBytes(8).readBigUInt64LE() >> 1n) | 1n;
}
