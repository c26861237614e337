/** @module Plausible values by type and name: what a person would send for "email" or "quantity". */
import { isSecretName } from '@orchestrix/engine';

/** A day in milliseconds. */
const DAY = 86_400_000;

/**
 * Values to try for a field, best first.
 *
 * @param name `quantity`, `first_name`
 * @param type as declared or checked, in any case; `undefined` when nothing says it
 */
export function valuesFor(name: string, type?: string): unknown[] {
  const named = valueByName(name);
  switch (kindOf(type)) {
    case 'number':
      return [...(typeof named === 'number' ? [named] : []), 3, 1, 10, 36, 100, 1000, 0, 0.5, -1, 50_000];
    case 'boolean':
      return [true, false];
    case 'email':
      return ['ada@example.com'];
    case 'date':
      return [
        typeof named === 'string' && /^\d{4}-/.test(named) ? named : '2026-03-15',
        '2026-03-15T14:30:00.000Z',
      ];
    case 'array':
      return [Array.isArray(named) ? named : ['first', 'second'], [1, 2]];
    case 'object':
      return [{ note: 'An example' }];
    case 'string':
      return [Array.isArray(named) ? named[0] : String(named), ...TEXTS];
    default:
      return [named, ...TEXTS, 3, 19.99, true, false, ['first', 'second'], { note: 'An example' }];
  }
}

/** The type behind its spellings; `undefined` for one that says nothing. */
export function kindOf(type: string | undefined): string | undefined {
  return KINDS[type?.toLowerCase() ?? ''];
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'number',
  integer: 'number',
  int: 'number',
  float: 'number',
  double: 'number',
  decimal: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  email: 'email',
  date: 'date',
  datetime: 'date',
  array: 'array',
  list: 'array',
  object: 'object',
  json: 'object',
  string: 'string',
  text: 'string',
};

/** An identifier of 24 hexadecimal digits, the same for the same name. */
export function idFor(name: string): string {
  let hash = 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return `5eed${hash.toString(16).padStart(20, '0')}`;
}

/** A value as its name suggests it. */
export function valueByName(name: string): unknown {
  const plain = name.replace(/[-_\s]/g, '').toLowerCase();
  if (/passw|passphrase|^pass$|pwd$/.test(plain)) return 'Correct-Horse-42!';
  if (/^(?:pin|otp)$|otp$|pincode|passcode|verificationcode/.test(plain)) return '482913';
  if (isSecretName(name)) return 'Zebra-Quartz-7731';
  if (/^_?id$|[a-z0-9]I[dD]$|_id$|-id$/.test(name)) return idFor(plain);
  if (/^(?:is|has|can)[A-Z_]/.test(name)) return true;
  return BY_NAME.find(([pattern]) => pattern.test(plain))?.[1] ?? `Example ${name}`;
}

const BY_NAME: readonly (readonly [RegExp, unknown])[] = [
  [/e?mail(?:address)?$/, 'ada@example.com'],
  [/firstname|givenname/, 'Ada'],
  [/lastname|surname|familyname/, 'Lovelace'],
  [/username|login|handle|nick/, 'ada_lovelace'],
  [/company|organi[sz]ation/, 'Analytical Engines'],
  [/filename/, 'report.pdf'],
  [/name$|author|customer|recipient|contact/, 'Ada Lovelace'],
  [/phone|mobile|^tel|fax/, '+14155550123'],
  [/url|website|link|homepage|image|avatar|photo|picture/, 'https://example.com/ada'],
  [/price|amount|total|cost|salary|balance|budget|fee|discount/, 19.99],
  [/quantity|qty|count$|stock|seats|guests|number$|hours|minutes|days|points|weight|size|duration/, 3],
  [/^age$/, 36],
  [/year/, 2026],
  [/rating|stars|score/, 4],
  [/^(?:page|skip|offset)$/, 1],
  [/^limit$|pagesize/, 10],
  [/date|deadline|birthday|^dob$|^due|at$(?<!(?:that|what|format|chat|seat|lat|flat|cat))/, '2026-03-15'],
  [/^(?:start|end|from|until|checkin|checkout)$/, '2026-03-15'],
  [/time$/, '14:30'],
  [
    /^(?:done|completed?|active|enabled|published|accepted|agreed?|subscribed|confirmed|verified|consent|terms)$/,
    true,
  ],
  [/decision|verdict/, 'approved'],
  [/status|state$/, 'pending'],
  [/role/, 'user'],
  [/priority|severity/, 'high'],
  [/category|kind|type$/, 'general'],
  [/country/, 'GB'],
  [/currency/, 'EUR'],
  [/language|locale/, 'en'],
  [/city|town/, 'London'],
  [/zip|postal|postcode/, '12345'],
  [/street|address/, '12 Main Street'],
  [/tags|items|list$|categories|options/, ['first', 'second']],
  [/slug/, 'an-example'],
  [/sku/, 'SKU-1001'],
  [/code|coupon|voucher/, 'CODE42'],
  [/colou?r/, '#336699'],
  [/sort|orderby/, 'createdAt'],
  [/title|subject|headline|topic/, 'An example'],
  [
    /message|body|text|content|comment|description|note|reason|bio|feedback|question|answer/,
    'A short text for the trial',
  ],
];

/** Texts of common forms, for patterns. */
const TEXTS: readonly string[] = [
  'ada_lovelace',
  'ada-lovelace',
  'Ada',
  'ada',
  'ADA',
  'a1b2c3',
  'AB123456',
  'ABC-123',
  'ABC123',
  '482913',
  '12345',
  '4829',
  '+14155550123',
  '4155550123',
  '415-555-0123',
  '(415) 555-0123',
  '2026-03-15',
  '15/03/2026',
  '14:30',
  '2026-03-15T14:30:00.000Z',
  '#336699',
  'EUR',
  'en',
  'GB',
  'en-GB',
  'SW1A 1AA',
  '12345-6789',
  'https://example.com',
  'example.com',
  'ada@example.com',
  '192.168.0.1',
  '5eed00000000000000000001',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  'DE89370400440532013000',
  '4111111111111111',
  'Str0ng!Passw0rd',
  '19.99',
  '10',
  '1',
  'A',
  'a',
  '1.2.3',
];

/** Values near another one: itself, a little more, a little less, its parts. For what is compared with it. */
export function valuesAround(value: unknown): unknown[] {
  if (Array.isArray(value)) return [value, ...value.slice(0, 50)];
  if (typeof value === 'boolean') return [value, !value];
  if (typeof value === 'number') return [value, value + 1, value - 1, value + 100, value / 2];
  if (value instanceof Date) {
    return [value, new Date(value.getTime() + DAY), new Date(value.getTime() - DAY)];
  }
  if (typeof value !== 'string' || value === '') return [value];
  if (value.trim() !== '' && Number.isFinite(Number(value))) return [value, ...valuesAround(Number(value))];
  const time = /^\d{4}-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) {
    const length = value.length <= 10 ? 10 : undefined;
    return [value, ...[DAY, -DAY].map((by) => shiftedDate(time + by).slice(0, length))];
  }
  return [value, ...value.split(',').map((part) => part.trim()), `${value} too`];
}

function shiftedDate(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : '2026-03-15T00:00:00.000Z';
}
