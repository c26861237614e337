/** @module Braces that hold no path: what is wrong with them, and what to write instead. */

import { parsePath } from './path.ts';

/** A `{{` that begins no reference. */
export interface UnreadableBraces {
  /** As written, shortened. */
  text: string;
  /** Where it stands inside the value: keys and list positions. */
  at: readonly (string | number)[];
  suggestion: string;
}

/** Every `{{` in a piece of text that no reference was read from. */
export function findUnreadable(literal: string, at: readonly (string | number)[]): UnreadableBraces[] {
  const found: UnreadableBraces[] = [];
  for (let open = literal.indexOf('{{'); open !== -1 && found.length < MAX_FOUND; ) {
    const close = literal.indexOf('}}', open);
    const single = literal.indexOf('}', open);
    const end = close !== -1 ? close + 2 : single !== -1 ? single + 1 : literal.length;
    const text = literal.slice(open, Math.min(end, open + MAX_SHOWN));
    found.push({ text, at, suggestion: close === -1 ? 'Close the reference with }}' : suggest(text) });
    open = literal.indexOf('{{', end);
  }
  return found;
}

const MAX_FOUND = 10;
const MAX_SHOWN = 80;

function suggest(text: string): string {
  const inner = text.replace(/^\{+|\}+$/g, '').trim();
  const path = inner
    .replace(
      /\[\s*(?:"([^"\]]*)"|'([^'\]]*)'|(\d+))\s*\]/g,
      (_, double, single, index) => `.${double ?? single ?? index}`,
    )
    .replace(/^\$?\.?/, '');
  if (path !== inner && parsePath(path)) return `Write {{ ${path} }}`;
  if (/\|\||\?\?|\?/.test(inner))
    return 'Give the default in an input step; a reference is a path of names with dots';
  return 'A reference is a path of names with dots between them, such as {{ input.items.0.name }}';
}
