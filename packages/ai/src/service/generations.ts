/** @module Generations that clients have named, so that they can follow them from another connection. */
import { generationIdInUse } from './errors.ts';
import { Generation, type GenerationEvent } from './generation.ts';

/** Receives every event of every named generation. */
export type GenerationListener = (ownerId: string, generationId: string, event: GenerationEvent) => void;

/** How long it can be looked at after its end, in milliseconds. */
const KEEP_MS = 60_000;
/** How many are kept; the oldest that is over goes first. */
const MAX_KEPT = 500;

/** Named generations, by owner and id: the same id of another owner is another generation. */
export class Generations {
  private readonly byKey = new Map<string, Generation>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<GenerationListener>();

  constructor(private readonly keepMs = KEEP_MS) {}

  /**
   * Begins one; without an id, one that only its caller can follow.
   *
   * @throws OrchestrixError `CONFLICT` while there is one with this id
   */
  begin(ownerId: string, generationId: string | undefined): Generation {
    if (generationId === undefined) return new Generation();
    const key = keyOf(ownerId, generationId);
    if (this.byKey.has(key)) {
      throw generationIdInUse();
    }
    const generation = new Generation((event) => {
      for (const listener of this.listeners) listener(ownerId, generationId.toLowerCase(), event);
      if (event.type === 'result' || event.type === 'error') this.forgetLater(key);
    });
    this.byKey.set(key, generation);
    this.makeRoom();
    return generation;
  }

  /** One that goes on, or ended a short while ago. */
  find(ownerId: string, generationId: string): Generation | undefined {
    return this.byKey.get(keyOf(ownerId, generationId));
  }

  /** @returns a function that ends the listening */
  onEvent(listener: GenerationListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.byKey.clear();
  }

  private forgetLater(key: string): void {
    const generation = this.byKey.get(key);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (this.byKey.get(key) === generation) this.byKey.delete(key);
    }, this.keepMs);
    timer.unref?.();
    this.timers.add(timer);
  }

  private makeRoom(): void {
    if (this.byKey.size <= MAX_KEPT) return;
    for (const [key, generation] of this.byKey) {
      if (!generation.ended) continue;
      this.byKey.delete(key);
      return;
    }
  }
}

/** Ids of generations are UUIDs and hold no blank. */
function keyOf(ownerId: string, generationId: string): string {
  return `${generationId.toLowerCase()} ${ownerId}`;
}
