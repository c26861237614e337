/** @module Reads a character class, `[…]`. */
import type { CharacterRange, CharacterSet } from './nodes.ts';
import { parseCharacterEscape, parseProperty } from './parse-escape.ts';
import type { PatternReader } from './reader.ts';
import { invalidPattern, unsupportedPattern } from './refusals.ts';
import { complementOf, ESCAPED_SETS, POSIX_SETS } from './sets.ts';

/** Reads a class, after its `[`. A `]` that comes first stands for itself. @throws CommandError Location51091 */
export function parseClass(reader: PatternReader, fold: boolean): CharacterSet {
  const negated = reader.take('^');
  const set: CharacterSet = { kind: 'set', written: [], named: [], properties: [], negated, fold };
  const quotation = { open: false };
  let first = true;
  for (;;) {
    const start = parseMember(reader, set, quotation, first);
    if (start === 'end') return set;
    if (start === 'none') continue;
    first = false;
    if (start === 'several') {
      if (reader.match(/^-[^\]]/)) throw invalidPattern('invalid range in character class');
      continue;
    }
    const end = parseRangeEnd(reader, set, quotation);
    if (end !== null && end < start) throw invalidPattern('range out of order in character class');
    set.written.push([start, end ?? start]);
  }
}

type Member = number | 'several' | 'none' | 'end';

function parseMember(
  reader: PatternReader,
  set: CharacterSet,
  quotation: { open: boolean },
  first: boolean,
): Member {
  if (reader.atEnd) throw invalidPattern('missing terminating ] for character class');
  if (quotation.open) {
    if (reader.take('\\E')) {
      quotation.open = false;
      return 'none';
    }
    return reader.next().codePointAt(0)!;
  }
  if (reader.peek() === ']' && !first) {
    reader.next();
    return 'end';
  }
  if (reader.take('\\Q')) {
    quotation.open = true;
    return 'none';
  }
  if (reader.take('\\E')) return 'none';
  const posix = parsePosix(reader);
  if (posix) {
    set.named.push(...posix);
    return 'several';
  }
  return reader.take('\\') ? parseEscapeInClass(reader, set) : reader.next().codePointAt(0)!;
}

/** The end of `a-z`; null when no range follows. A hyphen before `]` stands for itself. */
function parseRangeEnd(
  reader: PatternReader,
  set: CharacterSet,
  quotation: { open: boolean },
): number | null {
  if (quotation.open || reader.peek() !== '-' || reader.match(/^-(?:\]|$)/)) return null;
  reader.next();
  const end = parseMember(reader, set, quotation, false);
  if (typeof end !== 'number') throw invalidPattern('invalid range in character class');
  return end;
}

function parsePosix(reader: PatternReader): readonly CharacterRange[] | null {
  const text = reader.match(/^\[:\^?[a-z]*:\]/);
  if (text === null) {
    if (reader.match(/^\[[.=][^\]]*[.=]\]/))
      throw invalidPattern('POSIX collating elements are not supported');
    return null;
  }
  reader.skip(text.length);
  const name = text.replace(/[^a-z]/g, '');
  const ranges = POSIX_SETS.get(name);
  if (!ranges) throw invalidPattern(`unknown POSIX class name: ${name}`);
  return text.includes('^') ? complementOf(ranges) : ranges;
}

function parseEscapeInClass(reader: PatternReader, set: CharacterSet): Member {
  const letter = reader.peek();
  if (letter === undefined) throw invalidPattern('\\ at end of pattern');
  const ranges = ESCAPED_SETS.get(letter);
  if (ranges) {
    reader.next();
    set.named.push(...ranges);
    return 'several';
  }
  if (letter === 'b') {
    reader.next();
    return 8;
  }
  if ('BNRX'.includes(letter))
    throw invalidPattern(`escape sequence \\${letter} is invalid in a character class`);
  if (letter === 'K' || letter === 'G' || letter === 'C') throw unsupportedPattern(`\\${letter}`);
  const octal = reader.match(/^[1-7][0-7]{0,2}/);
  if (octal !== null) {
    reader.skip(octal.length);
    return Number.parseInt(octal, 8);
  }
  const property = parseProperty(reader);
  if (property === null) return parseCharacterEscape(reader);
  set.properties.push(property);
  return 'several';
}
