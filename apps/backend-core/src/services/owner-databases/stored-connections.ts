/** @module Which database an owner has connected, as it is stored; asked for at every step of a run, so kept for a moment. */
import type { StoredDbConnection } from '@orchestrix/models';

/** Options of {@link StoredConnections}. */
export interface StoredConnectionsOptions {
  /** For how long an answer counts, in milliseconds: what another process changes is seen after that. Default: 2000. */
  keepMs?: number;
  /** How many owners are kept. Default: 1000. */
  maxOwners?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Stored connections, read through a short memory. */
export class StoredConnections {
  readonly #read: (ownerId: string) => Promise<StoredDbConnection | null>;
  readonly #options: Required<StoredConnectionsOptions>;
  readonly #kept = new Map<string, Kept>();

  constructor(
    read: (ownerId: string) => Promise<StoredDbConnection | null>,
    options: StoredConnectionsOptions = {},
  ) {
    this.#read = read;
    this.#options = { keepMs: 2_000, maxOwners: 1_000, now: Date.now, ...options };
  }

  /** The owner's connection, or `null`. Callers at the same time share one read. */
  get(ownerId: string): Promise<StoredDbConnection | null> {
    const { now, keepMs, maxOwners } = this.#options;
    const known = this.#kept.get(ownerId);
    if (known && now() - known.readAt < keepMs) return known.row;
    const kept: Kept = { row: this.#read(ownerId), readAt: now() };
    this.#kept.delete(ownerId);
    this.#kept.set(ownerId, kept);
    if (this.#kept.size > maxOwners) this.#kept.delete(this.#kept.keys().next().value!);
    kept.row.catch(() => {
      if (this.#kept.get(ownerId) === kept) this.#kept.delete(ownerId);
    });
    return kept.row;
  }

  /** The next read sees what is stored then; one that is under way counts for nobody who asks later. */
  forget(ownerId: string): void {
    this.#kept.delete(ownerId);
  }
}

interface Kept {
  row: Promise<StoredDbConnection | null>;
  readAt: number;
}
