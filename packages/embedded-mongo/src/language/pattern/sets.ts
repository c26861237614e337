/** @module The characters behind PCRE's escapes and POSIX classes, without Unicode properties as MongoDB runs it. */
import { type CharacterRange, LAST_CODE_POINT } from './nodes.ts';

const DIGIT: CharacterRange[] = [[48, 57]];
const UPPER: CharacterRange[] = [[65, 90]];
const LOWER: CharacterRange[] = [[97, 122]];
const ALPHA = [...UPPER, ...LOWER];
const WORD = [...DIGIT, ...ALPHA, [95, 95] as const];
const SPACE: CharacterRange[] = [
  [9, 13],
  [32, 32],
];
/** Newline, vertical tab, form feed, carriage return, next line, line and paragraph separator. */
const VERTICAL: CharacterRange[] = [
  [10, 13],
  [0x85, 0x85],
  [0x2028, 0x2029],
];
const HORIZONTAL: CharacterRange[] = [
  [9, 9],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/** Sets by the letter of their escape: `\d` and `\D` and so on. */
export const ESCAPED_SETS: ReadonlyMap<string, readonly CharacterRange[]> = new Map(
  Object.entries({ d: DIGIT, w: WORD, s: SPACE, h: HORIZONTAL, v: VERTICAL }).flatMap(([letter, ranges]) => [
    [letter, ranges] as const,
    [letter.toUpperCase(), complementOf(ranges)] as const,
  ]),
);

/** Every character but the newline: `\N`. */
export const NOT_NEWLINE: readonly CharacterRange[] = complementOf([[10, 10]]);

/** Sets by the name inside of `[:name:]`. */
export const POSIX_SETS: ReadonlyMap<string, readonly CharacterRange[]> = new Map(
  Object.entries({
    alnum: [...DIGIT, ...ALPHA],
    alpha: ALPHA,
    ascii: [[0, 127]],
    blank: [
      [9, 9],
      [32, 32],
    ],
    cntrl: [
      [0, 31],
      [127, 127],
    ],
    digit: DIGIT,
    graph: [[33, 126]],
    lower: LOWER,
    print: [[32, 126]],
    punct: [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
    space: SPACE,
    upper: UPPER,
    word: WORD,
    xdigit: [...DIGIT, [65, 70], [97, 102]],
  } satisfies Record<string, CharacterRange[]>),
);

/** Every character that is in none of the ranges. */
export function complementOf(ranges: readonly CharacterRange[]): CharacterRange[] {
  const result: CharacterRange[] = [];
  let next = 0;
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (first > next) result.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) result.push([next, LAST_CODE_POINT]);
  return result;
}

/** Whether a character is in one of the ranges. */
export function includesCode(ranges: readonly CharacterRange[], code: number): boolean {
  return ranges.some(([first, last]) => first <= code && code <= last);
}
