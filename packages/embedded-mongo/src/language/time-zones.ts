/** @module Calendar fields of a moment in a time zone, and back. */
import { CommandError } from '../command-error.ts';

/** A zone: how many minutes local time is ahead of UTC at a moment. */
export type Zone = (date: Date) => number;

const UTC: Zone = () => 0;

/** Reads a zone: `+05:30`, `-03`, or an Olson name. @throws CommandError Location40485 for an unknown one */
export function zoneOf(name: unknown): Zone {
  if (name === undefined || name === 'UTC' || name === 'GMT' || name === 'Z') return UTC;
  if (typeof name !== 'string') throw new CommandError('Location40517', 'timezone must evaluate to a string');
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(name);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return () => (offset[1] === '-' ? -minutes : minutes);
  }
  return namedZone(name);
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function namedZone(name: string): Zone {
  let format = FORMATS.get(name);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        era: 'short',
      });
    } catch {
      throw new CommandError('Location40485', `unrecognized time zone identifier: "${name}"`);
    }
    FORMATS.set(name, format);
  }
  const formatter = format;
  return (date) => {
    const parts = new Map(formatter.formatToParts(date).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
    const local = Date.UTC(
      2000,
      number('month') - 1,
      number('day'),
      number('hour'),
      number('minute'),
      number('second'),
    );
    const shifted = new Date(local);
    shifted.setUTCFullYear(year, number('month') - 1, number('day'));
    return Math.round((shifted.getTime() - Math.floor(date.getTime() / 1000) * 1000) / 60_000);
  };
}

/** A date whose UTC fields are the local fields of the moment in the zone. */
export function toLocal(date: Date, zone: Zone): Date {
  return new Date(date.getTime() + zone(date) * 60_000);
}

/** The moment whose local fields in the zone are the UTC fields of the date. */
export function fromLocal(local: Date, zone: Zone): Date {
  const guess = new Date(local.getTime() - zone(local) * 60_000);
  // Near a change of the clock the first guess may have used the offset of the other side.
  return new Date(local.getTime() - zone(guess) * 60_000);
}
