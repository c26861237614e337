/** @module Reads what follows a backslash. */
import type { CharacterRange, PatternFlags, PatternNode } from './nodes.ts';
import type { PatternReader } from './reader.ts';
import { invalidPattern, unsupportedPattern } from './refusals.ts';
import { ESCAPED_SETS, NOT_NEWLINE } from './sets.ts';

/** Reads an escape outside of a class, after its backslash; null when it stands for nothing. @throws CommandError Location51091 */
export function parseEscape(reader: PatternReader, flags: PatternFlags): PatternNode | null {
  const { fold } = flags;
  const letter = reader.peek();
  if (letter === undefined) throw invalidPattern('\\ at end of pattern');
  if (letter === 'Q') return parseQuotation(reader, fold);
  const set = letter === 'N' ? NOT_NEWLINE : ESCAPED_SETS.get(letter);
  if (set) {
    reader.next();
    if (letter === 'N' && reader.peek() === '{') throw invalidPattern('\\N{name} is not supported');
    return namedSet(set);
  }
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) {
    reader.next();
    return simple;
  }
  const what = REFUSED.get(letter) ?? (/^[1-9]/.test(letter) ? 'a back-reference' : undefined);
  if (what) throw unsupportedPattern(what);
  const property = parseProperty(reader);
  if (property) return { ...namedSet([]), properties: [property] };
  return { kind: 'character', code: parseCharacterEscape(reader), fold };
}

function namedSet(named: readonly CharacterRange[]) {
  return {
    kind: 'set' as const,
    written: [],
    named: [...named],
    properties: [],
    negated: false,
    fold: false,
  };
}

const SIMPLE: ReadonlyMap<string, PatternNode | null> = new Map<string, PatternNode | null>([
  ['A', { kind: 'assertion', what: 'start' }],
  ['z', { kind: 'assertion', what: 'end' }],
  ['Z', { kind: 'assertion', what: 'finalEnd' }],
  ['b', { kind: 'assertion', what: 'boundary' }],
  ['B', { kind: 'assertion', what: 'notBoundary' }],
  ['R', { kind: 'lineBreak' }],
  // A quotation may end where none began.
  ['E', null],
]);

const REFUSED: ReadonlyMap<string, string> = new Map([
  ['K', String.raw`\K`],
  ['X', String.raw`\X`],
  ['C', String.raw`\C`],
  ['G', String.raw`\G`],
  ['g', 'a back-reference'],
  ['k', 'a back-reference'],
]);

function parseQuotation(reader: PatternReader, fold: boolean): PatternNode | null {
  reader.next();
  const text = reader.takeUntil('\\E') ?? takeAll(reader);
  const items = [...text].map((character) => ({
    kind: 'character' as const,
    code: character.codePointAt(0)!,
    fold,
  }));
  return items.length === 0 ? null : { kind: 'sequence', items };
}

function takeAll(reader: PatternReader): string {
  let text = '';
  while (!reader.atEnd) text += reader.next();
  return text;
}

/**
 * `\p{L}`, `\pL`, `\P{^Lu}`: general categories and scripts.
 * @returns the property as both engines spell it, or null when no property comes next
 */
export function parseProperty(reader: PatternReader): string | null {
  const text = reader.match(/^[pP](?:\{\^?[A-Za-z_ &-]{1,40}\}|[A-Z])/);
  if (text === null) {
    if (reader.peek() === 'p' || reader.peek() === 'P') throw invalidPattern('malformed \\P or \\p sequence');
    return null;
  }
  reader.skip(text.length);
  const name = text.slice(1).replace(/[{}^ ]/g, '');
  const negated = (text[0] === 'P') !== text.includes('^');
  if (
    !/^(?:[CLMNPSZ][a-z]?|[A-Z][a-z]+(?:_[A-Z][a-z]+)*)$/.test(name) ||
    /^(?:Any|X(?:an|sp|ps|wd|uc))$/.test(name)
  ) {
    throw unsupportedPattern(`the property \\p{${name}}`);
  }
  return `\\${negated ? 'P' : 'p'}{${name}}`;
}

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

/** An escape that stands for one character. @throws CommandError Location51091 */
export function parseCharacterEscape(reader: PatternReader): number {
  const letter = reader.next();
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  if (letter === 'c') return parseControl(reader.next());
  if (letter === 'x') return parseHexadecimal(reader);
  if (letter === 'o') return numberIn(reader, /^\{[0-7]+\}/, 8);
  if (letter === '0') {
    const digits = reader.match(/^[0-7]{0,2}/) ?? '';
    reader.skip(digits.length);
    return Number.parseInt(`0${digits}`, 8);
  }
  if (/^[A-Za-z0-9]$/.test(letter)) throw invalidPattern(`unrecognized character follows \\: ${letter}`);
  return letter.codePointAt(0)!;
}

function parseControl(character: string): number {
  const code = character.toUpperCase().codePointAt(0) ?? 0;
  if (code < 32 || code > 126) throw invalidPattern('\\c must be followed by a printable ASCII character');
  return code ^ 64;
}

/** `\x{e9}`, or at most two digits; none at all is the character 0. */
function parseHexadecimal(reader: PatternReader): number {
  if (reader.match(/^\{[0-9A-Fa-f]+\}/)) return numberIn(reader, /^\{[0-9A-Fa-f]+\}/, 16);
  if (reader.peek() === '{') throw invalidPattern('non-hex character in \\x{}');
  const digits = reader.match(/^[0-9A-Fa-f]{0,2}/) ?? '';
  reader.skip(digits.length);
  return Number.parseInt(`0${digits}`, 16);
}

function numberIn(reader: PatternReader, shape: RegExp, base: number): number {
  const text = reader.match(shape);
  if (text === null) throw invalidPattern('missing digits after \\x{} or \\o{}');
  reader.skip(text.length);
  const code = Number.parseInt(text.slice(1, -1), base);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > 0x10ffff || isSurrogate) throw invalidPattern('character code point value is too large');
  return code;
}
