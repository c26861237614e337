/** @module The progress of one generation: kept for late followers, within bounds. */
import { type FollowOptions, Growth } from '@orchestrix/engine';
import type { GenerationProgress } from '../progress.ts';

/** How a generation ended. The result itself is not part of it: only the caller gets that. */
export type GenerationEnd =
  | { type: 'result' }
  | { type: 'error'; error: string; code: string; status: number };

/** One thing that happened, with its place in the order, from 1; the last one is an end. */
export type GenerationEvent = { position: number } & (GenerationProgress | GenerationEnd);

/** Tokens, and other events, that are kept. Of more than these the oldest are forgotten. */
const MAX_TOKENS = 1_000;
const MAX_OTHERS = 2_000;
/** A longer text becomes several tokens. */
const MAX_PIECE = 2_000;

/** The progress of one generation. */
export class Generation {
  private readonly tokens: GenerationEvent[] = [];
  private readonly others: GenerationEvent[] = [];
  private readonly growth = new Growth();
  private last = 0;
  private over = false;

  /** @param onEnd called after the last event */
  constructor(private readonly onEnd: () => void = () => {}) {}

  /** Whether its last event is there. */
  get ended(): boolean {
    return this.over;
  }

  /** Position of the last event. */
  get lastPosition(): number {
    return this.last;
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
    if (this.over) return;
    this.add(end);
    this.over = true;
    this.onEnd();
  }

  /** Every event that is kept or comes, in groups, until the end or until the signal aborts. A slow reader misses what is forgotten. */
  async *follow({ after = 0, signal }: FollowOptions = {}): AsyncGenerator<readonly GenerationEvent[], void> {
    let last = after;
    for (let isFirst = true; !signal?.aborted; isFirst = false) {
      const events = this.eventsAfter(last);
      last = events.at(-1)?.position ?? last;
      if (isFirst || events.length > 0) yield events;
      else if (this.over) return;
      else await this.growth.wait(signal);
    }
  }

  private eventsAfter(after: number): GenerationEvent[] {
    return [...sliceAfter(this.tokens, after), ...sliceAfter(this.others, after)].sort(
      (a, b) => a.position - b.position,
    );
  }

  private add(event: GenerationProgress | GenerationEnd): void {
    if (this.over) return;
    this.last += 1;
    const numbered = { position: this.last, ...event };
    const [list, most] = event.type === 'token' ? [this.tokens, MAX_TOKENS] : [this.others, MAX_OTHERS];
    list.push(numbered);
    if (list.length > most) list.shift();
    this.growth.tell();
  }
}

function sliceAfter(events: readonly GenerationEvent[], after: number): GenerationEvent[] {
  const first = events.findIndex(({ position }) => position > after);
  return first < 0 ? [] : events.slice(first);
}
