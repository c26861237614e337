/** @module Where log lines go. */

/** The part of a logger that is needed here. */
export interface LifecycleLogger {
  info(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
