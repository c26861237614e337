/** @module Calendar arithmetic on dates whose UTC fields hold local time. */
import { CommandError } from '../command-error.ts';

/** MongoDB's units of time. */
export type TimeUnit =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond';

const DAY = 86_400_000;
const FIXED: Readonly<Record<string, number>> = {
  week: 7 * DAY,
  day: DAY,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** What `$dateTrunc` counts its bins from. */
const REFERENCE = Date.UTC(2000, 0, 1);

/** Checks the name of a unit. @throws CommandError Location5439013 */
export function timeUnit(value: unknown): TimeUnit {
  if (typeof value === 'string' && (value in FIXED || value in MONTHS)) return value as TimeUnit;
  throw new CommandError('Location5439013', `unknown time unit value: ${String(value)}`);
}

/** Whether a unit is a fixed stretch of time whatever the zone. */
export function isClockUnit(unit: TimeUnit): boolean {
  return (FIXED[unit] ?? DAY) < DAY;
}

/** The date moved by so many units; the last day of a shorter month stands for a day that it lacks. */
export function addUnits(date: Date, unit: TimeUnit, amount: number): Date {
  const months = MONTHS[unit];
  if (months === undefined) return new Date(date.getTime() + amount * FIXED[unit]!);
  const moved = new Date(date);
  moved.setUTCDate(1);
  moved.setUTCMonth(moved.getUTCMonth() + amount * months);
  const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
  moved.setUTCDate(Math.min(date.getUTCDate(), last));
  return moved;
}

/** How many boundaries of the unit lie between two dates. */
export function countUnits(start: Date, end: Date, unit: TimeUnit, startOfWeek: unknown): number {
  const months = MONTHS[unit];
  if (months !== undefined) return Math.floor(monthsOf(end) / months) - Math.floor(monthsOf(start) / months);
  const size = FIXED[unit]!;
  const shift = unit === 'week' ? weekShift(startOfWeek) : 0;
  return Math.floor((end.getTime() - shift) / size) - Math.floor((start.getTime() - shift) / size);
}

/** The start of the bin of so many units that a date is in. */
export function truncateTo(date: Date, unit: TimeUnit, bin: number, startOfWeek: unknown): Date {
  const months = MONTHS[unit];
  if (months !== undefined) {
    const size = months * bin;
    const sinceReference = monthsOf(date) - 2000 * 12;
    return new Date(Date.UTC(2000, Math.floor(sinceReference / size) * size, 1));
  }
  const size = FIXED[unit]! * bin;
  const reference = unit === 'week' ? firstWeekAfterReference(startOfWeek) : REFERENCE;
  return new Date(reference + Math.floor((date.getTime() - reference) / size) * size);
}

function monthsOf(date: Date): number {
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function weekdayOf(name: unknown): number {
  const day = WEEKDAYS.indexOf(
    String(name ?? 'sun')
      .toLowerCase()
      .slice(0, 3),
  );
  if (day < 0) throw new CommandError('Location5439015', `unknown day of week value: ${String(name)}`);
  return day;
}

/** 1970-01-01 was a Thursday. */
function weekShift(startOfWeek: unknown): number {
  return ((weekdayOf(startOfWeek) - 4 + 7) % 7) * DAY;
}

function firstWeekAfterReference(startOfWeek: unknown): number {
  const days = (weekdayOf(startOfWeek) - new Date(REFERENCE).getUTCDay() + 7) % 7;
  return REFERENCE + days * DAY;
}

/** Day of the year, from 1. */
export function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

/** Week of the year, from 0; weeks begin on Sunday, days before the first Sunday are in week 0. */
export function weekOfYear(date: Date): number {
  return Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7);
}

/** Day of the week, Monday 1 to Sunday 7. */
export function isoDayOfWeek(date: Date): number {
  return date.getUTCDay() || 7;
}

/** Year that the date's week belongs to by ISO 8601. */
export function isoWeekYear(date: Date): number {
  return thursdayOf(date).getUTCFullYear();
}

/** Week of the ISO 8601 year, from 1. */
export function isoWeek(date: Date): number {
  return Math.floor((dayOfYear(thursdayOf(date)) - 1) / 7) + 1;
}

function thursdayOf(date: Date): Date {
  return new Date(date.getTime() + (4 - isoDayOfWeek(date)) * DAY);
}
