/** @module Reads PCRE's syntax. What RE2 has no word for is refused here, so that nothing is matched wrongly. */

import type { PatternFlags, PatternNode } from './nodes.ts';
import { parseClass } from './parse-class.ts';
import { parseEscape } from './parse-escape.ts';
import { parseGroupStart } from './parse-group.ts';
import type { PatternReader } from './reader.ts';
import { readerOf } from './reader.ts';
import { invalidPattern, unsupportedPattern } from './refusals.ts';

/** Groups nested more deeply than this are refused, as PCRE does at 250. */
const MAX_DEPTH = 200;
/** PCRE's own limit of a repetition. */
const MAX_COUNT = 65_535;

/**
 * Parses a pattern.
 * @throws CommandError Location51091 for a pattern that is wrong or that cannot be matched in linear time
 */
export function parsePattern(pattern: string, flags: PatternFlags): PatternNode {
  const reader = readerOf(withoutVerbs(pattern));
  const node = parseChoice(reader, { ...flags }, 0);
  if (!reader.atEnd) throw invalidPattern('unmatched closing parenthesis');
  return node;
}

/** `(*UTF)` only says what is the case here already. */
function withoutVerbs(pattern: string): string {
  const rest = pattern.replace(/^(?:\(\*UTF8?\))+/, '');
  if (rest.startsWith('(*')) throw unsupportedPattern('a verb such as (*UCP)');
  return rest;
}

/** Reads to the end of the group or of the pattern. An option set inside of a branch holds for the later branches too. */
function parseChoice(reader: PatternReader, flags: PatternFlags, depth: number): PatternNode {
  if (depth > MAX_DEPTH) throw invalidPattern('parentheses are too deeply nested');
  const branches: PatternNode[] = [];
  do branches.push(parseSequence(reader, flags, depth));
  while (reader.take('|'));
  return branches.length === 1 ? branches[0]! : { kind: 'choice', branches };
}

function parseSequence(reader: PatternReader, flags: PatternFlags, depth: number): PatternNode {
  const items: PatternNode[] = [];
  for (;;) {
    if (flags.extended) skipExtended(reader);
    const next = reader.peek();
    if (next === undefined || next === '|' || next === ')') break;
    const item = parseItem(reader, flags, depth);
    if (item === null) continue;
    if (item.kind !== 'sequence') {
      items.push(parseRepeats(reader, item, flags));
      continue;
    }
    // A quotation: what follows `\\E` repeats its last character only.
    items.push(...item.items.slice(0, -1));
    items.push(parseRepeats(reader, item.items.at(-1)!, flags));
  }
  refuseAdjacentBreaks(items);
  return items.length === 1 ? items[0]! : { kind: 'sequence', items };
}

function parseItem(reader: PatternReader, flags: PatternFlags, depth: number): PatternNode | null {
  const next = reader.next();
  switch (next) {
    case '\\':
      return parseEscape(reader, flags);
    case '[':
      return parseClass(reader, flags.fold);
    case '.':
      return { kind: 'any', withNewline: flags.dotAll };
    case '^':
      return { kind: 'assertion', what: flags.lines ? 'lineStart' : 'start' };
    case '$':
      return { kind: 'assertion', what: flags.lines ? 'lineEnd' : 'finalEnd' };
    case '(':
      return parseGroup(reader, flags, depth);
    case '*':
    case '+':
    case '?':
      throw invalidPattern('quantifier does not follow a repeatable item');
    default:
      if (next === '{' && reader.match(COUNT_AFTER_BRACE)) {
        throw invalidPattern('quantifier does not follow a repeatable item');
      }
      return { kind: 'character', code: next.codePointAt(0)!, fold: flags.fold };
  }
}

function parseGroup(reader: PatternReader, flags: PatternFlags, depth: number): PatternNode | null {
  const start = parseGroupStart(reader, flags);
  if (start === 'comment') return null;
  if ('setOptions' in start) {
    Object.assign(flags, start.setOptions);
    return null;
  }
  const body = parseChoice(reader, { ...start.flags }, depth + 1);
  if (!reader.take(')')) throw invalidPattern('missing closing parenthesis');
  return { kind: 'group', captures: start.captures, body };
}

const COUNT_AFTER_BRACE = /^\d+(?:,\d*)?\}/;

function parseRepeats(reader: PatternReader, item: PatternNode, flags: PatternFlags): PatternNode {
  let node = item;
  for (;;) {
    if (flags.extended) skipExtended(reader);
    const count = parseCount(reader);
    if (!count) return node;
    if (reader.take('+')) throw unsupportedPattern('a possessive quantifier');
    const lazy = reader.take('?');
    if (node.kind === 'assertion') {
      // Repeating an assertion is stating it once, or not at all.
      node = count.least === 0 ? { kind: 'sequence', items: [] } : node;
      continue;
    }
    if (node.kind === 'lineBreak' && count.least > 1) throw unsupportedPattern(String.raw`a repeated \R`);
    const inner: PatternNode = node.kind === 'repeat' ? { kind: 'group', captures: false, body: node } : node;
    node = { kind: 'repeat', item: inner, ...count, lazy };
  }
}

function parseCount(reader: PatternReader): { least: number; most: number } | null {
  if (reader.take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
  if (reader.take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
  if (reader.take('?')) return { least: 0, most: 1 };
  if (reader.peek() !== '{') return null;
  const text = reader.match(/^\{\d+(?:,\d*)?\}/);
  if (text === null) return null;
  reader.skip(text.length);
  const [least = 0, most] = text
    .slice(1, -1)
    .split(',')
    .map((part) => (part === '' ? Number.POSITIVE_INFINITY : Number(part)));
  const upper = most ?? least;
  if (least > MAX_COUNT || (upper > MAX_COUNT && upper !== Number.POSITIVE_INFINITY)) {
    throw invalidPattern('number too big in {} quantifier');
  }
  if (upper < least) throw invalidPattern('numbers out of order in {} quantifier');
  return { least, most: upper };
}

/** White space and comments, which the option `x` lets a pattern have. */
function skipExtended(reader: PatternReader): void {
  for (;;) {
    const blank = reader.match(/^(?:[\t-\r \x85\u200e\u200f\u2028\u2029]+|#[^\n]*(?:\n|$))/);
    if (blank === null) return;
    reader.skip(blank.length);
  }
}

/** PCRE never gives back half of a `\r\n` that `\R` took. RE2 would, where two of them touch. */
function refuseAdjacentBreaks(items: readonly PatternNode[]): void {
  const isBreak = (node: PatternNode | undefined): boolean =>
    node?.kind === 'lineBreak' || (node?.kind === 'repeat' && node.item.kind === 'lineBreak');
  if (items.some((item, at) => isBreak(item) && isBreak(items[at + 1]))) {
    throw unsupportedPattern(String.raw`a repeated \R`);
  }
}
