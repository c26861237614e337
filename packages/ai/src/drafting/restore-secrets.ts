/** @module Secrets that a model is not shown, put back where it left them. */
import { REDACTED } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';

/**
 * A value in which everything that stood for a secret is that secret again: the one at the same place of the original, so
 * that none gets anywhere else.
 *
 * @param path where the value belongs in `original`
 */
export function withSecrets(value: unknown, original: unknown, path: readonly string[]): unknown {
  let old = original;
  for (const key of path) old = ownField(old, key);
  return restored(value, old);
}

function restored(value: unknown, old: unknown): unknown {
  if (value === REDACTED) return old ?? value;
  if (Array.isArray(value)) return value.map((item, index) => restored(item, ownField(old, String(index))));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, restored(item, ownField(old, key))]),
  );
}

function ownField(value: unknown, key: string): unknown {
  const holder = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return Object.hasOwn(holder, key) ? holder[key] : undefined;
}
