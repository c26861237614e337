/** @module Generations that clients have named, so that they can follow them from another connection. */
import { type Channel, type FollowOptions, Growth, type Viewer } from '@orchestrix/engine';
import { generationIdInUse } from './errors.ts';
import { Generation, type GenerationEvent } from './generation.ts';

/** How long it can be looked at after its end, in milliseconds. */
const KEEP_MS = 60_000;
/** How many are kept; the oldest that is over goes first. */
const MAX_KEPT = 500;

/** Named generations, by owner and id: the same id of another owner is another generation. */
export class Generations implements Channel<GenerationEvent> {
  readonly name = 'generation';
  private readonly byKey = new Map<string, Generation>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  /** Tells those who wait for work that has not begun. */
  private readonly begun = new Growth();

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
    const generation = new Generation(() => this.forgetLater(key));
    this.byKey.set(key, generation);
    this.makeRoom();
    this.begun.tell();
    return generation;
  }

  /** One that goes on, or ended a short while ago. */
  find(ownerId: string, generationId: string): Generation | undefined {
    return this.byKey.get(keyOf(ownerId, generationId));
  }

  /** Ids can be chosen before the work begins. */
  async may(): Promise<boolean> {
    return true;
  }

  /** An owner's own work only: the same id of another owner is something else. */
  async *follow(
    { owners }: Viewer,
    generationId: string,
    options: FollowOptions = {},
  ): AsyncGenerator<readonly GenerationEvent[], void> {
    const { signal, waits = false } = options;
    const find = () => this.find(owners[0] ?? '', generationId);
    if (!find()) yield [];
    while (waits && !signal?.aborted && !find()) await this.begun.wait(signal);
    const generation = find();
    if (generation) yield* generation.follow(options);
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
