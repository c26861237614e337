/** @module Expression operators on dates. */
import { CommandError } from '../command-error.ts';
import {
  addUnits,
  countUnits,
  dayOfYear,
  isClockUnit,
  isoDayOfWeek,
  isoWeek,
  isoWeekYear,
  timeUnit,
  truncateTo,
  weekOfYear,
} from './calendar.ts';
import { formatDate, isoDate, parseWithFormat } from './date-format.ts';
import type { OperatorCompiler, OperatorTable } from './expression-parts.ts';
import { instantOf, parseDate } from './expression-types.ts';
import { bsonClass, type Document, isDocument } from './fields.ts';
import {
  isNil,
  namedOperator,
  namedParts,
  stringArgument,
  typeOf,
  wholeArgument,
} from './operator-arguments.ts';
import { fromLocal, toLocal, type Zone, zoneOf } from './time-zones.ts';

/** `$year`, `$dateToString`, `$dateAdd`, `$dateTrunc` and the like. */
export const dateOperators: OperatorTable = {
  $year: datePart((date) => date.getUTCFullYear()),
  $month: datePart((date) => date.getUTCMonth() + 1),
  $dayOfMonth: datePart((date) => date.getUTCDate()),
  $dayOfWeek: datePart((date) => date.getUTCDay() + 1),
  $dayOfYear: datePart(dayOfYear),
  $hour: datePart((date) => date.getUTCHours()),
  $minute: datePart((date) => date.getUTCMinutes()),
  $second: datePart((date) => date.getUTCSeconds()),
  $millisecond: datePart((date) => date.getUTCMilliseconds()),
  $week: datePart(weekOfYear),
  $isoWeek: datePart(isoWeek),
  $isoWeekYear: datePart((date) => BigInt(isoWeekYear(date))),
  $isoDayOfWeek: datePart(isoDayOfWeek),
  $dateToString: namedOperator(
    { required: ['date'], optional: ['format', 'timezone', 'onNull'] },
    dateToString,
  ),
  $dateFromString: dateFromString,
  $dateToParts: namedOperator({ required: ['date'], optional: ['timezone', 'iso8601'] }, dateToParts),
  $dateFromParts: namedOperator(
    {
      required: [],
      optional: [
        ...'year month day hour minute second millisecond isoWeekYear isoWeek isoDayOfWeek timezone'.split(
          ' ',
        ),
      ],
    },
    dateFromParts,
  ),
  $dateAdd: shifting(1),
  $dateSubtract: shifting(-1),
  $dateDiff: namedOperator(
    { required: ['startDate', 'endDate', 'unit'], optional: ['timezone', 'startOfWeek'] },
    (parts, name) => {
      if (isNil(parts.startDate) || isNil(parts.endDate) || isNil(parts.unit) || hasNullZone(parts))
        return null;
      const unit = timeUnit(parts.unit);
      const zone = isClockUnit(unit) ? zoneOf(undefined) : zoneOf(parts.timezone);
      const start = toLocal(dateArgument(parts.startDate, name), zone);
      return BigInt(
        countUnits(start, toLocal(dateArgument(parts.endDate, name), zone), unit, parts.startOfWeek),
      );
    },
  ),
  $dateTrunc: namedOperator(
    { required: ['date', 'unit'], optional: ['binSize', 'timezone', 'startOfWeek'] },
    (parts, name) => {
      if (isNil(parts.date) || isNil(parts.unit) || hasNullZone(parts)) return null;
      const bin = isNil(parts.binSize) ? 1 : wholeArgument(parts.binSize, name);
      if (bin <= 0)
        throw new CommandError(
          'Location5439018',
          `$dateTrunc requires 'binSize' to be greater than 0, but got value ${bin}`,
        );
      const zone = zoneOf(parts.timezone);
      const local = toLocal(dateArgument(parts.date, name), zone);
      return fromLocal(truncateTo(local, timeUnit(parts.unit), bin, parts.startOfWeek), zone);
    },
  ),
  $tsSecond: timestampPart((value) => value.t),
  $tsIncrement: timestampPart((value) => value.i),
};

function dateArgument(value: unknown, name: string): Date {
  const date = instantOf(value);
  if (date !== undefined) return date;
  throw new CommandError('Location16006', `${name}: can't convert from BSON type ${typeOf(value)} to Date`);
}

function hasNullZone(parts: Document): boolean {
  return 'timezone' in parts && isNil(parts.timezone);
}

/** An operator on one date, given alone or as `{date, timezone}`. */
function datePart(run: (local: Date) => number | bigint): OperatorCompiler {
  return (argument, compiler, name) => {
    const single = Array.isArray(argument) && argument.length === 1 ? argument[0] : argument;
    const isNamed = isDocument(single) && 'date' in single;
    const parts = isNamed
      ? namedParts(single, { required: ['date'], optional: ['timezone'] }, name)
      : { date: single };
    const date = compiler.compile(parts.date);
    const hasZone = isNamed && 'timezone' in parts;
    const zone = compiler.compile(hasZone ? (parts as Document).timezone : 'UTC');
    return (scope) => {
      const value = date(scope);
      const zoneName = zone(scope);
      if (isNil(value) || isNil(zoneName)) return null;
      return run(toLocal(dateArgument(value, name), zoneOf(zoneName)));
    };
  };
}

