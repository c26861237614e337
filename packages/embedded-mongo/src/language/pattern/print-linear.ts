/** @module Writes a pattern in RE2's syntax. */
import type { Assertion, CharacterRange, CharacterSet, PatternNode } from './nodes.ts';
import { unsupportedPattern } from './refusals.ts';
import { includesCode } from './sets.ts';

/**
 * Stands for every newline but a final one, in patterns whose `$` holds before a final newline: RE2 looks only at the
 * next character, and then the newlines left are at the end. No text that BSON holds contains it.
 */
export const INNER_NEWLINE = '\udfff';

const INNER_NEWLINE_CODE = INNER_NEWLINE.charCodeAt(0);
const NEWLINE = 10;
/** RE2's own limit. */
const MAX_COUNT = 1000;

/** A pattern in RE2's syntax, and what it takes. */
export interface LinearPattern {
  source: string;
  /** Newlines that are not final have to be replaced by {@link INNER_NEWLINE}. */
  replacesNewlines: boolean;
  /** It looks back one character, which RE2JS allows on demand. */
  looksBack: boolean;
}

/** Writes a pattern. @throws CommandError Location51091 for what RE2 cannot say */
export function printLinear(node: PatternNode): LinearPattern {
  const asserted = assertionsIn(node);
  const replacesNewlines = asserted.has('finalEnd');
  if (replacesNewlines && (asserted.has('lineStart') || asserted.has('lineEnd'))) {
    throw unsupportedPattern('a line anchor together with \\Z or a $ that knows no lines');
  }
  return { source: print(node, replacesNewlines), replacesNewlines, looksBack: asserted.has('lineStart') };
}

function assertionsIn(node: PatternNode, found = new Set<Assertion>()): Set<Assertion> {
  if (node.kind === 'assertion') found.add(node.what);
  for (const child of childrenOf(node)) assertionsIn(child, found);
  return found;
}

/** The parts of a part. */
export function childrenOf(node: PatternNode): readonly PatternNode[] {
  switch (node.kind) {
    case 'group':
      return [node.body];
    case 'repeat':
      return [node.item];
    case 'sequence':
      return node.items;
    case 'choice':
      return node.branches;
    default:
      return [];
  }
}

function print(node: PatternNode, replaces: boolean): string {
  switch (node.kind) {
    case 'character':
      return printCharacter(node.code, node.fold, replaces);
    case 'set':
      return printSet(node, replaces);
    case 'any':
      if (node.withNewline) return '(?s:.)';
      return replaces ? `[^\\n${escaped(INNER_NEWLINE_CODE)}]` : '[^\\n]';
    case 'lineBreak':
      return `(?:\\r\\n|[\\n\\x0b\\f\\r\\x{85}\\x{2028}\\x{2029}${replaces ? escaped(INNER_NEWLINE_CODE) : ''}])`;
    case 'assertion':
      return ASSERTIONS[node.what];
    case 'group':
      return `(${node.captures ? '' : '?:'}${print(node.body, replaces)})`;
    case 'sequence':
      return node.items
        .map((item) => (item.kind === 'choice' ? `(?:${print(item, replaces)})` : print(item, replaces)))
        .join('');
    case 'choice':
      return node.branches.map((branch) => print(branch, replaces)).join('|');
    case 'repeat':
      return `(?:${print(node.item, replaces)})${printCount(node)}${node.lazy ? '?' : ''}`;
  }
}

const ASSERTIONS: Readonly<Record<Assertion, string>> = {
  start: '\\A',
  end: '\\z',
  finalEnd: '(?m:$)',
  // PCRE sees no new line after a final newline.
  lineStart: '(?m:^)(?<!\\n\\z)',
  lineEnd: '(?m:$)',
  boundary: '\\b',
  notBoundary: '\\B',
};

function printCount({ least, most }: { least: number; most: number }): string {
  if (least > MAX_COUNT || (most > MAX_COUNT && most !== Number.POSITIVE_INFINITY)) {
    throw unsupportedPattern(`a repetition of more than ${MAX_COUNT} times`);
  }
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
  return least === most ? `{${least}}` : `{${least},${most}}`;
}

function printCharacter(code: number, fold: boolean, replaces: boolean): string {
  if (code === NEWLINE && replaces) return `[\\n${escaped(INNER_NEWLINE_CODE)}]`;
  return fold ? `(?i:${escaped(code)})` : escaped(code);
}

/** Only the characters that were written fold their case, so that a folding set may be two. */
function printSet(set: CharacterSet, replaces: boolean): string {
  const { written, properties, negated, fold } = set;
  const hasNewline = includesCode(written, NEWLINE) || includesCode(set.named, NEWLINE);
  const named = replaces ? withInnerNewline(set.named, hasNewline) : set.named;
  if (!fold) return brackets([...written, ...named], properties, negated);
  if (negated) return `(?i:${brackets([...written, ...named], properties, true)})`;
  const parts: string[] = [];
  if (written.length > 0) parts.push(`(?i:${brackets(written, [], false)})`);
  if (named.length > 0 || properties.length > 0) parts.push(brackets(named, properties, false));
  return parts.length === 1 ? parts[0]! : `(?:${parts.join('|')})`;
}

/** What stands for a newline is in a set exactly when the newline is. */
function withInnerNewline(ranges: readonly CharacterRange[], hasNewline: boolean): CharacterRange[] {
  if (hasNewline) return [...ranges, [INNER_NEWLINE_CODE, INNER_NEWLINE_CODE]];
  return ranges.flatMap(([first, last]): CharacterRange[] => {
    if (first > INNER_NEWLINE_CODE || last < INNER_NEWLINE_CODE) return [[first, last]];
    return [
      [first, INNER_NEWLINE_CODE - 1],
      [INNER_NEWLINE_CODE + 1, last],
    ];
  });
}

function brackets(
  ranges: readonly CharacterRange[],
  properties: readonly string[],
  negated: boolean,
): string {
  const inside = ranges.map(([first, last]) =>
    first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`,
  );
  return `[${negated ? '^' : ''}${inside.join('')}${properties.join('')}]`;
}

function escaped(code: number): string {
  const isPlain = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return isPlain ? String.fromCharCode(code) : `\\x{${code.toString(16)}}`;
}
