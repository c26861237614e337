/** @module Runs MongoDB's regular expressions, which are PCRE's, in a time that grows no faster than the text. */
import { RE2JS } from 're2js';
import { CommandError } from '../command-error.ts';
import { spend } from '../pace.ts';
import { estimateStates } from './pattern/measure.ts';
import { parsePattern } from './pattern/parse.ts';
import { INNER_NEWLINE, type LinearPattern, printLinear } from './pattern/print-linear.ts';
import { printNative } from './pattern/print-native.ts';
import { invalidPattern, unsupportedPattern } from './pattern/refusals.ts';

/** A place where a pattern matched. */
export interface PatternMatch {
  text: string;
  /** In UTF-16 units. */
  index: number;
  /** Null for a group that took no part. */
  captures: (string | null)[];
}

/** A compiled regular expression. */
export interface Pattern {
  /** Whether it matches anywhere in the text. @throws CommandError Location51156 for a text that would take too long */
  test(text: string): boolean;
  /** The first match. @throws CommandError as {@link Pattern.test} */
  find(text: string): PatternMatch | null;
  /** All matches, one after the other. @throws CommandError as {@link Pattern.test} */
  findAll(text: string): PatternMatch[];
}

/** PCRE's own limit of a pattern's length in MongoDB. */
const MAX_PATTERN_LENGTH = 32_764;
/** States that the linear engine may have; each may be looked at for each character of a text. */
const MAX_PROGRAM = 5000;
/** Characters times states, about a quarter of a second at the worst. */
const MAX_STEPS = 20_000_000;
/** Characters that cost as much as looking at one document. */
const CHARACTERS_PER_UNIT = 64;

/**
 * Compiles a pattern with MongoDB's options `i`, `m`, `s`, `x` and `u`.
 *
 * @throws CommandError Location51108 for an unknown option, Location51109 for a null byte, Location51091 for a pattern
 *   that is wrong or that cannot be matched in linear time
 */
export function compileRegex(pattern: string, options = ''): Pattern {
  for (const option of options) {
    if (!'imsxu'.includes(option)) {
      throw new CommandError('Location51108', `invalid flag in regex options: ${option}`);
    }
  }
  if (pattern.includes('\0'))
    throw new CommandError('Location51109', 'Regular expression cannot contain an embedded null byte');
  if (pattern.length > MAX_PATTERN_LENGTH) throw invalidPattern('regular expression is too large');
  const key = `${options}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const result = compile(pattern, options);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(key, result);
  return result;
}

/** Expressions compile a pattern for each document, so that compiled ones are kept. */
const compiled = new Map<string, Pattern>();
const MAX_KEPT = 200;

function compile(pattern: string, options: string): Pattern {
  const node = parsePattern(pattern, {
    fold: options.includes('i'),
    lines: options.includes('m'),
    dotAll: options.includes('s'),
    extended: options.includes('x'),
  });
  const native = printNative(node);
  if (native) return nativePattern(native);
  // Before anything is built: repetitions of repetitions would fill the memory.
  refuseLarge(estimateStates(node));
  return linearPattern(printLinear(node));
}

/** The linear engine alone, for tests that hold the two against each other. */
export function compileLinear(pattern: string, options = ''): Pattern {
  const flags = { fold: options.includes('i'), lines: options.includes('m'), dotAll: options.includes('s') };
  return linearPattern(printLinear(parsePattern(pattern, { ...flags, extended: options.includes('x') })));
}

function nativePattern(regex: RegExp): Pattern {
  const everywhere = new RegExp(regex, `${regex.flags}g`);
  const pay = (text: string) => spend(1 + text.length / CHARACTERS_PER_UNIT);
  return {
    test: (text) => {
      pay(text);
      return regex.test(text);
    },
    find: (text) => {
      pay(text);
      const match = regex.exec(text);
      return match && matchOf(match, text);
    },
    findAll: (text) => {
      pay(text);
      return Array.from(text.matchAll(everywhere), (match) => {
        spend();
        return matchOf(match, text);
      });
    },
  };
}

function linearPattern({ source, replacesNewlines, looksBack }: LinearPattern): Pattern {
  const engine = engineOf(source, looksBack);
  const size = engine.programSize();
  refuseLarge(size);
  const prepare = (text: string) => {
    if (text.length * size > MAX_STEPS) throw tooLong(text, size);
    spend(1 + text.length / CHARACTERS_PER_UNIT);
    const last = text.indexOf('\n');
    if (!replacesNewlines || last < 0 || last === text.length - 1) return text;
    return text.slice(0, -1).replaceAll('\n', INNER_NEWLINE) + text.slice(-1);
  };
  return {
    test: (text) => engine.test(prepare(text)),
    find: (text) => {
      const match = engine.exec(prepare(text)) as RegExpExecArray | null;
      return match && matchOf(match, text);
    },
    findAll: (text) => {
      const found: PatternMatch[] = [];
      // Each search may go to the end of the text before it finds its match.
      for (const match of engine.matchAll(prepare(text))) {
        found.push(matchOf(match, text));
        spend(1 + ((text.length - (match.index ?? 0)) * size) / CHARACTERS_PER_UNIT / 16);
      }
      return found;
    },
  };
}

function refuseLarge(states: number): void {
  if (states <= MAX_PROGRAM) return;
  throw unsupportedPattern(`a pattern of ${states} states (the limit is ${MAX_PROGRAM})`);
}

function engineOf(source: string, looksBack: boolean): RE2JS {
  try {
    return RE2JS.compile(source, looksBack ? RE2JS.LOOKBEHINDS : 0);
  } catch (error) {
    throw unsupportedPattern(error instanceof Error ? error.message : String(error));
  }
}

function tooLong(text: string, size: number): CommandError {
  return new CommandError(
    'Location51156',
    `Error occurred while executing the regular expression: a text of ${text.length} characters is too long for a pattern of ${size} states (their product is limited to ${MAX_STEPS})`,
  );
}

/** Captures come out of the text itself, in which no newline was replaced. */
function matchOf(match: RegExpMatchArray, text: string): PatternMatch {
  const index = match.index ?? 0;
  const restored = (part: string) => part.replaceAll(INNER_NEWLINE, '\n');
  return {
    text: text.slice(index, index + match[0].length),
    index,
    captures: match.slice(1).map((capture) => (capture === undefined ? null : restored(capture))),
  };
}
