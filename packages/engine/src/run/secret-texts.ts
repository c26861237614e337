/** @module The secrets that a run has come across, and their removal from texts. */

import { escapeHtml } from '../values/text.ts';

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Shorter texts turn up by chance in what is no secret. */
const MIN_EXACT = 4;
const MIN_INSIDE = 6;

/** Every text is searched for each of them; a caller who sends thousands of secrets must not make a run slow. */
const MAX_INSIDE = 100;

const ANY_HASH = /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}/g;

/** Secret texts of one run. */
export class SecretTexts {
  private readonly whole = new Set<string>();
  /** Longest first: where one secret begins another, no end of the longer may stay. */
  private readonly inside: string[] = [];

  /** Remembers a text, also as JSON, HTML and addresses write it. */
  add(secret: string): void {
    if (secret.length < MIN_EXACT || this.whole.has(secret)) return;
    this.whole.add(secret);
    if (secret.length < MIN_INSIDE || this.inside.length >= MAX_INSIDE) return;
    for (const spelling of new Set([
      secret,
      jsonSpelling(secret),
      escapeHtml(secret),
      addressSpelling(secret),
    ])) {
      this.inside.push(spelling);
    }
    this.inside.sort((a, b) => b.length - a.length);
  }

  /** Whether a number is a secret that was sent without quotes. */
  hasNumber(value: number): boolean {
    return this.whole.size > 0 && this.whole.has(String(value));
  }

  /**
   * The text without secrets and without password hashes.
   *
   * @param shownHashes hashes that may stay
   */
  removeFrom(value: string, shownHashes: ReadonlySet<string> | null): string {
    if (value.length < MIN_EXACT) return value;
    if (this.whole.has(value)) return REDACTED;
    let text = value;
    for (const secret of this.inside) if (text.includes(secret)) text = text.replaceAll(secret, REDACTED);
    return this.removeHashes(text, shownHashes);
  }

  /** The text without password hashes, but for those that may stay. */
  removeHashes(text: string, shownHashes: ReadonlySet<string> | null): string {
    if (text.length < 60 || !text.includes('$2')) return text;
    return text.replace(ANY_HASH, (hash) => (shownHashes?.has(hash) ? hash : REDACTED));
  }
}

function jsonSpelling(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function addressSpelling(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // Half a surrogate pair has no spelling in an address.
    return secret;
  }
}
