/** @module Counts calls in memory and shares the counts with other processes in the background: a limit that costs a call no round trip. */
import type { CallCounts } from './ports.ts';

/** What {@link CallCounter} is built from. */
export interface CallCounterParts {
  /** Absent: this process counts for itself. */
  shared?: CallCounts;
  windowMs: number;
  /** How often counts are shared, in milliseconds. Default: 1,000. */
  shareMs?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Keys that are counted at a time; with more callers the oldest begin anew. */
const MAX_KEYS = 100_000;

interface Count {
  /** All of this process in the window. */
  own: number;
  /** Those of `own` that were not shared yet. */
  unsent: number;
  /** Those of other processes, as they were known last. */
  others: number;
}

/** Counts of one window; the next window begins with none. */
export class CallCounter {
  #counts = new Map<string, Count>();
  #window = 0;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #sharing: Promise<void> | undefined;

  constructor(private readonly parts: CallCounterParts) {
    if (!parts.shared) return;
    this.#timer = setInterval(() => void this.share(), parts.shareMs ?? 1_000);
    this.#timer.unref();
  }

  /**
   * Counts a call.
   *
   * @returns `null`, or the milliseconds until the window ends when there were `limit` calls already
   */
  hit(key: string, limit: number): number | null {
    const { windowMs, now = Date.now } = this.parts;
    const time = now();
    const window = Math.floor(time / windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts = new Map();
    }
    let count = this.#counts.get(key);
    if (!count) {
      if (this.#counts.size >= MAX_KEYS) this.#counts.delete(this.#counts.keys().next().value!);
      count = { own: 0, unsent: 0, others: 0 };
      this.#counts.set(key, count);
    }
    if (count.own + count.others >= limit) return (window + 1) * windowMs - time;
    count.own++;
    count.unsent++;
    return null;
  }

  /** Exchanges counts with other processes; runs by itself. After a failure the next exchange includes what was not sent. */
  share(): Promise<void> {
    this.#sharing ??= this.#share().finally(() => {
      this.#sharing = undefined;
    });
    return this.#sharing;
  }

  /** Stops sharing. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #share(): Promise<void> {
    const { shared, windowMs } = this.parts;
    const window = this.#window;
    const sent = new Map<string, number>();
    for (const [key, count] of this.#counts) {
      if (count.unsent === 0 || sent.size >= MAX_SHARED) continue;
      sent.set(`calls ${window} ${key}`, count.unsent);
      count.unsent = 0;
    }
    if (!shared || sent.size === 0) return;
    const counts = this.#counts;
    try {
      const totals = await shared.add(sent, new Date((window + 2) * windowMs));
      for (const [name, total] of totals) {
        const count = counts.get(name.slice(`calls ${window} `.length));
        if (count) count.others = Math.max(0, total - (count.own - count.unsent));
      }
    } catch {
      for (const [name, points] of sent) {
        const count = counts.get(name.slice(`calls ${window} `.length));
        if (count) count.unsent += points;
      }
    }
  }
}

/** Keys that one write shares. */
const MAX_SHARED = 1_000;
