/** @module Closes what was opened with a login when that login ends: by log-out, expiry, or the account's deletion. */
import type { VerifiedClaims } from './server-tokens.ts';

/** What {@link SessionWatch} is built from. */
export interface SessionWatchParts {
  /** Whether the login behind the claims still lasts. Rejects when that cannot be found out. */
  lasts(claims: VerifiedClaims): Promise<boolean>;
  /** How often every open login is looked up, for those that another process ended. Default: 15,000 ms. */
  everyMs?: number;
}

/** Timers cannot wait longer, and fire at once when told to. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Watched {
  claims: VerifiedClaims;
  ends: Set<() => void>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Open connections by the login they were opened with. */
export class SessionWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #interval: ReturnType<typeof setInterval>;

  constructor(private readonly parts: SessionWatchParts) {
    this.#interval = setInterval(() => void this.check(), parts.everyMs ?? 15_000);
    this.#interval.unref();
  }

  /** How many logins have something open. */
  get size(): number {
    return this.#watched.size;
  }

  /** Calls `end` once when the login ends. @returns takes it back */
  watch(claims: VerifiedClaims, end: () => void): () => void {
    const key = claims.fingerprint;
    const watched = this.#watched.get(key) ?? this.#add(key, claims);
    watched.ends.add(end);
    return () => {
      watched.ends.delete(end);
      if (watched.ends.size === 0 && this.#watched.get(key) === watched) this.#remove(key, watched);
    };
  }

  /** The login of these claims was ended by this process. */
  end(claims: Pick<VerifiedClaims, 'sid' | 'fingerprint'>): void {
    for (const [key, watched] of this.#watched) {
      const same = claims.sid === undefined ? key === claims.fingerprint : watched.claims.sid === claims.sid;
      if (same) this.#end(key, watched);
    }
  }

  /** Looks every open login up. */
  async check(): Promise<void> {
    for (const [key, watched] of [...this.#watched]) {
      try {
        if (!(await this.parts.lasts(watched.claims))) this.#end(key, watched);
      } catch {
        // The database is away: the next check decides.
      }
    }
  }

  /** Forgets everything without ending it. */
  close(): void {
    clearInterval(this.#interval);
    for (const [key, watched] of this.#watched) this.#remove(key, watched);
  }

  #add(key: string, claims: VerifiedClaims): Watched {
    const leftMs = claims.expiresAt ? claims.expiresAt.getTime() - Date.now() : undefined;
    const watched: Watched = { claims, ends: new Set(), timer: undefined };
    if (leftMs !== undefined && leftMs < MAX_TIMER_MS) {
      watched.timer = setTimeout(() => this.#end(key, watched), Math.max(0, leftMs));
      watched.timer.unref?.();
    }
    this.#watched.set(key, watched);
    return watched;
  }

  #end(key: string, watched: Watched): void {
    this.#remove(key, watched);
    for (const end of watched.ends) end();
  }

  #remove(key: string, watched: Watched): void {
    clearTimeout(watched.timer);
    if (this.#watched.get(key) === watched) this.#watched.delete(key);
  }
}
