/** @module Whether a regular expression can take for ever on a short text. */

/** What repeats without bound: `*`, `+`, `{3,}`. */
const UNBOUNDED = /^(?:[*+]|\{\d+,\})/;

/**
 * Whether the pattern repeats a group without bound in which something repeats without bound itself, as in `(a+)+`. A
 * backtracking matcher tries every way to divide a text among the two, and for a text of forty characters that can be
 * more ways than a day has room for. Some patterns that are harmless are named, too; they can be written without the
 * inner repetition.
 *
 * Syntax as in JavaScript; for a pattern that is not valid the answer means nothing.
 */
export function repeatsRepetition(pattern: string): boolean {
  /** For every open group, whether something in it repeats without bound. */
  const open: boolean[] = [];
  let repeats = false;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '[') i = endOfClass(pattern, i);
    else if (character === '(') {
      open.push(repeats);
      repeats = false;
    } else if (character === ')') {
      const unbounded = UNBOUNDED.test(pattern.slice(i + 1, i + 12));
      if (unbounded && repeats) return true;
      repeats = (open.pop() ?? false) || repeats || unbounded;
    } else if (UNBOUNDED.test(pattern.slice(i, i + 11))) repeats = true;
  }
  return false;
}

function endOfClass(pattern: string, start: number): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']') return i;
  }
  return pattern.length;
}
