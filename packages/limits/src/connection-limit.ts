/** @module How many live connections one address and one account may have open. */

/** Bounds; 0 switches one off. */
export interface ConnectionLimits {
  perAddress: number;
  perAccount: number;
}

/** Counts open sockets and streams. */
export class ConnectionLimit {
  readonly #open = new Map<string, number>();

  constructor(private readonly limits: ConnectionLimits) {}

  /** Counts a connection. @returns takes it back, or `null` when there are too many already */
  admit(kind: 'address' | 'account', key: string): (() => void) | null {
    const limit = kind === 'address' ? this.limits.perAddress : this.limits.perAccount;
    const name = `${kind} ${key}`;
    const open = this.#open.get(name) ?? 0;
    if (limit > 0 && open >= limit) return null;
    this.#open.set(name, open + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#open.get(name) ?? 1) - 1;
      if (left > 0) this.#open.set(name, left);
      else this.#open.delete(name);
    };
  }
}
