/** @module Values and references as people say them. */

import { parseReferences, type Reference } from '../values/reference.ts';

const LONGEST = 80;

/**
 * A configured value in words: `the caller's "email"` for `{{ input.email }}`, `"_id" of "user"` for `{{ user._id }}`, other
 * texts in quotes, short.
 */
export function sayValue(source: unknown): string {
  if (typeof source === 'string') return sayText(source);
  if (source === undefined || source === null) return 'nothing';
  if (typeof source === 'number' || typeof source === 'boolean') return String(source);
  if (Array.isArray(source))
    return source.length > 6 ? `a list of ${source.length}` : joinWords(source.map(sayValue), 'and');
  return `an object with ${joinWords(Object.keys(source).slice(0, 6), 'and') || 'no fields'}`;
}

/** `a, b and c`. */
export function joinWords(words: readonly string[], last: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** A name in quotes, short. */
export function quote(name: string): string {
  return `"${shorten(name)}"`;
}

function sayText(source: string): string {
  const [first, ...others] = parseReferences(source, []);
  if (others.length === 0 && typeof first === 'object' && (first.braced || first.segments.length > 1))
    return sayReference(first);
  return quote(source);
}

function sayReference({ segments, path }: Reference): string {
  const [root = '', ...rest] = segments;
  if (root === 'input')
    return rest.length === 0 ? 'everything the caller sends' : `the caller's ${quote(rest.join('.'))}`;
  return rest.length === 0 ? quote(path) : `${quote(rest.join('.'))} of ${quote(root)}`;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
