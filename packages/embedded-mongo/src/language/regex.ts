/** @module Runs MongoDB's regular expressions (PCRE) as JavaScript ones. */
import { CommandError } from '../command-error.ts';

/**
 * Compiles a pattern with MongoDB's options `i`, `m`, `s`, `x` and `u`.
 *
 * @throws CommandError BadValue for an unknown option, Location51091 for a pattern JavaScript cannot run
 */
export function compileRegex(pattern: string, options = ''): RegExp {
  for (const option of options) {
    if (!'imsxu'.includes(option)) {
      throw new CommandError('BadValue', `invalid flag in regex options: ${option}`);
    }
  }
  const { source, flags } = inlineOptions(pattern, options);
  const text = flags.has('x') ? withoutWhitespace(source) : source;
  const anchored = text
    .replace(/(^|[^\\])((?:\\\\)*)\\A/g, '$1$2(?<![\\s\\S])')
    .replace(/(^|[^\\])((?:\\\\)*)\\[zZ]/g, '$1$2(?![\\s\\S])');
  const jsFlags = ['i', 'm', 's'].filter((flag) => flags.has(flag)).join('');
  try {
    return new RegExp(anchored, `${jsFlags}u`);
  } catch {
    // Unicode mode refuses escapes of ordinary characters such as `\-`, which PCRE allows.
  }
  try {
    return new RegExp(anchored, jsFlags);
  } catch {
    throw new CommandError('Location51091', `Regular expression is invalid: ${pattern}`);
  }
}

function inlineOptions(pattern: string, options: string): { source: string; flags: Set<string> } {
  const flags = new Set(options);
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  for (const flag of inline?.[1] ?? '') flags.add(flag);
  return { source: inline === null ? pattern : pattern.slice(inline[0].length), flags };
}

/** Drops white space and comments outside of character classes, as the option `x` asks. */
function withoutWhitespace(pattern: string): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === '\\') {
      result += character + (pattern[++at] ?? '');
      continue;
    }
    if (character === '[') inClass = true;
    if (character === ']') inClass = false;
    if (!inClass && /\s/.test(character)) continue;
    if (!inClass && character === '#') {
      const end = pattern.indexOf('\n', at);
      at = end < 0 ? pattern.length : end;
      continue;
    }
    result += character;
  }
  return result;
}
