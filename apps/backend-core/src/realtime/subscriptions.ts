/** @module What one connection follows: how many logs at a time, one whole log read at a time, and an end to all of it. */

/** Logs that one connection may follow at a time. */
export const MAX_SUBSCRIPTIONS = 100;

/** The subscriptions of one connection, by key. */
export class Subscriptions {
  private readonly open = new Map<string, AbortController>();
  private reading: Promise<unknown> = Promise.resolve();

  /** @param others how many logs the connection follows besides these */
  constructor(private readonly others: () => number = () => 0) {}

  has(key: string): boolean {
    return this.open.has(key);
  }

  /** Begins one, in the place of one with the same key. @returns its signal; `null` when the connection follows too many */
  begin(key: string): AbortSignal | null {
    this.end(key);
    if (this.open.size + this.others() >= MAX_SUBSCRIPTIONS) return null;
    const controller = new AbortController();
    this.open.set(key, controller);
    return controller.signal;
  }

  /** Ends one, when it is still the one with this signal. */
  end(key: string, signal?: AbortSignal): void {
    const controller = this.open.get(key);
    if (!controller || (signal && controller.signal !== signal)) return;
    this.open.delete(key);
    controller.abort();
  }

  endAll(): void {
    for (const key of [...this.open.keys()]) this.end(key);
  }

  /** Runs readings one after the other: whole logs are large. */
  read<T>(read: () => Promise<T>): Promise<T> {
    const reading = this.reading.then(read, read);
    this.reading = reading.catch(() => undefined);
    return reading;
  }
}
