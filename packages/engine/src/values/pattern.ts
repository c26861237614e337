/** @module Regular expressions of authors, matched in linear time: no pattern and no text can hold the loop. */

import { RE2JS } from 're2js';

/** A compiled pattern. */
export interface Pattern {
  /** Whether it matches anywhere in the text. A text of more than {@link MAX_PATTERN_TEXT} characters never matches. */
  test(text: string): boolean;
  /** What its author should know although it works. */
  readonly advice?: string;
}

/** Longest text that is matched, in characters; with {@link MAX_PROGRAM} it bounds one match to some 100 ms. */
export const MAX_PATTERN_TEXT = 2_000;

/** Longest pattern, in characters. */
const MAX_SOURCE = 5_000;
/** Instructions of a compiled pattern; `[a-z]{1,1000}` has about 2,000. */
const MAX_PROGRAM = 2_200;

/** Instructions that all patterns of one definition may have together: compiling them holds the loop. */
const MAX_TOGETHER = 10_000;

/** Patterns come again in every version of a workflow. */
const MAX_KEPT = 500;
const kept = new Map<string, Pattern>();

/** What is left for the definition that is being compiled; compiling is synchronous. */
let instructionsLeft = Number.POSITIVE_INFINITY;

/** Runs `compile` with room for the patterns of one definition; more of them are refused one by one. */
export function withPatternLimit<T>(compile: () => T): T {
  const outer = instructionsLeft;
  instructionsLeft = MAX_TOGETHER;
  try {
    return compile();
  } finally {
    instructionsLeft = outer;
  }
}

/** Why a pattern cannot be used, and what to write instead. */
export class PatternError extends Error {
  constructor(
    message: string,
    readonly suggestion: string,
  ) {
    super(message);
  }
}

/** One error for all of them: a definition can hold thousands of patterns beyond the bound. */
const TOO_LARGE_TOGETHER = new PatternError(
  'The patterns of this workflow are too large together',
  'Use minLength, maxLength and enum where they serve',
);

/**
 * Compiles a pattern with JavaScript's meaning (Unicode, no flags) for a matcher without backtracking (RE2).
 *
 * Conditions at the very beginning, as in `^(?=.*\d)(?!.*\s).{8,}$`, become patterns of their own; other look-arounds and
 * back-references need backtracking and are refused.
 *
 * @param source without slashes
 * @throws PatternError
 */
export function compilePattern(source: string): Pattern {
  const before = kept.get(source);
  if (before) return before;
  const pattern = makePattern(source);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(source, pattern);
  return pattern;
}

function makePattern(source: string): Pattern {
  if (source.length > MAX_SOURCE)
    throw new PatternError(
      `The pattern is longer than ${MAX_SOURCE} characters`,
      'Use "enum" for a list of values',
    );
  const { conditions, rest } = splitConditions(source);
  if (conditions.length === 0) {
    const only = compileLinear(source);
    return { test: (text) => text.length <= MAX_PATTERN_TEXT && only.test(text) };
  }
  const wanted = conditions.map(({ pattern, holds }) => ({
    matcher: compileLinear(`^(?:${pattern})`),
    holds,
  }));
  const main = compileLinear(`^${rest}`);
  return {
    advice: 'Look-ahead is checked as a pattern of its own; separate rules give the caller a clearer message',
    test: (text) =>
      text.length <= MAX_PATTERN_TEXT &&
      wanted.every(({ matcher, holds }) => matcher.test(text) === holds) &&
      main.test(text),
  };
}

function compileLinear(source: string): RE2JS {
  if (instructionsLeft <= 0) throw TOO_LARGE_TOGETHER;
  let matcher: RE2JS;
  try {
    matcher = RE2JS.compile(RE2JS.translateRegExp(toLinear(source)));
  } catch (error) {
    if (error instanceof PatternError) throw error;
    throw new PatternError(
      'The pattern is not a valid regular expression',
      `Correct it: ${error instanceof Error ? error.message.replace('error parsing regexp: ', '') : 'it cannot be read'}`,
    );
  }
  instructionsLeft -= matcher.programSize();
  if (matcher.programSize() > MAX_PROGRAM)
    throw new PatternError(
      'The pattern is too large',
      'Use minLength and maxLength instead of large repetitions such as {1,1000}',
    );
  return matcher;
}

/** What `\s` stands for in JavaScript, and everything else, as ranges inside a class. */
const SPACES =
  '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_SPACES =
  '\\x00-\\x08\\x0e-\\x1f!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';
const LINE_ENDS = '\\n\\r\\x{2028}\\x{2029}';

