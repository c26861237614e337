/** @module Decides what an error that nothing has handled means for the process. */
import type { LifecycleLogger } from './logger.ts';

/** How an error reached the process. */
export type UnhandledKind = 'exception' | 'rejection';

/** What {@link handleUnhandledErrors} listens to; an argument so that it can be tried without ending a process. */
export interface UnhandledSource {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

/** What {@link handleUnhandledErrors} is built from. */
export interface UnhandledErrorsParts {
  process: UnhandledSource;
  logger: LifecycleLogger;
  /** Called for every such error. */
  count(kind: UnhandledKind): void;
  /** Ends the process in order; called once at most. */
  end(): void;
}

/**
 * Logs every error that nothing has handled, and ends the process when its state is unknown:
 *
 * - A rejected promise that nothing awaits goes on: the failed work has ended by itself, its own `finally` blocks have run, and
 *   whatever waits for its effect has a time limit of its own.
 * - An error of a system call (`EPIPE`, `ECONNRESET`, `ENOSPC`) that a stream without a listener emits goes on: it says that one
 *   socket, pipe or file is gone, and nothing about the rest.
 * - Any other exception was thrown out of a callback: the code after the throw did not run, so shared state may be half changed.
 *   The process ends, in order and with exit code 1, and its supervisor starts a new one.
 */
export function handleUnhandledErrors({ process, logger, count, end }: UnhandledErrorsParts): void {
  let ending = false;
  process.on('unhandledRejection', (error) => {
    count('rejection');
    logger.error('A promise was rejected and nothing handled it', { error });
  });
  process.on('uncaughtException', (error) => {
    count('exception');
    if (isAboutOneStream(error)) {
      logger.error('A stream failed and nothing handled it', { error });
      return;
    }
    logger.error('An exception was not handled; the server ends, because its state is unknown', { error });
    if (ending) return;
    ending = true;
    end();
  });
}

function isAboutOneStream(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return typeof syscall === 'string' && typeof code === 'string' && STREAM_SYSCALLS.has(syscall);
}

const STREAM_SYSCALLS: ReadonlySet<string> = new Set([
  'read',
  'write',
  'writev',
  'fsync',
  'shutdown',
  'connect',
  'send',
  'recv',
]);
