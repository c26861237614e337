/** @module Copies of JSON values that are safe to store and to send: bounded in depth, without names that reach a prototype. */

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
const MAX_DEPTH = 12;

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of a JSON value; what lies deeper than twelve levels is left out. */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? [] : {};
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  return Object.fromEntries(entries(value).map(([key, item]) => [key, plain(item, depth + 1)]));
}

/** Own fields of an object without those whose name reaches a prototype. */
export function entries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([key]) => !FORBIDDEN.has(key));
}

/** A value as the text that a form field shows; `undefined` for nothing. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  return JSON.stringify(plain(value));
}
