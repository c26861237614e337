/** @module A cache of rows that are read often and change seldom: refreshed in the background, never older than a second. */

interface Entry<V> {
  value: V;
  /** When the reading of it began. */
  readAt: number;
}

/** From this age on, a value is refreshed in the background; from the second on, a caller waits for the fresh one. Milliseconds. */
const REFRESH_MS = 400;
const MOST_MS = 950;

/** Values by key. Calls at the same time share one read; a missing value is not cached. */
export class Kept<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly reads = new Map<string, Promise<V | null>>();

  constructor(private readonly most = 10_000) {}

  /** The value, without a promise when it is cached. @throws whatever `read` throws, when no value is cached */
  get(key: string, read: () => Promise<V | null>): V | null | Promise<V | null> {
    const entry = this.entries.get(key);
    const age = entry ? performance.now() - entry.readAt : Number.POSITIVE_INFINITY;
    if (!entry || age >= MOST_MS) return this.read(key, read);
    // The next caller after a failed refresh reads again, and gets the error.
    if (age >= REFRESH_MS) this.read(key, read).catch(() => undefined);
    return entry.value;
  }

  /** Forgets everything: this process changed something. A read that began before the change is not cached. */
  clear(): void {
    this.entries.clear();
    this.reads.clear();
  }

  private read(key: string, read: () => Promise<V | null>): Promise<V | null> {
    const running = this.reads.get(key);
    if (running) return running;
    const readAt = performance.now();
    const reading: Promise<V | null> = read().then(
      (value) => {
        if (this.finish(key, reading)) this.keep(key, value, readAt);
        return value;
      },
      (error: unknown) => {
        this.finish(key, reading);
        throw error;
      },
    );
    this.reads.set(key, reading);
    return reading;
  }

  /** @returns whether the read is still current */
  private finish(key: string, reading: Promise<V | null>): boolean {
    return this.reads.get(key) === reading && this.reads.delete(key);
  }

  private keep(key: string, value: V | null, readAt: number): void {
    this.entries.delete(key);
    if (value !== null) this.entries.set(key, { value, readAt });
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value!);
  }
}
