/** @module A bounded pool of owners' connections; a connection in use is never closed. */
import { ownerDatabaseError, shuttingDown } from './errors.ts';

/** Options of {@link ConnectionPool}. Times are in milliseconds. */
export interface ConnectionPoolOptions<Connection> {
  close(connection: Connection): Promise<void>;
  /** Most open connections. Default: 20. */
  max?: number;
  /** For how long a connection may be unused before it is closed. Default: 10 minutes. */
  idleMs?: number;
  /** How long to wait for room while all connections are in use. Default: 10 seconds. */
  waitMs?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** The right to use a connection until it is released. */
export interface Lease<Connection> {
  connection: Connection;
  /** Safe to call again. */
  release(): void;
}

/** Which connection: an owner has one for every address that was stored for it, and at rest only the newest. */
export interface ConnectionKey {
  owner: string;
  /** Another text for another address. */
  version: string;
}

/** Connections by owner and version, opened when they are first asked for. */
export class ConnectionPool<Connection> {
  readonly #options: Required<ConnectionPoolOptions<Connection>>;
  readonly #entries = new Map<string, Entry<Connection>>();
  /** Those that count: opening, open, or being closed. */
  #slots = 0;
  #closing = new Set<Promise<void>>();
  readonly #alive = new Set<Entry<Connection>>();
  readonly #waiting: Waiting[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #ended = false;

  constructor(options: ConnectionPoolOptions<Connection>) {
    this.#options = { max: 20, idleMs: 600_000, waitMs: 10_000, now: Date.now, ...options };
    this.#timer = setInterval(() => this.sweep(), Math.max(1_000, this.#options.idleMs / 10));
    this.#timer.unref();
  }

  /** How many connections are open or about to be. */
  get size(): number {
    return this.#slots;
  }

  /**
   * The connection of this key. Callers at the same time share one attempt to open it, and its failure.
   *
   * @param open opens the connection when there is none
   * @throws OrchestrixError `OWNER_DATABASES_BUSY` when no connection became free in time; what `open` and the signal reject with
   */
  async lease(
    key: ConnectionKey,
    open: () => Promise<Connection>,
    signal?: AbortSignal,
  ): Promise<Lease<Connection>> {
    if (this.#ended) throw shuttingDown();
    signal?.throwIfAborted();
    const entry = this.#entries.get(nameOf(key)) ?? this.#add(key, open);
    // Before anything is waited for, so that nothing can close it in between.
    entry.users++;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      this.#release(entry);
    };
    try {
      return { connection: await unlessAborted(entry.opening, signal), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Forgets the owner's connections but the one of this version (`null`: all); those in use are closed once they are released. */
  dropOthers(owner: string, version: string | null): void {
    for (const entry of [...this.#entries.values()])
      if (entry.key.owner === owner && entry.key.version !== version) this.#retire(entry);
  }

  /** Closes what was unused for too long. Runs by itself from time to time. */
  sweep(): void {
    const before = this.#options.now() - this.#options.idleMs;
    for (const entry of [...this.#entries.values()])
      if (isIdle(entry) && entry.lastUsedAt <= before) this.#retire(entry);
  }

  /** Closes everything, also what is in use. */
  async close(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#timer);
    for (const { reject } of this.#waiting.splice(0)) reject(shuttingDown());
    for (const entry of [...this.#alive]) this.#end(entry);
    this.#entries.clear();
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  #add(key: ConnectionKey, open: () => Promise<Connection>): Entry<Connection> {
    const opening = this.#open(open);
    const entry: Entry<Connection> = { key, opening, users: 0, lastUsedAt: 0, state: 'opening' };
    this.#entries.set(nameOf(key), entry);
    this.#alive.add(entry);
    opening.then(
      () => {
        if (entry.state === 'opening') entry.state = 'open';
        entry.lastUsedAt = this.#options.now();
        if (entry.users === 0) this.#yieldToWaiting(entry);
      },
      () => {
        entry.state = 'ended';
        this.#forget(entry);
      },
    );
    return entry;
  }

  async #open(open: () => Promise<Connection>): Promise<Connection> {
    await this.#takeSlot();
    try {
      return await open();
    } catch (error) {
      this.#giveSlot();
      throw error;
    }
  }

  #takeSlot(): Promise<void> | undefined {
    if (this.#slots < this.#options.max) {
      this.#slots++;
      return undefined;
    }
    const taken = new Promise<void>((resolve, reject) => {
      const waiting: Waiting = { resolve, reject };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(ownerDatabaseError('OWNER_DATABASES_BUSY'));
      }, this.#options.waitMs);
      waiting.resolve = () => {
        clearTimeout(timer);
        resolve();
      };
      waiting.reject = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      this.#waiting.push(waiting);
    });
    const idle = [...this.#entries.values()].filter(isIdle).sort((a, b) => a.lastUsedAt - b.lastUsedAt)[0];
    if (idle) this.#yieldToWaiting(idle);
    return taken;
  }

  #giveSlot(): void {
    const next = this.#waiting.shift();
    if (next) next.resolve();
    else this.#slots--;
  }

  #release(entry: Entry<Connection>): void {
    entry.users--;
    entry.lastUsedAt = this.#options.now();
    if (entry.users > 0) return;
    if (this.#entries.get(nameOf(entry.key)) !== entry) this.#end(entry);
    else this.#yieldToWaiting(entry);
  }

  /** Closes an unused connection when a caller waits for room and no other connection is being closed for it. */
  #yieldToWaiting(entry: Entry<Connection>): void {
    if (entry.state === 'open' && this.#waiting.length > this.#closing.size) this.#retire(entry);
  }

  #retire(entry: Entry<Connection>): void {
    this.#forget(entry);
    if (entry.users === 0) this.#end(entry);
  }

  #forget(entry: Entry<Connection>): void {
    if (this.#entries.get(nameOf(entry.key)) === entry) this.#entries.delete(nameOf(entry.key));
    if (entry.state === 'ended') this.#alive.delete(entry);
  }

  #end(entry: Entry<Connection>): void {
    if (entry.state === 'ended') return;
    entry.state = 'ended';
    this.#alive.delete(entry);
    const closed = entry.opening
      .then((connection) =>
        // A connection that fails to close counts as closed.
        this.#options
          .close(connection)
          .catch(() => undefined)
          .finally(() => this.#giveSlot()),
      )
      // It never opened, and has given its slot back itself.
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}

interface Entry<Connection> {
  readonly key: ConnectionKey;
  readonly opening: Promise<Connection>;
  users: number;
  lastUsedAt: number;
  state: 'opening' | 'open' | 'ended';
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

function isIdle({ users, state }: Entry<unknown>): boolean {
  return users === 0 && state === 'open';
}

function nameOf({ owner, version }: ConnectionKey): string {
  return `${owner}\0${version}`;
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
