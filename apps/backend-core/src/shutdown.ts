/** @module Ends the server in order, and ends at once when asked twice. */
import type { Logger } from './utils/logger.ts';

/** One thing to end; later steps run also when this one fails or takes too long. */
export interface ShutdownStep {
  name: string;
  run(): Promise<unknown> | unknown;
  /** How long to wait for it, in milliseconds. Default: 5000. */
  timeoutMs?: number;
}

/** Runs the steps one after the other. @returns the names of those that failed or took too long */
export async function runShutdown(steps: readonly ShutdownStep[], logger: Logger): Promise<string[]> {
  const failed: string[] = [];
  for (const step of steps) {
    try {
      await within(step.timeoutMs ?? STEP_TIMEOUT_MS, step.run());
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

/**
 * On SIGTERM or SIGINT runs the steps, then exits with 0; the second signal exits at once with 1.
 *
 * @param steps asked for when the signal comes, so that everything started until then is in them
 */
export function shutDownOnSignal(options: {
  process: ProcessSignals;
  steps: () => readonly ShutdownStep[];
  logger: Logger;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}): void {
  const { now: clock = Date.now } = options;
  let endingSince = 0;
  const end = (signal: string) => () => {
    const now = clock();
    if (endingSince > 0) {
      // A terminal and whoever started this process may each pass on the same signal; that is not asking twice.
      if (now - endingSince > SAME_SIGNAL_MS) options.process.exit(1);
      return;
    }
    endingSince = now;
    options.logger.info(`${signal}: ending; send it again to exit at once`);
    void runShutdown(options.steps(), options.logger).then(() => options.process.exit(0));
  };
  options.process.on('SIGTERM', end('SIGTERM'));
  options.process.on('SIGINT', end('SIGINT'));
}

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
