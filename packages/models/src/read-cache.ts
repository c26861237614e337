/** @module Rows that are read at every step of an execution, kept for a moment. */
import { RecentMap } from './recent-map.ts';

/** Options of {@link ReadCache}. */
export interface ReadCacheOptions {
  /** For how long a value counts, in milliseconds: what another process changes is seen after that. Default: 2,000. */
  keepMs?: number;
  /** How many keys are kept. Default: 1,000. */
  maxKeys?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Values by key, read through a short memory. */
export class ReadCache<Value> {
  readonly #read: (key: string) => Promise<Value>;
  readonly #keepMs: number;
  readonly #now: () => number;
  readonly #kept: RecentMap<string, { value: Promise<Value>; readAt: number }>;

  constructor(read: (key: string) => Promise<Value>, options: ReadCacheOptions = {}) {
    this.#read = read;
    this.#keepMs = options.keepMs ?? 2_000;
    this.#now = options.now ?? Date.now;
    this.#kept = new RecentMap(options.maxKeys ?? 1_000);
  }

  /** Callers at the same time share one read; a failure is not kept. */
  get(key: string): Promise<Value> {
    const known = this.#kept.get(key);
    if (known && this.#now() - known.readAt < this.#keepMs) return known.value;
    const kept = { value: this.#read(key), readAt: this.#now() };
    this.#kept.set(key, kept);
    kept.value.catch(() => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    });
    return kept.value;
  }

  /** The next read sees what is stored then; later callers do not share one that is under way. */
  forget(key: string): void {
    this.#kept.delete(key);
  }
}
