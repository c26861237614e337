/** @module A step as a diff may show it: without a password or a key that its author wrote into it. */
import { isPlainObject, isSecretName, REDACTED } from '@orchestrix/engine';

/** Nothing but references: says where a secret comes from, and not what it is. */
const REFERENCES_ONLY = /^(?:\s*\{\{[^{}]*\}\}\s*)+$/;
const BARE_PATH = /^input(?:\.[\w-]+)+$/;
const MAX_DEPTH = 60;

/**
 * A copy in which every text and number that stands for a secret is replaced: below a secret name, and in what is said about
 * a field or variable of a secret name (`{ name: 'password', default: … }`). References stay.
 *
 * @param secret `secret`: the value itself is known to be one
 */
export function hideSecrets(value: unknown, secret?: 'secret'): unknown {
  return hide(value, secret === 'secret', MAX_DEPTH);
}

/** Whether a field of an object holds a secret: by its own name, or by what the object is about. */
export function holdsSecret(parent: unknown, key: string): boolean {
  return isSecretName(key) || (SAID_OF_VALUES.has(key) && isPlainObject(parent) && isAboutSecret(parent));
}

function hide(value: unknown, secret: boolean, depth: number): unknown {
  if (typeof value === 'string') return secret && !isReference(value) && value !== '' ? REDACTED : value;
  if (typeof value === 'number') return secret ? REDACTED : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return REDACTED;
  if (Array.isArray(value)) return value.map((item) => hide(item, secret, depth - 1));
  const fields = Object.entries(value).map(([key, item]) => [
    key,
    hide(item, secret || holdsSecret(value, key), depth - 1),
  ]);
  return Object.fromEntries(fields);
}

/** What says something about the values of the thing that stands beside it. */
const SAID_OF_VALUES = new Set(['default', 'value', 'enum', 'const', 'to', 'example', 'equal']);

function isAboutSecret(fields: Record<string, unknown>): boolean {
  return ['name', 'field', 'key', 'value'].some((key) => {
    const text = fields[key];
    if (typeof text !== 'string' || text.length > 200) return false;
    // A value is about something when it is a reference to it.
    if (key === 'value' && !isReference(text)) return false;
    const last = text
      .replace(/[{}\s]/g, '')
      .split('.')
      .at(-1);
    return last !== undefined && isSecretName(last);
  });
}

function isReference(text: string): boolean {
  return REFERENCES_ONLY.test(text) || BARE_PATH.test(text);
}
