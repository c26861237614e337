/** @module Gives strings that a collation holds for equal the same text, for the keys of an index with a collation. */
import type { Collation } from '../language/collation.ts';
import { numberOf } from '../values.ts';

/**
 * Folds a string. Only equality can be looked up by it: the order of the folded strings is not the collation's order.
 */
export function foldString(text: string, collation: Collation): string {
  const strength = numberOf(collation.strength) ?? 3;
  const digits = collation.numericOrdering === true ? text.replace(/0+(?=\d)/g, '') : text;
  if (strength >= 3) return digits.normalize('NFC');
  // Upper case first: it spells out what lower case leaves alone, such as the German sharp s.
  const folded = digits.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return strength === 2 ? folded : folded.replace(/\p{M}/gu, '');
}
