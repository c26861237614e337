/** @module Measures for how long the database has been away, whether or not a request needs it. */

/** Options of {@link createDatabaseWatch}. Times are in milliseconds. */
export interface DatabaseWatchOptions {
  /** Rejects when the database does not answer. */
  ping(): Promise<unknown>;
  /** After how long the database counts as lost; 0 for never. */
  timeoutMs: number;
  /** Time between two looks. Default: a sixth of `timeoutMs`, from 250 to 10,000. */
  intervalMs?: number;
  /** Any clock that never runs backwards. Default: that of the process. */
  now?: () => number;
}

/** Whether the database is lost. */
export interface DatabaseWatch {
  isLost(): boolean;
  close(): void;
}

/**
 * Looks at the database from time to time. Only failed looks count as absence, so a process that was itself suspended for minutes does
 * not take the database for lost when it wakes up.
 */
export function createDatabaseWatch(options: DatabaseWatchOptions): DatabaseWatch {
  const { ping, timeoutMs, now = () => performance.now() } = options;
  if (timeoutMs === 0) return { isLost: () => false, close: () => undefined };
  let awaySince: number | undefined;
  let lookingSince: number | undefined;
  const look = async () => {
    if (lookingSince !== undefined) return;
    const startedAt = now();
    lookingSince = startedAt;
    try {
      await ping();
      awaySince = undefined;
    } catch {
      awaySince ??= startedAt;
    } finally {
      lookingSince = undefined;
    }
  };
  const intervalMs = options.intervalMs ?? Math.min(10_000, Math.max(250, timeoutMs / 6));
  const timer = setInterval(() => {
    // A look that has no end is an absence, too.
    if (lookingSince !== undefined && now() - lookingSince >= 2 * intervalMs) awaySince ??= lookingSince;
    void look();
  }, intervalMs);
  timer.unref();
  return {
    isLost: () => awaySince !== undefined && now() - awaySince > timeoutMs,
    close: () => clearInterval(timer),
  };
}
