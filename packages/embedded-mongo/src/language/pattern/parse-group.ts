/** @module Reads what follows an opening parenthesis. */
import type { PatternFlags } from './nodes.ts';
import type { PatternReader } from './reader.ts';
import { invalidPattern, unsupportedPattern } from './refusals.ts';

/** How a parenthesis goes on: with a group, with options for the rest, or as a comment that has been read. */
export type GroupStart =
  | 'comment'
  | { setOptions: Partial<PatternFlags> }
  | { captures: boolean; flags: PatternFlags };

/** Reads the start of a group, after its `(`. @throws CommandError Location51091 */
export function parseGroupStart(reader: PatternReader, flags: PatternFlags): GroupStart {
  if (reader.peek() === '*') throw unsupportedPattern('a verb such as (*COMMIT)');
  if (!reader.take('?')) return { captures: true, flags };
  if (reader.take('#')) {
    if (reader.takeUntil(')') === null) throw invalidPattern('missing ) after (?# comment');
    return 'comment';
  }
  if (reader.take(':')) return { captures: false, flags };
  const name = reader.match(NAME);
  if (name !== null) {
    reader.skip(name.length);
    return { captures: true, flags };
  }
  for (const [start, what] of REFUSED) if (reader.match(start)) throw unsupportedPattern(what);
  return parseOptions(reader, flags);
}

const NAME = /^(?:P?<[A-Za-z_]\w{0,31}>|'[A-Za-z_]\w{0,31}')/;

/** Beginnings that PCRE knows and RE2 does not. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^[=!]|^<[=!*]|^\*/, 'look-around'],
  [/^>/, 'an atomic group'],
  [/^\|/, 'a group that resets the numbers of its captures'],
  [/^P=/, 'a back-reference'],
  [/^(?:R\)|[+-]?\d|&|P>)/, 'recursion'],
  [/^\(/, 'a conditional group'],
  [/^C/, 'a callout'],
];

const LETTERS: Readonly<Record<string, keyof PatternFlags>> = {
  i: 'fold',
  m: 'lines',
  s: 'dotAll',
  x: 'extended',
};

/** `(?im-s)`, `(?^i)` or `(?i:…)`. */
function parseOptions(reader: PatternReader, flags: PatternFlags): GroupStart {
  const changes: Partial<PatternFlags> = reader.take('^')
    ? { fold: false, lines: false, dotAll: false, extended: false }
    : {};
  let value = true;
  for (;;) {
    const letter = reader.next();
    const option = LETTERS[letter];
    if (option) changes[option] = value;
    else if (letter === '-' && value) value = false;
    else if (letter === ')') return { setOptions: changes };
    else if (letter === ':') return { captures: false, flags: { ...flags, ...changes } };
    else if ('UJna'.includes(letter) && letter !== '') throw unsupportedPattern(`the option (?${letter})`);
    else throw invalidPattern('unrecognized character after (? or (?-');
  }
}