function dateToString(parts: Document, name: string): unknown {
  if (isNil(parts.date)) return parts.onNull ?? null;
  if (hasNullZone(parts) || ('format' in parts && isNil(parts.format))) return null;
  const zone: Zone = zoneOf(parts.timezone);
  const date = dateArgument(parts.date, name);
  const fallback = parts.timezone === undefined ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L';
  const format = parts.format === undefined ? fallback : stringArgument(parts.format, name);
  return formatDate(toLocal(date, zone), zone(date), format);
}

function dateFromString(
  argument: unknown,
  ...rest: Parameters<OperatorCompiler> extends [unknown, ...infer R] ? R : never
) {
  const [compiler, name] = rest;
  const shape = { required: ['dateString'], optional: ['format', 'timezone', 'onError', 'onNull'] };
  const parts = namedParts(argument, shape, name);
  const compiled = Object.fromEntries(Object.keys(parts).map((key) => [key, compiler.compile(parts[key])]));
  return (scope: Parameters<(typeof compiled)[string]>[0]): unknown => {
    const text = compiled.dateString!(scope);
    if (isNil(text)) return compiled.onNull?.(scope) ?? null;
    const zone = compiled.timezone?.(scope);
    const format = compiled.format?.(scope);
    if ((compiled.timezone && isNil(zone)) || (compiled.format && isNil(format))) return null;
    try {
      return readDate(text, format, zone);
    } catch (error) {
      if (compiled.onError === undefined || !(error instanceof CommandError)) throw error;
      return compiled.onError(scope);
    }
  };
}

function readDate(text: unknown, format: unknown, zone: unknown): Date {
  if (typeof text !== 'string') {
    throw new CommandError(
      'ConversionFailure',
      `$dateFromString requires that 'dateString' be a string, found: ${typeOf(text)}`,
    );
  }
  if (isNil(format)) {
    const date = parseDate(text);
    return zone === undefined ? date : fromLocal(date, zoneOf(zone));
  }
  const { local, offset } = parseWithFormat(text, String(format));
  if (offset !== undefined) return new Date(local.getTime() - offset * 60_000);
  return fromLocal(local, zoneOf(zone ?? undefined));
}

function dateToParts(parts: Document, name: string): unknown {
  if (isNil(parts.date) || hasNullZone(parts)) return null;
  const local = toLocal(dateArgument(parts.date, name), zoneOf(parts.timezone));
  const day =
    parts.iso8601 === true
      ? { isoWeekYear: isoWeekYear(local), isoWeek: isoWeek(local), isoDayOfWeek: isoDayOfWeek(local) }
      : { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
  return {
    ...day,
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
  };
}

function dateFromParts(parts: Document, name: string): unknown {
  if (Object.values(parts).some(isNil)) return null;
  const part = (key: string, fallback: number) => (key in parts ? wholeArgument(parts[key], name) : fallback);
  const time: [number, number, number, number] = [
    part('hour', 0),
    part('minute', 0),
    part('second', 0),
    part('millisecond', 0),
  ];
  const zone = zoneOf(parts.timezone);
  if ('isoWeekYear' in parts) {
    return fromLocal(
      isoDate(part('isoWeekYear', 1970), part('isoWeek', 1), part('isoDayOfWeek', 1), time),
      zone,
    );
  }
  if (!('year' in parts))
    throw new CommandError(
      'Location40516',
      "$dateFromParts requires either 'year' or 'isoWeekYear' to be present",
    );
  const local = new Date(Date.UTC(2000, part('month', 1) - 1, part('day', 1), ...time));
  local.setUTCFullYear(local.getUTCFullYear() + part('year', 1970) - 2000);
  return fromLocal(local, zone);
}

function shifting(sign: 1 | -1): OperatorCompiler {
  return namedOperator(
    { required: ['startDate', 'unit', 'amount'], optional: ['timezone'] },
    (parts, name) => {
      if (isNil(parts.startDate) || isNil(parts.unit) || isNil(parts.amount) || hasNullZone(parts))
        return null;
      const unit = timeUnit(parts.unit);
      const date = dateArgument(parts.startDate, name);
      const amount = sign * wholeArgument(parts.amount, name);
      if (isClockUnit(unit)) return addUnits(date, unit, amount);
      const zone = zoneOf(parts.timezone);
      return fromLocal(addUnits(toLocal(date, zone), unit, amount), zone);
    },
  );
}

function timestampPart(run: (value: { t: number; i: number }) => number): OperatorCompiler {
  return (argument, compiler, name) => {
    const part = compiler.compile(Array.isArray(argument) ? argument[0] : argument);
    return (scope) => {
      const value = part(scope);
      if (isNil(value)) return null;
      if (bsonClass(value) === 'Timestamp') return BigInt(run(value as { t: number; i: number }));
      throw new CommandError('Location5687301', `${name} requires a timestamp, found ${typeOf(value)}`);
    };
  };
}
