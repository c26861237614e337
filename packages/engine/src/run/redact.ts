/** @module Keeps secrets out of logs, events and results: by the name of a field, and by the value once it is known. */

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

const BCRYPT = /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/;
const SECRET_NAME =
  /^(?:pass|pwd|pin|otp)$|passw(?:or)?d|passphrase|secret(?!ar)|token$|authorization|apikey|privatekey|accesskey|credentials?$|cookie$|encrypteduri/;

/** Shorter texts turn up by chance in what is no secret. */
const MIN_EXACT = 4;
const MIN_INSIDE = 6;
/** Deeper values are cut: they are shown to people. */
const MAX_DEPTH = 64;

/** Whether a field of this name holds a secret. Case, dashes and underscores do not matter. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[-_]/g, ''));
}

/** Removes what one run must not tell. Values without secrets are returned as they are, not copied. */
export class Redactor {
  private readonly values = new Set<string>();
  private readonly ownHashes = new Set<string>();

  /** Remembers a secret, so that it is removed wherever else it turns up. */
  protect(value: unknown): void {
    if (typeof value === 'string' && value.length >= MIN_EXACT) this.values.add(value);
  }

  /** Remembers every text under a secret name in `value`. */
  protectFields(value: unknown): void {
    const open: unknown[] = [value];
    let budget = 10_000;
    while (open.length > 0 && budget-- > 0) {
      const current = open.pop();
      if (typeof current !== 'object' || current === null) continue;
      for (const [key, inner] of Object.entries(current)) {
        if (typeof inner === 'string') {
          if (isSecretName(key) && !BCRYPT.test(inner)) this.protect(inner);
        } else open.push(inner);
      }
    }
  }

  /** Remembers a hash that this run made of a password its caller sent: no secret to that caller, unlike other people's hashes. */
  allowHash(hash: string): void {
    this.ownHashes.add(hash);
  }

  /** For logs, events and stored executions: nothing secret at all. */
  record<T>(value: T): T {
    return this.walk(value, '', 'record', 0) as T;
  }

  /** For the result handed to the caller of the run, who may see the hashes this run made. */
  result<T>(value: T): T {
    return this.walk(value, '', 'result', 0) as T;
  }

  /** For messages and their details, whose keys name fields and hold no values. */
  text<T>(value: T): T {
    return this.walk(value, '', 'text', 0) as T;
  }

  private walk(value: unknown, name: string, mode: 'record' | 'result' | 'text', depth: number): unknown {
    if (typeof value === 'string') return this.walkText(value, name, mode);
    if (value === null || typeof value !== 'object') {
      return typeof value === 'number' && mode !== 'text' && isSecretName(name) ? REDACTED : value;
    }
    if (mode !== 'text' && name !== '' && isSecretName(name) && !isEmpty(value)) return REDACTED;
    if (depth >= MAX_DEPTH) return '[…]';
    if (Array.isArray(value)) return this.walkList(value, name, mode, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    // Dates, ObjectIds and other class instances are leaves.
    if (prototype !== Object.prototype && prototype !== null) return value;
    return this.walkObject(value as Record<string, unknown>, mode, depth);
  }

  private walkText(value: string, name: string, mode: 'record' | 'result' | 'text'): string {
    if (mode !== 'text' && value !== '' && isSecretName(name)) {
      return mode === 'result' && this.ownHashes.has(value) ? value : REDACTED;
    }
    if (this.values.size === 0 || value.length < MIN_EXACT) return value;
    if (this.values.has(value)) return REDACTED;
    let text = value;
    for (const secret of this.values) {
      if (secret.length >= MIN_INSIDE && text.includes(secret)) text = text.replaceAll(secret, REDACTED);
    }
    return text;
  }

  private walkList(
    value: unknown[],
    name: string,
    mode: 'record' | 'result' | 'text',
    depth: number,
  ): unknown[] {
    let copy: unknown[] | null = null;
    for (let i = 0; i < value.length; i++) {
      const inner = this.walk(value[i], name, mode, depth + 1);
      if (inner !== value[i]) {
        copy ??= value.slice();
        copy[i] = inner;
      }
    }
    return copy ?? value;
  }

  private walkObject(
    value: Record<string, unknown>,
    mode: 'record' | 'result' | 'text',
    depth: number,
  ): unknown {
    let copy: Record<string, unknown> | null = null;
    for (const key of Object.keys(value)) {
      const inner = this.walk(value[key], key, mode, depth + 1);
      if (inner !== value[key]) {
        copy ??= { ...value };
        copy[key] = inner;
      }
    }
    return copy ?? value;
  }
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
