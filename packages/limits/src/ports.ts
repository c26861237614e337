/** @module What limits and quotas need of a store; `@orchestrix/models` implements all of it on MongoDB. */

/** How often something may happen to one key. */
export interface RateLimit {
  /** Names the limit in the database. */
  name: string;
  /** How often in a window. */
  points: number;
  windowMs: number;
}

/** One limit, by key. */
export interface RateLimiter {
  /**
   * Counts `points` for a key.
   *
   * @returns `null`, or how long until the key may go on, in milliseconds, when it has used up its points
   */
  consume(key: string, points?: number): Promise<number | null>;
  /** What {@link consume} would say of one more point, without counting. */
  check(key: string): Promise<number | null>;
  /** Points that are used up in the current window. */
  used(key: string): Promise<number>;
  /** Takes points back. */
  refund(key: string, points?: number): Promise<void>;
}

/** Counts of calls that this process has seen, added to those of others. */
export interface CallCounts {
  /** @returns the totals of all processes, by key */
  add(counts: ReadonlyMap<string, number>, expiresAt: Date): Promise<Map<string, number>>;
}

/** What an owner's documents take. */
export interface DocumentUsage {
  documents: number;
  bytes: number;
}

/** What is kept of an owner's executions and workflows. */
export interface RecordUsage {
  executions: number;
  /** Of their records and logs, as far as they were counted when they were stored. */
  executionBytes: number;
  workflows: number;
  versions: number;
}

/** Measures owners, and removes what is over. */
export interface Usage {
  documents(ownerId: string): Promise<DocumentUsage>;
  records(ownerId: string): Promise<RecordUsage>;
  /** How many executions are kept. */
  executions(ownerId: string): Promise<number>;
  /**
   * Removes the oldest ended executions with their logs, so that at most `keep` stay.
   *
   * @returns how many were removed
   */
  trimExecutions(ownerId: string, keep: number): Promise<number>;
}
