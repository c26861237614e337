/** @module A map with a bound: the entry that was used longest ago makes room. */

/** Entries by key, in order of their last use. */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();

  /** @param max how many entries are kept */
  constructor(private readonly max: number) {}

  /** The value, which counts as used now. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.max) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(key, value);
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }
}