/** Names of `\p{…}` that JavaScript spells out. */
const PROPERTIES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Uppercase_Letter: 'Lu',
  Lowercase_Letter: 'Ll',
  Uppercase: 'Lu',
  Lowercase: 'Ll',
  Alphabetic: 'L',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
  Space_Separator: 'Zs',
};

/** Rewrites what JavaScript and RE2 read differently; what both read alike stays. */
function toLinear(source: string): string {
  let result = '';
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === '\\') {
      const { text, length } = escapeToLinear(source, i, inClass);
      result += text;
      i += length - 1;
    } else if (inClass) {
      if (character === ']') inClass = false;
      result += character;
    } else if (character === '[') {
      // An empty class is translated by the library.
      inClass = !/^\[\^?\]/.test(source.slice(i, i + 3));
      result += character;
    } else if (character === '.') {
      result += `[^${LINE_ENDS}]`;
    } else if (character === '(' && /^\(\?<?[=!]/.test(source.slice(i, i + 4))) {
      throw lookAround();
    } else {
      result += character;
    }
  }
  return result;
}

/** One escape from `\` on, and how many characters it takes. */
function escapeToLinear(source: string, at: number, inClass: boolean): { text: string; length: number } {
  const next = source[at + 1];
  if (next === undefined) return { text: '\\', length: 1 };
  if (next === 's') return { text: inClass ? SPACES : `[${SPACES}]`, length: 2 };
  if (next === 'S') return { text: inClass ? NO_SPACES : `[^${SPACES}]`, length: 2 };
  if (next === 'b' && inClass) return { text: '\\x08', length: 2 };
  if (!inClass && (/[1-9]/.test(next) || (next === 'k' && source[at + 2] === '<'))) throw backReference();
  if (next === 'p' || next === 'P') {
    const [whole, name = ''] = /^\{(?:(?:General_Category|gc|Script|sc|scx|Script_Extensions)=)?(\w+)\}/.exec(
      source.slice(at + 2, at + 80),
    ) ?? [''];
    if (whole !== '') return { text: `\\${next}{${PROPERTIES[name] ?? name}}`, length: 2 + whole.length };
  }
  // A letter of another script needs no escape, and RE2 knows none.
  if (next > '\x7f')
    return {
      text: String.fromCodePoint(source.codePointAt(at + 1)!),
      length: 1 + String.fromCodePoint(source.codePointAt(at + 1)!).length,
    };
  return { text: source.slice(at, at + 2), length: 2 };
}

interface Condition {
  pattern: string;
  /** Whether it must match, or must not. */
  holds: boolean;
}

/** The look-aheads right after a leading `^`; all of them look at the text from its beginning. */
function splitConditions(source: string): { conditions: Condition[]; rest: string } {
  const conditions: Condition[] = [];
  if (!/^\^\(\?[=!]/.test(source)) return { conditions, rest: source };
  let at = 1;
  while (/^\(\?[=!]/.test(source.slice(at, at + 3))) {
    const end = endOfGroup(source, at);
    // `(?=…)?` says something else.
    if (end === -1 || /^[*+?{]/.test(source.slice(end, end + 1))) throw lookAround();
    conditions.push({ pattern: source.slice(at + 3, end - 1), holds: source[at + 2] === '=' });
    at = end;
  }
  const rest = source.slice(at);
  // `^(?=a)b|c`: the conditions belong to one alternative only.
  if (hasAlternatives(rest)) throw lookAround();
  return { conditions, rest };
}

/** The position behind the group that begins at `start`; -1 when it does not end. */
function endOfGroup(source: string, start: number): number {
  let depth = 0;
  for (const { at, character } of structure(source, start)) {
    if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return -1;
}

function hasAlternatives(source: string): boolean {
  let depth = 0;
  for (const { character } of structure(source, 0)) {
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}

/** The characters that build the pattern: none that is escaped or stands in a class. */
function* structure(source: string, start: number): Generator<{ at: number; character: string }> {
  let inClass = false;
  for (let at = start; at < source.length; at++) {
    const character = source[at]!;
    if (character === '\\') at++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else yield { at, character };
  }
}

function lookAround(): PatternError {
  return new PatternError(
    'The pattern uses look-ahead or look-behind, which cannot be matched in bounded time',
    'Write each condition as a rule of its own, or put look-aheads right after a leading ^',
  );
}

function backReference(): PatternError {
  return new PatternError(
    'The pattern refers back to a group, which cannot be matched in bounded time',
    'Write out the alternatives, or compare two fields with a guard',
  );
}
