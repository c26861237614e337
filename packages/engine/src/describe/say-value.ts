/** @module Values and references as people say them. */

import { isSecretName } from '../run/secret-name.ts';
import { isPlainObject } from '../values/copy.ts';
import { parseReferences, type Reference } from '../values/reference.ts';
import type { Template } from '../values/template.ts';
import { toText } from '../values/text.ts';

const LONGEST = 80;
const MOST = 6;

/**
 * A configured value in words: `the caller's "email"` for `{{ input.email }}`, `"_id" of "user"` for `{{ user._id }}`, other
 * texts in quotes, short.
 */
export function sayValue(source: unknown): string {
  if (typeof source === 'string') {
    const reference = onlyReference(source);
    return reference ? sayReference(reference, quote) : quote(sayText(source));
  }
  if (source === undefined || source === null) return 'nothing';
  if (Array.isArray(source)) return sayList(source);
  if (isPlainObject(source)) return sayObject(source);
  // Dates and identifiers of databases are texts to people.
  return typeof source === 'object' ? quote(toText(source)) : shorten(String(source));
}

/** Like {@link sayValue} for what a secret is compared with or set to: where it comes from, never what it is. */
export function saySecret(source: unknown): string {
  const reference = typeof source === 'string' ? onlyReference(source) : null;
  return reference ? sayReference(reference, quote) : 'a secret';
}

/** A value that is all there is to say about a field, a secret one by where it comes from. */
export function sayField(name: string, source: unknown): string {
  return isSecretPath(name.split('.')) ? saySecret(source) : sayValue(source);
}

/** Whether what is at a path, such as `user.password` or `input.resetToken`, is a secret. */
export function isSecretPath(segments: readonly string[]): boolean {
  return segments.some((segment) => isSecretName(segment) || /password|secret|token/i.test(segment));
}

/** Whether a value depends on a variable. A single bare word is just a word, though a variable may have its name. */
export function refers({ references }: Template): boolean {
  return references.some(isMeant);
}

/** Whether a value refers to a secret, alone or inside something longer. */
export function refersToSecret({ references }: Template): boolean {
  return references.some((reference) => isMeant(reference) && isSecretPath(reference.segments));
}

/** A text with its references in words: `[the caller's email] is taken` for `{{ input.email }} is taken`. */
export function sayText(source: string): string {
  if (!source.includes('{{')) return source;
  return parseReferences(source, [])
    .map((part) => (typeof part === 'string' ? part : `[${sayReference(part, String)}]`))
    .join('');
}

/** `a, b and c`. */
export function joinWords(words: readonly string[], last: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** The first few of many, and how many more there are: `a, b and 7 more`. */
export function joinFew(words: readonly string[], most: number): string {
  if (words.length <= most) return joinWords(words, 'and');
  return joinWords([...words.slice(0, most), `${words.length - most} more`], 'and');
}

/** A name in quotes, short. */
export function quote(name: string): string {
  return `"${shorten(name)}"`;
}

/** A text that ends before it gets in the way. */
export function shorten(text: string, longest = LONGEST): string {
  // Cut between characters: half of an emoji is no text.
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** A sentence with its full stop, however its author left it. */
export function endSentence(text: string): string {
  const sentence = text.trim();
  return /[.!?…]["')\]]?$/.test(sentence) ? sentence : `${sentence}.`;
}

/** The reference that a text is as a whole; a single bare word is just a word. */
function onlyReference(source: string): Reference | null {
  const [first, ...others] = parseReferences(source, []);
  if (others.length > 0 || typeof first !== 'object') return null;
  return isMeant(first) ? first : null;
}

function isMeant({ braced, segments }: Reference): boolean {
  return braced || segments.length > 1;
}

function sayReference({ segments }: Reference, show: (name: string) => string): string {
  const [root = '', ...rest] = segments;
  const path = rest.join('.');
  if (root === 'input') return path === '' ? 'everything the caller sends' : `the caller's ${show(path)}`;
  return path === '' ? show(root) : `${show(path)} of ${show(root)}`;
}

function sayList(source: readonly unknown[]): string {
  if (source.length === 0) return 'an empty list';
  return source.length > MOST || source.some((one) => typeof one === 'object')
    ? `a list of ${source.length}`
    : joinWords(source.map(sayValue), 'and');
}

function sayObject(source: Record<string, unknown>): string {
  const names = Object.keys(source).map((name) => shorten(name));
  return names.length === 0 ? 'an empty object' : `an object with ${joinFew(names, MOST)}`;
}
