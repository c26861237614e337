/** @module How much of what steps were given and gave the log of one execution holds. */
import { approximateSize, type ExecutionEvent } from '@orchestrix/engine';

/** Bytes of JSON. A MongoDB document ends at 16 MiB, and every viewer is sent all of a log. */
const MAX_EVENT = 4 * 1024 * 1024;
const MAX_LOG = 32 * 1024 * 1024;
/** Smaller events, which say what happened, are kept when all else is used up. */
const ALWAYS_KEPT = 4 * 1024;

/** What stands in the place of a value that no longer fits. */
const TOO_LARGE = '[too large for the log]';

/** A step that passes a megabyte on, ten thousand times in a row, must not make ten thousand copies of it. */
export class LogBudget {
  private left = MAX_LOG;

  /** Bytes of JSON so far. */
  get used(): number {
    return MAX_LOG - this.left;
  }

  /** The event as it goes into the log: whole, or without its values when those are too large. */
  fit(event: ExecutionEvent): ExecutionEvent {
    const size = sizeOf(event);
    if (size <= ALWAYS_KEPT || (size <= MAX_EVENT && size <= this.left)) {
      this.left -= size;
      return event;
    }
    return withoutValues(event);
  }
}

/** Near enough, and without writing it out; what contains itself counts as too large. */
function sizeOf(event: ExecutionEvent): number {
  return OVERHEAD + approximateSize(event, 2 * MAX_EVENT) / 2;
}

/** What the names and the punctuation of an event take. */
const OVERHEAD = 200;

function withoutValues(event: ExecutionEvent): ExecutionEvent {
  const short: Record<string, unknown> = { ...event };
  for (const name of ['input', 'output', 'value', 'data', 'errorDetails'])
    if (short[name] !== undefined) short[name] = TOO_LARGE;
  for (const name of ['error', 'message'])
    if (typeof short[name] === 'string') short[name] = short[name].slice(0, ALWAYS_KEPT);
  return short as unknown as ExecutionEvent;
}
