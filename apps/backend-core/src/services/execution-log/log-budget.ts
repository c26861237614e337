/** @module How much of what steps were given and gave the log of one execution holds. */
import { approximateSize } from '@orchestrix/engine';
import type { LogItem } from './log-item.ts';

/** Bytes of JSON. A MongoDB document ends at 16 MiB, and every viewer is sent all of a log. */
const MAX_ENTRY = 4 * 1024 * 1024;
const MAX_LOG = 32 * 1024 * 1024;
/** Smaller entries, which say what happened, are kept when all else is used up. */
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

  /** The entry as it goes into the log: whole, or without its values when those are too large. */
  fit(item: LogItem): LogItem {
    const size = sizeOf(item);
    if (size <= ALWAYS_KEPT || (size <= MAX_ENTRY && size <= this.left)) {
      this.left -= size;
      return item;
    }
    return withoutValues(item);
  }
}

/** Near enough, and without writing it out; what contains itself counts as too large. */
function sizeOf(item: LogItem): number {
  return OVERHEAD + approximateSize(item, 2 * MAX_ENTRY) / 2;
}

/** What the names and the punctuation of an entry take. */
const OVERHEAD = 200;

function withoutValues(item: LogItem): LogItem {
  const short: LogItem = { ...item };
  for (const name of ['input', 'output', 'data', 'metadata'] as const)
    if (short[name] !== undefined) short[name] = TOO_LARGE;
  // The last entry also says how the run ended.
  if (item.type === 'workflow_complete' && typeof item.data === 'object' && item.data !== null)
    short.data = { ...item.data, ...('output' in item.data ? { output: TOO_LARGE } : {}) };
  for (const name of ['error', 'message'] as const)
    if (short[name] !== undefined) short[name] = short[name].slice(0, ALWAYS_KEPT);
  return short;
}
