/** @module Gives strings that a collation holds for equal the same text, for the keys of an index with a collation. */
import type { Collation } from '../language/collation.ts';
import { numberOf } from '../values.ts';

/**
 * Folds a string. Only equality can be looked up by it: the order of the folded strings is not the collation's order.
 * It follows the collation for Latin, Greek and Cyrillic letters and for ASCII; some rare characters that a collation
 * holds for equal, such as circled numbers, stay different here, so that an index with a collation does not find one
 * by the other.
 */
export function foldString(text: string, collation: Collation): string {
  const strength = numberOf(collation.strength) ?? 3;
  const digits = collation.numericOrdering === true ? text.replace(/0+(?=\d)/g, '') : text;
  const visible = digits.replace(IGNORED, '');
  if (strength >= 3) return visible.normalize('NFC');
  // Upper case first: it spells out what lower case leaves alone, such as the German sharp s.
  const folded = visible.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return strength === 2 ? folded : withoutAccents(folded);
}

/** Control and format characters, which no collation looks at; white space is none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are to be left out
const IGNORED = /[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Letters whose stroke or tail is an accent to a collation, though Unicode does not take it apart. */
const LETTERS: Record<string, string> = {
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ĸ: 'q',
  ſ: 's',
};

function withoutAccents(text: string): string {
  return text.replace(/\p{M}|(?<=l)·/gu, '').replace(/[øđðłħŧæœıĸſ]/g, (letter) => LETTERS[letter]!);
}
