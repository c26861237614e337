/** @module Writes a pattern as a JavaScript regular expression, when that cannot backtrack for long and gives the same results. */
import type { Assertion, CharacterRange, CharacterSet, PatternNode } from './nodes.ts';
import { childrenOf } from './print-linear.ts';

/** More ways to match at one place, times parts, than these are left to the linear engine. */
const MAX_STEPS_AT_A_PLACE = 2000;
const UNBOUNDED = Number.POSITIVE_INFINITY;

/** The native expression; null when the linear engine has to do it. */
export function printNative(node: PatternNode): RegExp | null {
  const parts = flatten(node);
  const fold = commonFold(parts);
  if (fold === undefined || !isCheap(node, parts.length)) return null;
  if (
    fold &&
    parts.some((part) => (part.kind !== 'assertion' ? foldsOtherwise(part) : isBoundary(part.what)))
  )
    return null;
  try {
    return new RegExp(print(node), fold ? 'iu' : 'u');
  } catch {
    // A property that JavaScript does not know; the other engine has the last word.
    return null;
  }
}

function flatten(node: PatternNode): PatternNode[] {
  return [node, ...childrenOf(node).flatMap(flatten)];
}

/** Whether case is folded; undefined when it is in some parts only. */
function commonFold(parts: readonly PatternNode[]): boolean | undefined {
  const folds = new Set<boolean>();
  for (const part of parts) {
    if (part.kind === 'character' || (part.kind === 'set' && part.written.length > 0)) folds.add(part.fold);
  }
  return folds.size > 1 ? undefined : folds.has(true);
}

/** JavaScript folds named sets too, and turns negated ones round differently. */
function foldsOtherwise(part: PatternNode): boolean {
  if (part.kind !== 'set') return false;
  return part.negated || part.properties.length > 0 || part.named.some(([, last]) => last > 64);
}

const isBoundary = (what: Assertion) => what === 'boundary' || what === 'notBoundary';

/**
 * A bounded number of steps at each place, or one wide repetition of one character that is either anchored at the
 * start or the last thing that has to match.
 */
function isCheap(node: PatternNode, parts: number): boolean {
  const ways = waysOf(node);
  if (ways * parts <= MAX_STEPS_AT_A_PLACE) return true;
  const items = node.kind === 'sequence' ? node.items : [node];
  const wide = items.filter((item) => waysOf(item) > MAX_STEPS_AT_A_PLACE);
  const [only] = wide;
  if (wide.length !== 1 || only?.kind !== 'repeat' || !isOneCharacter(only.item)) return false;
  const others = items.filter((item) => item !== only);
  const waysOfOthers = others.reduce((product, item) => product * waysOf(item), 1);
  if (waysOfOthers * parts > MAX_STEPS_AT_A_PLACE) return false;
  const [first] = items;
  const isAnchored = first?.kind === 'assertion' && first.what === 'start';
  return isAnchored || items.at(-1) === only;
}

/** In how many ways a part may match at one place. */
function waysOf(node: PatternNode): number {
  switch (node.kind) {
    case 'group':
      return waysOf(node.body);
    case 'sequence':
      return node.items.reduce((product, item) => product * waysOf(item), 1);
    case 'choice':
      return node.branches.reduce((sum, branch) => sum + waysOf(branch), 0);
    case 'lineBreak':
      return 2;
    case 'repeat':
      return waysOfRepeat(node);
    default:
      return 1;
  }
}

function waysOfRepeat({ item, least, most }: PatternNode & { kind: 'repeat' }): number {
  const inner = waysOf(item);
  if (!isOneCharacter(item)) {
    // Engines differ in what the captures of a repeated group hold.
    return UNBOUNDED;
  }
  return most === UNBOUNDED ? UNBOUNDED : (most - least + 1) * inner * Math.max(1, most);
}

const isOneCharacter = (node: PatternNode) =>
  node.kind === 'character' || node.kind === 'set' || node.kind === 'any';

function print(node: PatternNode): string {
  switch (node.kind) {
    case 'character':
      return escaped(node.code);
    case 'set':
      return printSet(node);
    case 'any':
      return node.withNewline ? '[\\s\\S]' : '[^\\n]';
    case 'lineBreak':
      return '(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])';
    case 'assertion':
      return ASSERTIONS[node.what];
    case 'group':
      return `(${node.captures ? '' : '?:'}${print(node.body)})`;
    case 'sequence':
      return node.items.map((item) => (item.kind === 'choice' ? `(?:${print(item)})` : print(item))).join('');
    case 'choice':
      return node.branches.map(print).join('|');
    case 'repeat': {
      const count = `{${node.least},${node.most === UNBOUNDED ? '' : node.most}}`;
      return `(?:${print(node.item)})${count}${node.lazy ? '?' : ''}`;
    }
  }
}

const ASSERTIONS: Readonly<Record<Assertion, string>> = {
  start: '^',
  end: '$',
  finalEnd: '(?=\\n?$)',
  lineStart: '(?:^|(?<=\\n)(?!$))',
  lineEnd: '(?=\\n|$)',
  boundary: '\\b',
  notBoundary: '\\B',
};

function printSet({ written, named, properties, negated }: CharacterSet): string {
  const ranges = [...written, ...named].map(([first, last]: CharacterRange) =>
    first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`,
  );
  return `[${negated ? '^' : ''}${ranges.join('')}${properties.map(nameScript).join('')}]`;
}

/** JavaScript asks for the word Script before a script's name. */
const nameScript = (property: string) => property.replace(/\{(?=\w{3})/, '{Script=');

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
