/** @module The parts of a regular expression, as the parser reads them and the printers write them. */

/** First and last code point of a run of characters. */
export type CharacterRange = readonly [first: number, last: number];

/** A set of characters. */
export interface CharacterSet {
  kind: 'set';
  /** Characters as they are written; the option `i` folds their case. */
  written: CharacterRange[];
  /** Characters of escapes and POSIX classes such as `\w`, whose case is not folded. */
  named: CharacterRange[];
  /** Unicode properties as both engines spell them, `\p{L}` or `\P{L}`. */
  properties: string[];
  negated: boolean;
  fold: boolean;
}

/** What holds at a place between two characters. `finalEnd` also holds before one final newline. */
export type Assertion = 'start' | 'end' | 'finalEnd' | 'lineStart' | 'lineEnd' | 'boundary' | 'notBoundary';

/** A part of a regular expression. */
export type PatternNode =
  | { kind: 'character'; code: number; fold: boolean }
  | CharacterSet
  | { kind: 'any'; withNewline: boolean }
  | { kind: 'lineBreak' }
  | { kind: 'assertion'; what: Assertion }
  | { kind: 'group'; captures: boolean; body: PatternNode }
  | { kind: 'sequence'; items: PatternNode[] }
  | { kind: 'choice'; branches: PatternNode[] }
  | { kind: 'repeat'; item: PatternNode; least: number; most: number; lazy: boolean };

/** What the option letters `i`, `m`, `s` and `x` switch on. */
export interface PatternFlags {
  fold: boolean;
  lines: boolean;
  dotAll: boolean;
  extended: boolean;
}

/** Every character. */
export const LAST_CODE_POINT = 0x10ffff;
