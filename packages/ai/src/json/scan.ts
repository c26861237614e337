/** @module Finds where bracketed text begins and ends, in one pass over it. */

/** Positions of the first `limit` opening brackets. */
export function openings(text: string, limit: number): number[] {
  const positions: number[] = [];
  for (let index = 0; index < text.length && positions.length < limit; index += 1) {
    if (text[index] === '{' || text[index] === '[') positions.push(index);
  }
  return positions;
}

/**
 * Follows the brackets from an opening one to where they are balanced; brackets within double quotes do not count.
 *
 * @returns `end` behind the last character; `complete: false` when the text ends first
 */
export function scan(text: string, start: number): { end: number; complete: boolean } {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return { end: index + 1, complete: true };
    }
  }
  return { end: text.length, complete: false };
}
