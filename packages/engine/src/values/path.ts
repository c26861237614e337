/** @module Paths such as `input.list.0.name`: their grammar, and reading one from the variables of a run. */

/** The values a run works on: the caller's under `input`, every step's output under its name. */
export type Variables = Record<string, unknown>;

/** What an HTTP call said besides its values; read as `{{ request.… }}`. */
export interface RequestFacts {
  method?: string;
  /** Path of the address, without its query. */
  path?: string;
  /** By lower-case name. */
  headers: Record<string, unknown>;
  /** Parameters behind `?` in the address. */
  query?: Record<string, unknown>;
  /** Parameters in the path. */
  params?: Record<string, unknown>;
  /** The body as it was read: fields, a list, a text, a number. */
  body?: unknown;
  /** The body's text as it arrived, byte for byte; for signatures. */
  rawBody?: string;
}

/** Name of the variable under which steps read the request; an output of this name stands before it. */
export const REQUEST = 'request';

/** Beside the variables and not among them: results show what steps gave, and a bare text "request" is a text. */
const requests = new WeakMap<Variables, RequestFacts>();

/** Lets references to `request` find what the call of a run said. */
export function setRequest(variables: Variables, request: RequestFacts): void {
  requests.set(variables, request);
}

/** What {@link setRequest} set. */
export function requestOf(variables: Variables): RequestFacts | undefined {
  return requests.get(variables);
}

/** Names through which JavaScript's prototypes can be reached; never part of a path nor the name of an output. */
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);

/** Letters of any script with their marks and joiners, digits, `_`, `$` and `-`; what a form or a database would call a field. */
const SEGMENT = /^(?:[\p{L}\p{N}\p{M}_$-]|\u200c|\u200d)+$/u;

/** Longer texts are prose, not paths; the bound keeps compiling a megabyte of text cheap. */
const MAX_PATH_LENGTH = 512;

/** Whether a path may go through `name`. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN.has(name);
}

/**
 * Splits a path into its segments.
 *
 * @param text e.g. `created._id`
 * @returns the segments, or `null` when the text is no path
 */
export function parsePath(text: string): readonly string[] | null {
  if (text.length === 0 || text.length > MAX_PATH_LENGTH) return null;
  const segments = text.split('.');
  for (const segment of segments) {
    if (!SEGMENT.test(segment) || FORBIDDEN.has(segment)) return null;
  }
  return segments;
}

/**
 * Follows `segments` from `from` on, through objects, lists and texts, by their own properties only.
 *
 * @returns the value, or `undefined` where the path ends early
 */
export function readSegments(start: unknown, segments: readonly string[], from: number): unknown {
  let value = start;
  for (let i = from; i < segments.length; i++) {
    if (value === null || value === undefined) return undefined;
    const segment = segments[i]!;
    if (!Object.hasOwn(value as object, segment)) return undefined;
    value = (value as Record<string, unknown>)[segment];
  }
  return value;
}
