/** @module Ends the server in order, and ends at once when asked twice. */
import type { LifecycleLogger } from './logger.ts';

/** One thing to end; later steps run also when this one fails or takes too long. */
export interface ShutdownStep {
  name: string;
  run(): Promise<unknown> | unknown;
  /** How long to wait for it, in milliseconds. Default: 5000. */
  timeoutMs?: number;
}

/**
 * Runs the steps one after the other.
 *
 * @param deadline as `performance.now()` counts: after it a step gets only a moment. Default: never.
 * @returns the names of those that failed or took too long
 */
export async function runShutdown(
  steps: readonly ShutdownStep[],
  logger: LifecycleLogger,
  deadline = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const failed: string[] = [];
  for (const step of steps) {
    try {
      const left = Math.max(MOMENT_MS, deadline - performance.now());
      await within(Math.min(step.timeoutMs ?? STEP_TIMEOUT_MS, left), step.run());
    } catch (error) {
      failed.push(step.name);
      logger.error(`Shutdown: ${step.name} did not end`, { error });
    }
  }
  return failed;
}

/** What ends the process; an argument so that it can be tried without ending one. */
export interface ProcessSignals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): void;
}

/** Ends the server in another way than by a signal. */
export interface Shutdown {
  /** Begins to end, unless that has begun already. @param code what the process exits with at least */
  begin(reason: string, code: 0 | 1): void;
}

/**
 * On SIGTERM or SIGINT runs the steps, then exits: with 0 when all of them ended, else with 1. The second signal exits at once with
 * 1, and so does the deadline.
 */
export function shutDownOnSignal(options: {
  process: ProcessSignals;
  /** Asked for when the signal comes, so that everything started until then is in them. */
  steps: (deadline: number) => readonly ShutdownStep[];
  logger: LifecycleLogger;
  /** How long everything may take, in milliseconds. Default: one minute. */
  timeoutMs?: number;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}): Shutdown {
  const { now: clock = Date.now, timeoutMs = 60_000, logger, steps } = options;
  let endingSince = 0;
  const begin = (reason: string, code: 0 | 1): void => {
    if (endingSince > 0) return;
    endingSince = clock();
    logger.info(`${reason}: ending; send a signal again to exit at once`);
    const deadline = performance.now() + timeoutMs;
    // The steps keep to the deadline; this is for one that holds the event loop's turn or a promise that runShutdown itself awaits.
    setTimeout(() => {
      logger.error(`Shutdown: not ended after ${timeoutMs} ms`);
      options.process.exit(1);
    }, timeoutMs + MOMENT_MS).unref();
    void runShutdown(steps(deadline), logger, deadline).then((failed) =>
      options.process.exit(failed.length > 0 ? 1 : code),
    );
  };
  const onSignal = (signal: string) => () => {
    if (endingSince === 0) return begin(signal, 0);
    // A terminal and whoever started this process may each pass on the same signal; that is not asking twice.
    if (clock() - endingSince > SAME_SIGNAL_MS) options.process.exit(1);
  };
  options.process.on('SIGTERM', onSignal('SIGTERM'));
  options.process.on('SIGINT', onSignal('SIGINT'));
  return { begin };
}

/** What a step gets after the deadline, in milliseconds: enough for one that only has to be told. */
const MOMENT_MS = 100;

const STEP_TIMEOUT_MS = 5_000;

const SAME_SIGNAL_MS = 500;

async function within(timeoutMs: number, running: unknown): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ended after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([running, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
