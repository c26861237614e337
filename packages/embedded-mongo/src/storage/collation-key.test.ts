/** @module Folded strings agree with the collation they stand for. */
import { describe, expect, it } from 'vitest';
import { foldString } from './collation-key.ts';

const RANGES = [
  [0x00, 0x17e],
  [0x386, 0x3ce],
  [0x400, 0x45f],
] as const;
const letters = RANGES.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at)),
);
const pairs = [...'abcdefghijklmnopqrstuvwxyz'].flatMap((a) => [...'ehjlnsz'].map((b) => a + b));
const SENSITIVITY = { 1: 'base', 2: 'accent', 3: 'variant' } as const;

describe.each([1, 2, 3] as const)('strength %d', (strength) => {
  it.each(['en', 'de', 'fr', 'es'])('gives equal texts equal folds in %s', (locale) => {
    const { compare } = new Intl.Collator(locale, { sensitivity: SENSITIVITY[strength] });
    const sorted = [...letters, ...pairs].sort(compare);
    const wrong: string[] = [];
    for (let at = 1; at < sorted.length; at++) {
      const [one, other] = [sorted[at - 1]!, sorted[at]!];
      if (compare(one, other) !== 0) continue;
      const fold = (text: string) => foldString(text, { locale, strength });
      if (fold(one) !== fold(other)) wrong.push(`${JSON.stringify(one)} ${JSON.stringify(other)}`);
    }
    expect(wrong).toEqual([]);
  });
});

it('keeps apart what strength 2 keeps apart', () => {
  const fold = (text: string) => foldString(text, { locale: 'en', strength: 2 });
  expect(fold('Ada')).toBe(fold('aDA'));
  expect(fold('resume')).not.toBe(fold('résumé'));
  expect(fold('a b')).not.toBe(fold('ab'));
});

it('sees numbers where the collation does', () => {
  const fold = (text: string) => foldString(text, { locale: 'en', numericOrdering: true });
  expect(fold('v007')).toBe(fold('v7'));
  expect(fold('v70')).not.toBe(fold('v7'));
});
