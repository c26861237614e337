/** @module The progress of one generation: kept for late followers, within bounds. */
import type { GenerationProgress } from '../progress.ts';

/** How a generation ended. The result itself is not part of it: only the caller gets that. */
export type GenerationEnd =
  | { type: 'result' }
  | { type: 'error'; error: string; code: string; status: number };

/** One thing that happened, with its place in the order; the last one is an end. */
export type GenerationEvent = { seq: number } & (GenerationProgress | GenerationEnd);

/** Tokens, and other events, that are kept. Of more than these the oldest are forgotten. */
const MAX_TOKENS = 1_000;
const MAX_OTHERS = 2_000;
/** A longer text becomes several tokens. */
const MAX_PIECE = 2_000;

/** The progress of one generation. */
export class Generation {
  private readonly tokens: GenerationEvent[] = [];
  private readonly others: GenerationEvent[] = [];
  private readonly listeners = new Set<() => void>();
  private seq = 0;
  private over = false;

  /** @param onEvent receives every event as it happens */
  constructor(private readonly onEvent: (event: GenerationEvent) => void = () => {}) {}

  /** Whether its last event is there. */
  get ended(): boolean {
    return this.over;
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Appends an event; ignored after the end. */
  progress(progress: GenerationProgress): void {
    if (progress.type !== 'token') {
      this.add(progress);
      return;
    }
    for (let at = 0; at < progress.text.length; at += MAX_PIECE) {
      this.add({ type: 'token', text: progress.text.slice(at, at + MAX_PIECE) });
    }
  }

  end(end: GenerationEnd): void {
    this.add(end);
    this.over = true;
    this.notify();
  }

  /** The kept events after `after`, in order. */
  eventsAfter(after: number): GenerationEvent[] {
    return [...sliceAfter(this.tokens, after), ...sliceAfter(this.others, after)].sort(
      (a, b) => a.seq - b.seq,
    );
  }

  /** Every event that is kept or comes, until the end or until the signal aborts. A slow reader misses what is forgotten. */
  async *follow(signal: AbortSignal): AsyncGenerator<GenerationEvent, void> {
    let last = 0;
    for (;;) {
      for (const event of this.eventsAfter(last)) {
        if (signal.aborted) return;
        last = event.seq;
        yield event;
      }
      if (signal.aborted || (this.over && last >= this.seq)) return;
      if (last < this.seq) continue;
      await this.change(signal);
    }
  }

  private add(event: GenerationProgress | GenerationEnd): void {
    if (this.over) return;
    this.seq += 1;
    const numbered = { seq: this.seq, ...event };
    const [list, most] = event.type === 'token' ? [this.tokens, MAX_TOKENS] : [this.others, MAX_OTHERS];
    list.push(numbered);
    if (list.length > most) list.shift();
    this.onEvent(numbered);
    this.notify();
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function sliceAfter(events: readonly GenerationEvent[], after: number): GenerationEvent[] {
  const first = events.findIndex(({ seq }) => seq > after);
  return first < 0 ? [] : events.slice(first);
}
