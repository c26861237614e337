/** @module `$derivative`, `$integral` and the covariances, over a window. */
import { CommandError } from '../../command-error.ts';
import { isTurnOver, PAUSE } from '../../pace.ts';
import { doubleValue } from '../bson-reader.ts';
import { type TimeUnit, timeUnit } from '../calendar.ts';
import { typeNameOf } from '../compare.ts';
import { compileExpression } from '../expression.ts';
import type { Document } from '../fields.ts';
import {
  addNumbers,
  divideNumbers,
  isNumber,
  multiplyNumbers,
  type NumberValue,
  toNumber,
} from '../numbers.ts';
import { namedParts } from '../operator-arguments.ts';
import { RunningSum } from '../running-sum.ts';
import type { SortField } from '../sort.ts';
import type { StageContext } from '../stage.ts';
import type { WindowBounds } from './bounds.ts';
import { asFraction, difference, placeNumber } from './fillings.ts';
import type { WindowFunction } from './partitions.ts';

interface Point {
  place: unknown;
  document: Document;
}

/** Compiles one of these functions. @throws CommandError FailedToParse and others */
export function compileSlope(
  name: '$derivative' | '$integral' | '$covariancePop' | '$covarianceSamp',
  argument: unknown,
  bounds: WindowBounds,
  sort: readonly SortField[],
  context: StageContext,
): WindowFunction {
  const compute =
    name === '$derivative' || name === '$integral'
      ? compileCurve(name, argument, sort, context)
      : compileCovariance(name, argument, context);
  return function* (partition) {
    const values: unknown[] = [];
    for (let at = 0; at < partition.documents.length; at++) {
      const [from, to] = bounds.find(partition, at);
      const points: Point[] = [];
      for (let place = from; place < to; place++) {
        points.push({ place: partition.places[place], document: partition.documents[place]! });
        if (isTurnOver()) yield PAUSE;
      }
      values.push(compute(points));
      if (isTurnOver(points.length)) yield PAUSE;
    }
    return values;
  };
}

function compileCurve(
  name: '$derivative' | '$integral',
  argument: unknown,
  sort: readonly SortField[],
  context: StageContext,
): (points: readonly Point[]) => unknown {
  const parts = namedParts(argument, { required: ['input'], optional: ['unit'] }, name);
  if (sort.length !== 1) {
    throw new CommandError('FailedToParse', `${name} requires a sortBy with exactly one element`);
  }
  const scale = parts.unit === undefined ? null : millisecondsOf(timeUnit(parts.unit));
  const input = compileExpression(parts.input, context);
  const distance = (a: unknown, b: unknown): NumberValue => {
    if (b instanceof Date !== (scale !== null)) {
      throw new CommandError(
        'Location5624900',
        `${name} with a date sortBy needs a 'unit', and no other sortBy takes one`,
      );
    }
    const apart = difference(placeNumber(b), placeNumber(a));
    return scale === null ? apart : (doubleValue(toNumber(apart) / scale) as NumberValue);
  };
  const heightOf = ({ document }: Point) => numberFrom(name, input(document));
  return name === '$derivative'
    ? (points) => slope(points, heightOf, distance)
    : (points) => area(points, heightOf, distance);
}

function numberFrom(name: string, value: unknown): NumberValue {
  if (isNumber(value)) return value;
  throw new CommandError(
    'Location5429413',
    `${name} input must be a number, but it was ${typeNameOf(value ?? null)}`,
  );
}

type Measure = (a: unknown, b: unknown) => NumberValue;

function slope(
  points: readonly Point[],
  heightOf: (point: Point) => NumberValue,
  distance: Measure,
): unknown {
  const [first] = points;
  const last = points.at(-1);
  if (points.length < 2 || !first || !last) return null;
  const run = distance(first.place, last.place);
  return toNumber(run) === 0 ? null : divideNumbers(difference(heightOf(last), heightOf(first)), run);
}

/** The area under straight lines between the points. */
function area(points: readonly Point[], heightOf: (point: Point) => NumberValue, distance: Measure): unknown {
  if (points.length === 0) return null;
  const sum = new RunningSum();
  for (let at = 1; at < points.length; at++) {
    const height = divideNumbers(addNumbers(heightOf(points[at - 1]!), heightOf(points[at]!)) ?? 0, 2);
    sum.add(multiplyNumbers(height, distance(points[at - 1]!.place, points[at]!.place))!);
  }
  return asFraction(sum.total());
}

const UNITS: Partial<Record<TimeUnit, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

function millisecondsOf(unit: TimeUnit): number {
  const size = UNITS[unit];
  if (size === undefined)
    throw new CommandError('Location5490704', `unit must be 'week' or smaller, but it was '${unit}'`);
  return size;
}

function compileCovariance(
  name: string,
  argument: unknown,
  context: StageContext,
): (points: readonly Point[]) => unknown {
  if (!Array.isArray(argument) || argument.length !== 2) {
    throw new CommandError('FailedToParse', `${name} takes an array of two expressions`);
  }
  const [x, y] = argument.map((part) => compileExpression(part, context));
  const lost = name === '$covarianceSamp' ? 1 : 0;
  return (points) => {
    const pairs = points
      .map(({ document }) => [x!(document), y!(document)])
      .filter((pair): pair is [NumberValue, NumberValue] => pair.every(isNumber))
      .map(([a, b]) => [toNumber(a), toNumber(b)] as const);
    if (pairs.length - lost < 1) return null;
    const meanX = pairs.reduce((sum, [a]) => sum + a, 0) / pairs.length;
    const meanY = pairs.reduce((sum, [, b]) => sum + b, 0) / pairs.length;
    const total = pairs.reduce((sum, [a, b]) => sum + (a - meanX) * (b - meanY), 0);
    return doubleValue(total / (pairs.length - lost));
  };
}
