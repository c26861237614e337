/** @module Reads a text character by character. */

/** A place in a pattern. */
export interface PatternReader {
  readonly atEnd: boolean;
  /** The next character, not taken; undefined at the end. */
  peek(): string | undefined;
  /** Takes the next character; the empty string at the end. */
  next(): string;
  /** Takes a text when it comes next. */
  take(text: string): boolean;
  /** What an expression that starts with `^` matches here; nothing is taken. */
  match(expression: RegExp): string | null;
  /** Moves on by so many UTF-16 units. */
  skip(units: number): void;
  /** Takes everything up to a text, and the text; null when it does not come. */
  takeUntil(text: string): string | null;
}

/** Starts reading a pattern. `\Q…\E` is left to the callers, which know where they are. */
export function readerOf(text: string): PatternReader {
  let at = 0;
  const peek = () => (at < text.length ? String.fromCodePoint(text.codePointAt(at)!) : undefined);
  return {
    get atEnd() {
      return at >= text.length;
    },
    peek,
    next: () => {
      const character = peek() ?? '';
      at += character.length;
      return character;
    },
    take: (wanted) => {
      if (!text.startsWith(wanted, at)) return false;
      at += wanted.length;
      return true;
    },
    match: (expression) => expression.exec(text.slice(at, at + MATCH_WINDOW))?.[0] ?? null,
    skip: (units) => {
      at += units;
    },
    takeUntil: (wanted) => {
      const end = text.indexOf(wanted, at);
      if (end < 0) return null;
      const taken = text.slice(at, end);
      at = end + wanted.length;
      return taken;
    },
  };
}

/** Expressions look at most so far ahead; longer blanks and comments are read in several steps. */
const MATCH_WINDOW = 256;
