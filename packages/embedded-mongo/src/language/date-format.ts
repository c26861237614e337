/** @module Writes and reads dates by MongoDB's `%` formats. */
import { CommandError } from '../command-error.ts';
import { dayOfYear, isoDayOfWeek, isoWeek, isoWeekYear, weekOfYear } from './calendar.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const WRITERS: Readonly<Record<string, (local: Date, offset: number) => string>> = {
  '%': () => '%',
  Y: (date) => pad(date.getUTCFullYear(), 4),
  G: (date) => pad(isoWeekYear(date), 4),
  m: (date) => pad(date.getUTCMonth() + 1, 2),
  d: (date) => pad(date.getUTCDate(), 2),
  H: (date) => pad(date.getUTCHours(), 2),
  M: (date) => pad(date.getUTCMinutes(), 2),
  S: (date) => pad(date.getUTCSeconds(), 2),
  L: (date) => pad(date.getUTCMilliseconds(), 3),
  j: (date) => pad(dayOfYear(date), 3),
  w: (date) => String(date.getUTCDay() + 1),
  u: (date) => String(isoDayOfWeek(date)),
  U: (date) => pad(weekOfYear(date), 2),
  V: (date) => pad(isoWeek(date), 2),
  b: (date) => MONTHS[date.getUTCMonth()]!.slice(0, 3),
  B: (date) => MONTHS[date.getUTCMonth()]!,
  z: (_date, offset) => {
    const minutes = Math.abs(offset);
    return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
  },
  Z: (_date, offset) => String(offset),
};

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Writes a date. @throws CommandError Location18536 for an unknown specifier */
export function formatDate(local: Date, offset: number, format: string): string {
  return format.replace(/%(.?)/gs, (_all, specifier: string) => {
    const write = WRITERS[specifier];
    if (write !== undefined) return write(local, offset);
    throw new CommandError('Location18536', `Invalid format character '%${specifier}' in format string`);
  });
}

/** What a format found in a text; fields that it did not mention are left out. */
export interface ParsedDate {
  /** Local fields as the UTC fields of a date. */
  local: Date;
  /** Minutes ahead of UTC, when the text said so. */
  offset: number | undefined;
}

const READERS: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  G: '(?<G>\\d{4})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  L: '(?<L>\\d{1,3})',
  j: '(?<j>\\d{1,3})',
  u: '(?<u>[1-7])',
  V: '(?<V>\\d{1,2})',
  b: `(?<b>${MONTHS.map((month) => month.slice(0, 3)).join('|')})`,
  B: `(?<B>${MONTHS.join('|')})`,
  z: '(?<z>[+-]\\d{2}:?\\d{2}|Z)',
  Z: '(?<Z>[+-]?\\d+)',
  '%': '%',
};

/** Reads a date by a format. @throws CommandError ConversionFailure when the text does not follow it */
export function parseWithFormat(text: string, format: string): ParsedDate {
  const source = format
    .split(/(%.)/s)
    .map((part) => (part.startsWith('%') ? readerOf(part[1]!) : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  const groups = new RegExp(`^${source}$`, 'i').exec(text)?.groups;
  if (groups === undefined) {
    throw new CommandError(
      'ConversionFailure',
      `Error parsing date string '${text}'; it does not follow the format '${format}'`,
    );
  }
  return { local: localOf(groups, text), offset: offsetOf(groups) };
}

function readerOf(specifier: string): string {
  const reader = READERS[specifier];
  if (reader !== undefined) return reader;
  throw new CommandError('Location18536', `Invalid format character '%${specifier}' in format string`);
}

function localOf(groups: Record<string, string | undefined>, text: string): Date {
  const time: [number, number, number, number] = [
    Number(groups.H ?? 0),
    Number(groups.M ?? 0),
    Number(groups.S ?? 0),
    Number((groups.L ?? '').padEnd(3, '0')),
  ];
  if (groups.G !== undefined)
    return isoDate(Number(groups.G), Number(groups.V ?? 1), Number(groups.u ?? 1), time);
  if (groups.Y === undefined)
    throw new CommandError(
      'ConversionFailure',
      `an incomplete date/time string has been found, with elements missing: "${text}"`,
    );
  if (groups.j !== undefined) return new Date(Date.UTC(Number(groups.Y), 0, Number(groups.j), ...time));
  const month = groups.m === undefined ? monthNamed(groups.b ?? groups.B) : Number(groups.m);
  return new Date(Date.UTC(Number(groups.Y), month - 1, Number(groups.d ?? 1), ...time));
}

/** The date of a day in a week of an ISO 8601 year. */
export function isoDate(
  year: number,
  week: number,
  day: number,
  time: [number, number, number, number],
): Date {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const firstMonday = 4 - (isoDayOfWeek(fourth) - 1);
  return new Date(Date.UTC(year, 0, firstMonday + (week - 1) * 7 + day - 1, ...time));
}

function monthNamed(name: string | undefined): number {
  if (name === undefined) return 1;
  return MONTHS.findIndex((month) => month.toLowerCase().startsWith(name.toLowerCase())) + 1;
}

function offsetOf(groups: Record<string, string | undefined>): number | undefined {
  if (groups.Z !== undefined) return Number(groups.Z);
  if (groups.z === undefined) return undefined;
  if (groups.z.toUpperCase() === 'Z') return 0;
  const digits = groups.z.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return groups.z.startsWith('-') ? -minutes : minutes;
}
