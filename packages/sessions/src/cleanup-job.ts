/** @module The job that removes expired sessions. The database's TTL index does the same; this one needs no such index to work. */
import type { SessionStore } from './session-store.ts';

/** Options of {@link startCleanupJob}. */
export interface CleanupJobOptions {
  /** Milliseconds between two runs. Default: one hour. */
  intervalMs?: number;
  /** Called with what a run failed with; the job goes on. */
  onError?: (error: unknown) => void;
  /** Called after every run with the number of sessions it removed. */
  onCleaned?: (count: number) => void;
}

/** A running job. */
export interface CleanupJob {
  /** Ends the job; resolves once a run that is going on has ended. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Removes expired sessions again and again, the first time after one interval. One run at a time: when a run takes longer than the
 * interval, the next tick is left out. The timer does not keep the process alive.
 */
export function startCleanupJob(
  store: Pick<SessionStore, 'cleanup'>,
  { intervalMs = 3_600_000, onError, onCleaned }: CleanupJobOptions = {},
): CleanupJob {
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    try {
      const count = await store.cleanup();
      onCleaned?.(count);
    } catch (error) {
      onError?.(error);
    }
  };
  const tick = (): void => {
    running ??= run().finally(() => {
      running = null;
    });
  };

  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
