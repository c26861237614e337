/** @module Values made out of those of neighbouring documents, in the number types that MongoDB gives them. */
import { CommandError } from '../../command-error.ts';
import { doubleValue } from '../bson-reader.ts';
import { typeNameOf } from '../compare.ts';
import {
  addNumbers,
  compareNumbers,
  divideNumbers,
  isNumber,
  multiplyNumbers,
  type NumberValue,
  subtractNumbers,
  toNumber,
} from '../numbers.ts';

/** `$locf`: a value that is null or missing is the last one before it that is not. */
export function carryForward(values: readonly unknown[]): unknown[] {
  let last: unknown = null;
  return values.map((value) => {
    last = value ?? last;
    return last;
  });
}

/**
 * `$linearFill`: a value that is null or missing lies on the line between its neighbours; null before the first and
 * after the last.
 * @throws CommandError for values that are no numbers, places that are neither numbers nor dates, or equal places
 */
export function interpolate(values: readonly unknown[], places: readonly unknown[]): unknown[] {
  const numbers = places.map(placeNumber);
  for (let at = 1; at < numbers.length; at++) {
    if (compareNumbers(numbers[at - 1]!, numbers[at]!) === 0) {
      throw new CommandError('Location6050106', 'There can be no repeated values in the sort field');
    }
  }
  const filled = values.map(checkedValue);
  let left = -1;
  for (let at = 0; at < filled.length; at++) {
    if (filled[at] === null) continue;
    for (let gap = left + 1; gap < at && left >= 0; gap++) {
      const rise = asFraction(difference(filled[at]!, filled[left]!));
      const part = multiplyNumbers(rise, difference(numbers[gap]!, numbers[left]!))!;
      const share = divideNumbers(part, difference(numbers[at]!, numbers[left]!));
      filled[gap] = addNumbers(filled[left]!, share)!;
    }
    left = at;
  }
  return filled;
}

/** `$expMovingAvg`: each value with its weight, all before it with the rest. */
export function movingAverage(values: readonly unknown[], weight: number): unknown[] {
  const share = doubleValue(weight) as NumberValue;
  const rest = doubleValue(1 - weight) as NumberValue;
  let average: NumberValue | null = null;
  return values.map((value) => {
    if (isNumber(value)) {
      average =
        average === null
          ? asFraction(value)
          : addNumbers(multiplyNumbers(value, share)!, multiplyNumbers(average, rest)!)!;
    }
    return average;
  });
}

/** The difference of two numbers. */
export function difference(a: NumberValue, b: NumberValue): NumberValue {
  return subtractNumbers(a, b) ?? (doubleValue(toNumber(a) - toNumber(b)) as NumberValue);
}

/** A computed number: a double, or a decimal when it is one. */
export function asFraction(value: NumberValue): NumberValue {
  return divideNumbers(value, 1);
}

/** A number, or a date's milliseconds. @throws CommandError TypeMismatch */
export function placeNumber(place: unknown): NumberValue {
  if (place instanceof Date) return BigInt(place.getTime());
  if (isNumber(place)) return place;
  throw new CommandError(
    'TypeMismatch',
    `the sortBy field must be a number or a date, but it was ${typeNameOf(place)}`,
  );
}

function checkedValue(value: unknown): NumberValue | null {
  if (value === null || value === undefined) return null;
  if (isNumber(value)) return value;
  throw new CommandError(
    'TypeMismatch',
    `Value to be filled must be numeric or nullish, but it was ${typeNameOf(value)}`,
  );
}
