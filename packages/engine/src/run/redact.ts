/** @module Keeps secrets out of logs, events and results: by the name of a field, and by the value once it is known. */

import { isBcryptHash } from '../values/bcrypt.ts';
import { isSecretName } from './secret-name.ts';
import { REDACTED, SecretTexts } from './secret-texts.ts';

export { isSecretName } from './secret-name.ts';
export { REDACTED } from './secret-texts.ts';

/** Deeper values are cut: they are shown to people. An answer is read by programs, and bounded by the limits of the run. */
const MAX_DEPTH: Readonly<Record<Mode, number>> = { record: 64, result: 64, text: 64, answer: 10_000 };
/** Smaller values are walked again: that costs less than to remember them. */
const MIN_REMEMBERED = 32;
/** Items and fields. No value within the limits of a run has more; one that holds its parts over and over is cut here. */
const MAX_PARTS = 10_000_000;

type Mode = 'record' | 'result' | 'text' | 'answer';

/** Removes what one run must not tell. Values without secrets are returned as they are, not copied. */
export class Redactor {
  private readonly secrets = new SecretTexts();
  private readonly ownHashes = new Set<string>();
  /** The containers around the one being walked. */
  private readonly around: object[] = [];
  private parts = 0;
  /** Large values in which a record found nothing to remove. A record removes most, so that they need no walk in any other mode. */
  private clean = new WeakSet<object>();
  private hasClean = false;

  /** Walks everything again from here on: a step may change what it holds. */
  forgetClean(): void {
    if (!this.hasClean) return;
    this.clean = new WeakSet();
    this.hasClean = false;
  }

  /** Remembers a secret text or number, so that it is removed wherever else it turns up. */
  protect(value: unknown): void {
    if (typeof value === 'string') this.secrets.add(value);
    else if (typeof value === 'number') this.secrets.add(String(value));
    this.forgetClean();
  }

  /** Remembers every text and number under a secret name in `value`, at any depth. */
  protectFields(value: unknown): void {
    const open: Named[] = [];
    const take = (inner: unknown, name: string, isSecret: boolean) => {
      if (typeof inner === 'object' && inner !== null) open.push({ container: inner, name, isSecret });
      else if (isSecret && !(typeof inner === 'number' && isCount(name)) && !isHash(inner))
        this.protect(inner);
    };
    take(value, '', false);
    for (let next = open.pop(); next; next = open.pop()) {
      const { container, name, isSecret } = next;
      if (Array.isArray(container)) for (const inner of container) take(inner, name, isSecret);
      else {
        for (const key of Object.keys(container))
          take((container as Record<string, unknown>)[key], key, isSecret || isSecretName(key));
      }
    }
  }

  /** Remembers a hash that this run made of a password its caller sent: no secret to that caller, unlike other people's hashes. */
  allowHash(hash: string): void {
    this.ownHashes.add(hash);
  }

  /** For logs, events and stored executions: nothing secret at all. */
  record<T>(value: T): T {
    return this.redact(value, 'record');
  }

  /** For the result handed to the caller of the run, who may see the hashes this run made. */
  result<T>(value: T): T {
    return this.redact(value, 'result');
  }

  /** For messages and their details, whose keys name fields and hold no values. */
  text<T>(value: T): T {
    return this.redact(value, 'text');
  }

  /** For the answer that an author wrote for the caller: all but password hashes, which nobody needs. */
  answer<T>(value: T): T {
    return this.redact(value, 'answer');
  }

  private redact<T>(value: T, mode: Mode): T {
    this.parts = 0;
    this.around.length = 0;
    try {
      return this.walk(value, '', mode) as T;
    } catch {
      // A getter or a proxy that throws: what cannot be read cannot be shown.
      return '[unreadable]' as T;
    }
  }

  private walk(value: unknown, name: string, mode: Mode): unknown {
    if (typeof value === 'string') return this.walkText(value, name, mode);
    if (typeof value === 'number') {
      if (mode === 'answer') return value;
      return (isSecretHere(name, mode) && !isCount(name)) || this.secrets.hasNumber(value) ? REDACTED : value;
    }
    if (value === null || typeof value !== 'object') return value;
    if (isSecretHere(name, mode) && !isEmpty(value)) return REDACTED;
    // Bytes are no text; walking them one by one would find nothing.
    if (ArrayBuffer.isView(value)) return value;
    if (this.hasClean && this.clean.has(value)) return value;
    if (this.around.includes(value)) return '[circular]';
    if (this.around.length >= MAX_DEPTH[mode] || this.parts > MAX_PARTS) return '[…]';
    this.around.push(value);
    const before = this.parts;
    const walked = Array.isArray(value) ? this.walkList(value, name, mode) : this.walkObject(value, mode);
    this.around.pop();
    if (mode === 'record' && walked === value && this.parts - before >= MIN_REMEMBERED) {
      this.clean.add(value);
      this.hasClean = true;
    }
    return walked;
  }

  private walkText(value: string, name: string, mode: Mode): string {
    if (mode === 'answer') return this.secrets.removeHashes(value, null);
    if (value !== '' && isSecretHere(name, mode)) {
      return mode === 'result' && this.ownHashes.has(value) ? value : REDACTED;
    }
    return this.secrets.removeFrom(value, mode === 'result' ? this.ownHashes : null);
  }

  private walkList(value: unknown[], name: string, mode: Mode): unknown[] {
    let copy: unknown[] | null = null;
    this.parts += value.length;
    for (let i = 0; i < value.length; i++) {
      const inner = this.walk(value[i], name, mode);
      if (inner !== value[i]) {
        copy ??= value.slice();
        copy[i] = inner;
      }
    }
    return copy ?? value;
  }

  private walkObject(value: object, mode: Mode): unknown {
    const form = jsonForm(value);
    if (form !== value) {
      const walked = this.walk(form, '', mode);
      // What holds no secret stays what it is: a port may need the instance.
      return walked === form ? value : walked;
    }
    const fields = value as Record<string, unknown>;
    let copy: Record<string, unknown> | null = null;
    const keys = Object.keys(fields);
    this.parts += keys.length;
    for (const key of keys) {
      const before = fields[key];
      const inner = this.walk(before, key, mode);
      // NaN is no other value than itself here.
      if (inner !== before && !Object.is(inner, before)) {
        copy ??= { ...fields };
        copy[key] = inner;
      }
    }
    return copy ?? value;
  }
}

/** A part of a value, with the name it stands under. */
interface Named {
  container: object;
  name: string;
  isSecret: boolean;
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && isBcryptHash(value);
}

/** Messages name fields and hold no values; an answer is the author's choice. */
function isSecretHere(name: string, mode: Mode): boolean {
  return (mode === 'record' || mode === 'result') && isSecretName(name);
}

/** A number of tokens counts them. */
function isCount(name: string): boolean {
  return /tokens$/i.test(name);
}

/** What JSON would show of an instance: dates, identifiers and models have a form of their own; a plain object is its form. */
function jsonForm(value: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || value instanceof Date) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
