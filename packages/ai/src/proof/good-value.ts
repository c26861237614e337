/** @module A value that a caller might well send, and that the rules let through. */

import { compilePattern } from '@orchestrix/engine';
import type { CallerValue } from './caller-values.ts';
import { textForPattern } from './make-pattern.ts';

/** Whose documents a trial works on: the id in its token. */
export const CALLER_ID = 'aaaaaaaaaaaaaaaaaaaaaaaa';
/** The id that a caller asks for. */
export const ASKED_ID = 'bbbbbbbbbbbbbbbbbbbbbbbb';

/**
 * A good value, the same every time.
 *
 * @returns `undefined` when none can be found, for instance for an unusual pattern
 */
export function goodValue(value: CallerValue): unknown {
  if (value.choices) return value.choices[0];
  const type = value.type ?? guessType(value.name);
  if (type === 'number') return numberWithin(value);
  if (type === 'boolean') return true;
  if (type === 'object') return { note: 'An example' };
  if (type === 'array') return ['one', 'two'].slice(0, value.maxLength ?? 2);
  const wanted = value.isId
    ? ASKED_ID
    : type === 'email'
      ? emailFor(value.name)
      : type === 'date'
        ? DAY
        : textFor(value.name);
  return fittingText([wanted, ...CANDIDATES], value);
}

/** A plausible value for a field of a stored document, by its name alone. */
export function plausibleValue(name: string): unknown {
  return goodValue({
    name,
    type: undefined,
    required: false,
    hasDefault: false,
    isId: /(^|\.)_?id$/.test(name),
  });
}

const DAY = '2026-06-15';

const NUMBER_NAMES =
  /(price|amount|quantity|qty|stock|count|total|age|rating|score|year|number|seats|points|weight|height|width|cost|balance|limit|size)$/i;
const BOOLEAN_NAMES =
  /^(is|has|can)[A-Z_]|^(done|completed?|active|enabled|published|paid|archived|agree|accepted|subscribed|inStock)$/i;

function guessType(name: string): CallerValue['type'] {
  const last = name.split('.').at(-1) ?? name;
  if (/e-?mail$/i.test(last)) return 'email';
  if (NUMBER_NAMES.test(last) && !/(phone|card|order|account|serial|room|invoice)_?number$/i.test(last))
    return 'number';
  if (BOOLEAN_NAMES.test(last)) return 'boolean';
  if (/(date|day|deadline)$|(At|On)$/.test(last) || /^due/i.test(last)) return 'date';
  return 'string';
}

function numberWithin({ min, max }: CallerValue): number {
  const wanted = 3;
  const low = min ?? Math.min(wanted, max ?? wanted);
  const high = max ?? Math.max(wanted, low);
  return Math.min(Math.max(wanted, low), high);
}

function emailFor(name: string): string {
  const word = name
    .replace(/e-?mail(address)?$/i, '')
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();
  return `${word === '' ? 'ada' : word}@example.com`;
}

function textFor(name: string): string {
  return TEXTS.find(([pattern]) => pattern.test(name))?.[1] ?? `An example of ${name}`;
}

const TEXTS: readonly [RegExp, string][] = [
  [/passw|secret|pin$/i, 'Correct-Horse-9-Battery'],
  [/first.?name/i, 'Ada'],
  [/last.?name|surname/i, 'Lovelace'],
  [/user.?name|login|handle|nick/i, 'ada_lovelace'],
  [/(^|[a-z])Id$|_id$|^id$|^_id$/, ASKED_ID],
  [/name$/i, 'Ada Lovelace'],
  [/phone|mobile|tel/i, '+4915112345678'],
  [/url|link|website/i, 'https://example.com/page'],
  [/slug/i, 'an-example'],
  [/zip|postal|postcode/i, '12345'],
  [/country/i, 'Germany'],
  [/city|town/i, 'Berlin'],
  [/currency/i, 'EUR'],
  [/colou?r/i, 'blue'],
  [/time$/i, '12:30'],
  [/iban/i, 'DE02120300000000202051'],
];

/** Forms that patterns often ask for. */
const CANDIDATES = [
  'Ada Lovelace',
  'ada',
  'Ada',
  'ADA',
  'ada_lovelace',
  'an-example',
  'ada@example.com',
  'https://example.com/page',
  '+4915112345678',
  '0151 12345678',
  '555-123-4567',
  '5551234567',
  '123',
  '1234',
  '12345',
  '123456',
  '12345678',
  '1',
  'A1',
  'AB12',
  'ABC-123',
  'ABC123',
  'AB-1234',
  '#a1b2c3',
  DAY,
  '2026-06-15T12:30:00Z',
  '12:30',
  '12.50',
  '15/06/2026',
  'EUR',
  'DE',
  'en-US',
  '192.0.2.1',
  ASKED_ID,
  '0f8fad5b-d9cb-469f-a165-70867728950e',
  'Correct-Horse-9-Battery',
  'Passw0rd!',
];

function fittingText(
  candidates: readonly string[],
  { pattern, minLength, maxLength }: CallerValue,
): string | undefined {
  const fits = patternTest(pattern);
  const made = pattern === undefined ? [] : [0, 1, 5, 11].map((extra) => textForPattern(pattern, extra));
  for (const candidate of [...candidates, ...made]) {
    const text = withLength(candidate, minLength, maxLength);
    if (text !== undefined && fits(text)) return text;
  }
  return undefined;
}

function withLength(text: string, min = 0, max = Number.POSITIVE_INFINITY): string | undefined {
  if (min > max || min > MAX_LENGTH) return undefined;
  const long = text.length < min ? text + 'a'.repeat(min - text.length) : text;
  return long.length > max
    ? long
        .slice(0, Math.max(0, Math.floor(max)))
        .trim()
        .padEnd(min, 'a')
    : long;
}

/** A rule that asks for more is not tried. */
const MAX_LENGTH = 10_000;

function patternTest(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined) return () => true;
  try {
    return compilePattern(pattern).test;
  } catch {
    // The compiler has reported it.
    return () => false;
  }
}
