/** @module References in a text: where they start and end, and what they say. */

import { parsePath } from './path.ts';

/** One place in a value that refers to a variable. */
export interface Reference {
  /** As written, without braces: `input.email`. */
  readonly path: string;
  /** Exactly as written, braces and spaces included. */
  readonly raw: string;
  readonly segments: readonly string[];
  /** Whether it stood in `{{ }}`; a bare path is plain text when its root is no variable. */
  readonly braced: boolean;
  /** Whether it stood as `{{ path? }}`: what it stands for is left out when there is no value. */
  readonly optional: boolean;
  /** Where it stands inside the value: keys and list positions. */
  readonly at: readonly (string | number)[];
}

/**
 * Cuts a text into literal parts and references, in order; a text without references is one literal. Linear in the
 * length of the text, also for one that is all braces.
 *
 * @param at where the text stands, for {@link Reference.at}
 */
export function parseReferences(
  source: string,
  at: readonly (string | number)[],
): readonly (string | Reference)[] {
  if (!source.includes('{{')) {
    const segments = parsePath(source);
    return [segments ? { path: source, raw: source, segments, braced: false, optional: false, at } : source];
  }
  const parts: (string | Reference)[] = [];
  let literalStart = 0;
  let position = 0;
  for (;;) {
    const firstOpen = source.indexOf('{{', position);
    const close = firstOpen < 0 ? -1 : source.indexOf('}}', firstOpen + 2);
    if (close < 0) break;
    position = close + 2;
    // Of several opening braces only the last can begin a reference: no path holds a brace.
    const open = source.lastIndexOf('{{', close - 2);
    const inner = source.slice(open + 2, close).trim();
    const optional = inner.endsWith('?');
    const segments = parsePath(optional ? inner.slice(0, -1).trimEnd() : inner);
    if (!segments) continue;
    if (open > literalStart) parts.push(source.slice(literalStart, open));
    parts.push({
      path: segments.join('.'),
      raw: source.slice(open, position),
      segments,
      braced: true,
      optional,
      at,
    });
    literalStart = position;
  }
  if (literalStart < source.length || parts.length === 0) parts.push(source.slice(literalStart));
  return parts;
}
