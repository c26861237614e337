/** @module What is read often and changes seldom: kept in memory, looked at again in the background, never older than a second. */

interface Entry<V> {
  value: V;
  /** When the reading of it began. */
  readAt: number;
  isReading: boolean;
}

/** Age from which on a value is read again behind whoever asks, and from which on whoever asks waits for that; milliseconds. */
const REFRESH_MS = 400;
const MOST_MS = 950;

/** Values by key; what is not there is not kept. */
export class Kept<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private generation = 0;

  constructor(private readonly most = 10_000) {}

  /** The value, without a promise when it is at hand. @throws whatever `read` throws, when nothing is kept */
  get(key: string, read: () => Promise<V | null>): V | null | Promise<V | null> {
    const entry = this.entries.get(key);
    if (!entry) return this.read(key, read);
    const age = performance.now() - entry.readAt;
    if (age >= MOST_MS) return this.read(key, read);
    if (age >= REFRESH_MS && !entry.isReading) {
      entry.isReading = true;
      // Whoever asks after a failure reads for himself, and is told.
      void this.read(key, read).catch(() => {
        entry.isReading = false;
      });
    }
    return entry.value;
  }

  /** Forgets everything: something was changed by this process. */
  clear(): void {
    this.generation++;
    this.entries.clear();
  }

  private async read(key: string, read: () => Promise<V | null>): Promise<V | null> {
    const { generation } = this;
    const readAt = performance.now();
    const value = await read();
    // What was read before a change may be what was true before it.
    if (generation !== this.generation) return value;
    this.entries.delete(key);
    if (value !== null) this.entries.set(key, { value, readAt, isReading: false });
    if (this.entries.size > this.most) this.entries.delete(this.entries.keys().next().value!);
    return value;
  }
}
