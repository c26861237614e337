/** @module Reads and writes values by dotted path in plain objects, never on a prototype. */
import { isObject } from '../builder/plain.ts';

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);

/** Sets a value; objects on the way are made. A path that cannot be walked is left alone. */
export function setPath(
  target: Record<string, unknown>,
  path: string | readonly string[],
  value: unknown,
): void {
  const segments = typeof path === 'string' ? path.split('.') : path;
  if (segments.length === 0 || segments.some((segment) => FORBIDDEN.has(segment) || segment === '')) return;
  let current = target;
  for (const segment of segments.slice(0, -1)) {
    const next = Object.hasOwn(current, segment) ? current[segment] : undefined;
    if (next !== undefined && !isObject(next)) return;
    const inner = isObject(next) ? next : {};
    current[segment] = inner;
    current = inner;
  }
  current[segments.at(-1)!] = value;
}

/** Removes a value. */
export function deletePath(target: Record<string, unknown>, path: string): void {
  const segments = path.split('.');
  let current: unknown = target;
  for (const segment of segments.slice(0, -1))
    current = isObject(current) && Object.hasOwn(current, segment) ? current[segment] : undefined;
  if (isObject(current)) delete current[segments.at(-1)!];
}

/** What is there; `undefined` for nothing. */
export function readPath(target: unknown, path: readonly string[]): unknown {
  let current = target;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<string, unknown>)[segment];
  }
  return current;
}

/** Whether something is there. */
export function hasPath(target: unknown, path: readonly string[]): boolean {
  let current = target;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return false;
    current = (current as Record<string, unknown>)[segment];
  }
  return true;
}
