/** @module JSON out of what a model wrote: alone, fenced, inside prose, with comments, or cut off. Nothing is ever evaluated. */
import { jsonrepair } from 'jsonrepair';
import { openings, scan } from './scan.ts';

/** Longest text that is looked at, in characters. */
export const MAX_JSON_TEXT = 200_000;

/** How the value was found: as it stood, or only after a repair (comments, trailing commas, wrong quotes, a missing end). */
export interface Extracted {
  value: object;
  repaired: boolean;
}

/**
 * The first object or list in a model's text that `accept` takes; else the first one at all. A repair is tried only when no
 * plain reading was taken.
 *
 * @param text what the model wrote; longer than {@link MAX_JSON_TEXT} finds nothing
 * @param accept whether a value is what is looked for
 * @returns `undefined` when there is none
 */
export function extractJson(
  text: string,
  accept: (value: object) => boolean = () => true,
): Extracted | undefined {
  if (text.length > MAX_JSON_TEXT) return undefined;
  const candidates = [...new Set(findCandidates(withoutThoughts(text)))];
  let other: Extracted | undefined;
  for (const candidate of candidates) {
    const value = parse(candidate);
    if (value === undefined) continue;
    if (accept(value)) return { value, repaired: false };
    other ??= { value, repaired: false };
  }
  for (const candidate of candidates.slice(0, MAX_REPAIRS)) {
    if (parse(candidate) !== undefined) continue;
    const value = repair(candidate);
    if (value === undefined) continue;
    if (accept(value)) return { value, repaired: true };
    other ??= { value, repaired: true };
  }
  return other;
}

const MAX_REPAIRS = 4;
/** Longest text that is repaired; some broken texts take the square of their length. What is longer is repaired as if it ended here. */
const MAX_REPAIR_LENGTH = 60_000;
/** How many opening brackets in prose are tried as the beginning of the value. */
const MAX_STARTS = 24;

/** Pieces that may be the value, likeliest first: the whole, fenced blocks, balanced brackets, and what begins and never ends. */
function findCandidates(text: string): string[] {
  const whole = text.trim();
  const fenced = fences(whole);
  const found: string[] = looksLikeJson(whole) ? [whole] : [];
  found.push(...fenced.filter(looksLikeJson));
  const cut: string[] = [];
  let from = 0;
  for (const start of openings(whole, MAX_STARTS)) {
    if (start < from) continue;
    const { end, complete } = scan(whole, start);
    if (complete) {
      found.push(whole.slice(start, end));
      from = end;
    } else if (cut.length < 3) cut.push(whole.slice(start));
  }
  return [...found, ...cut];
}

function looksLikeJson(text: string): boolean {
  // A double-encoded answer is a JSON text that holds JSON.
  return /^[{["]/.test(text);
}

/** Contents of ``` blocks; the last one may lack its end. */
function fences(text: string): string[] {
  const parts = text.split('```');
  return parts
    .filter((_, index) => index % 2 === 1)
    .map((part) => part.replace(/^[A-Za-z0-9]*\s+/, '').trim());
}

/** Reasoning models may think aloud first; drafts in there are not the answer. */
function withoutThoughts(text: string): string {
  const end = text.lastIndexOf('</think>');
  return end === -1 ? text : text.slice(end + '</think>'.length);
}

function parse(text: string): object | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function repair(text: string): object | undefined {
  try {
    return asObject(JSON.parse(jsonrepair(withoutEscapedCommas(text.slice(0, MAX_REPAIR_LENGTH)))));
  } catch {
    // Not repairable, or nested too deeply for it.
    return undefined;
  }
}

/**
 * jsonrepair 3.15.0 never returns from `{"a":"b\,"c":1}`: it goes back to end the text at a comma, steps over that comma as part of
 * an escape, and goes back again. Where tail calls take no stack, as in Bun, nothing stops it.
 */
function withoutEscapedCommas(text: string): string {
  return text.replace(/\\+(?=,)/g, '');
}

function asObject(value: unknown): object | undefined {
  if (typeof value === 'object' && value !== null) return value;
  if (typeof value !== 'string') return undefined;
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === 'object' && inner !== null ? inner : undefined;
  } catch {
    return undefined;
  }
}
