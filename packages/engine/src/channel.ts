/** @module What can be followed live: named logs that grow until they end, whatever carries them to their viewers. */

/** Who follows. */
export interface Viewer {
  /** Accounts whose things the viewer may see, the viewer's own first. */
  owners: readonly string[];
}

/** From where on, and until when. */
export interface FollowOptions {
  /** Position of the last item that the viewer has. Default: 0, from the start. */
  after?: number;
  signal?: AbortSignal;
  /** Whether to wait for a log that has not begun; otherwise it counts as one that is empty and over. */
  waits?: boolean;
}

/** Logs of one kind, by key. */
export interface Channel<Item extends { position: number }> {
  readonly name: string;
  /** Whether there is a log under the key that the viewer may see. */
  may(viewer: Viewer, key: string): Promise<boolean>;
  /**
   * The items of a log, ascending by position, until it ends or the signal is aborted: first everything that is there, which may be
   * nothing, then what comes, in groups. Nothing is left out and nothing comes twice.
   */
  follow(viewer: Viewer, key: string, options?: FollowOptions): AsyncGenerator<readonly Item[], void>;
}

/** Everything that is there now. */
export async function readChannel<Item extends { position: number }>(
  channel: Channel<Item>,
  viewer: Viewer,
  key: string,
): Promise<readonly Item[]> {
  for await (const items of channel.follow(viewer, key)) return items;
  return [];
}

/** The items one by one. */
export async function* eachItem<Item>(groups: AsyncIterable<readonly Item[]>): AsyncGenerator<Item, void> {
  for await (const items of groups) yield* items;
}

/** A log that grows in this process, and those who wait for more of it. */
export class Growth {
  private readonly waiting = new Set<() => void>();

  /** Wakes everyone who waits. */
  tell(): void {
    if (this.waiting.size === 0) return;
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const wake of woken) wake();
  }

  /** Resolves at the next call of {@link tell}, or when the signal is aborted. */
  wait(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }
}
