/** @module Carries what callbacks bring to one reader that asks for it. */

/** Holds what has come until it is read; ends, or fails, behind the last item. */
export class Inbox<Item> {
  private readonly items: Item[] = [];
  private ending: { error?: unknown } | undefined;
  private wake: () => void = () => {};

  push(item: Item): void {
    if (this.ending) return;
    this.items.push(item);
    this.wake();
  }

  /** Nothing comes any more. */
  end(): void {
    this.ending ??= {};
    this.wake();
  }

  /** Nothing comes any more; the reader is told why, behind what it has not read yet. */
  fail(error: unknown): void {
    this.ending ??= { error };
    this.wake();
  }

  /** The reader is told at once; what it has not read is lost. */
  abort(reason: unknown): void {
    this.items.length = 0;
    this.ending = { error: reason };
    this.wake();
  }

  async *read(): AsyncGenerator<Item, void> {
    for (;;) {
      const item = this.items.shift();
      if (item !== undefined) {
        yield item;
      } else if (this.ending) {
        if ('error' in this.ending) throw this.ending.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }
}
