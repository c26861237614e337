/** @module Expression operators on numbers, keeping MongoDB's number types. */

import type { Decimal128 } from 'bson';
import { CommandError } from '../command-error.ts';
import { doubleValue } from './bson-reader.ts';
import { decimalValueOf, toDecimal128 } from './decimals.ts';
import type { OperatorCompiler, OperatorTable } from './expression-parts.ts';
import {
  addNumbers,
  divideNumbers,
  integerValue,
  isNumber,
  multiplyNumbers,
  type NumberValue,
  numberKind,
  subtractNumbers,
  toInt64,
  toNumber,
} from './numbers.ts';
import { isNil, numberArgument, operator, strictOperator, typeOf } from './operator-arguments.ts';

const MANY = Number.POSITIVE_INFINITY;

/** `$add`, `$round`, `$sin`, `$bitAnd` and the like. */
export const arithmeticOperators: OperatorTable = {
  $add: operator([0, MANY], (values) => (values.some(isNil) ? null : values.reduce(add, 0))),
  $subtract: strictOperator([2, 2], ([left, right]) => subtract(left, right)),
  $multiply: strictOperator([0, MANY], (values, name) =>
    values.reduce<NumberValue>((product, value) => {
      const factor = numberArgument(value, name);
      return multiplyNumbers(product, factor) ?? toNumber(product) * toNumber(factor);
    }, 1),
  ),
  $divide: strictOperator([2, 2], ([left, right], name) => {
    const divisor = numberArgument(right, name);
    const dividend = numberArgument(left, name);
    if (toNumber(divisor) === 0) throw new CommandError('BadValue', "can't $divide by zero");
    return divideNumbers(dividend, divisor);
  }),
  $mod: strictOperator([2, 2], ([left, right], name) =>
    modulo(numberArgument(left, name), numberArgument(right, name)),
  ),
  $abs: strictOperator([1, 1], ([value], name) => {
    const number = numberArgument(value, name);
    if (toNumber(number) >= 0 || Number.isNaN(toNumber(number))) return number;
    const positive = subtractNumbers(0, number);
    if (positive !== undefined) return positive;
    throw new CommandError('Location28680', "can't take $abs of long long min");
  }),
  $ceil: rounding(Math.ceil),
  $floor: rounding(Math.floor),
  $round: strictOperator([1, 2], ([value, place], name) =>
    roundTo(numberArgument(value, name), placeOf(place), 'nearest'),
  ),
  $trunc: strictOperator([1, 2], ([value, place], name) =>
    roundTo(numberArgument(value, name), placeOf(place), 'zero'),
  ),
  $pow: strictOperator([2, 2], ([base, exponent], name) =>
    power(numberArgument(base, name), numberArgument(exponent, name)),
  ),
  $sqrt: double((x) => {
    if (x < 0) throw new CommandError('Location28714', "$sqrt's argument must be greater than or equal to 0");
    return Math.sqrt(x);
  }),
  $exp: double(Math.exp),
  $ln: double((x) => Math.log(positive(x, '$ln'))),
  $log10: double((x) => Math.log10(positive(x, '$log10'))),
  $log: strictOperator([2, 2], ([value, base], name) => {
    const number = positive(toNumber(numberArgument(value, name)), '$log');
    const root = toNumber(numberArgument(base, name));
    if (!(root > 0) || root === 1) {
      throw new CommandError(
        'Location28759',
        `$log's base must be a positive number not equal to 1, but is ${root}`,
      );
    }
    return doubleValue(Math.log(number) / Math.log(root));
  }),
  $sin: double(Math.sin),
  $cos: double(Math.cos),
  $tan: double(Math.tan),
  $asin: double(Math.asin),
  $acos: double(Math.acos),
  $atan: double(Math.atan),
  $sinh: double(Math.sinh),
  $cosh: double(Math.cosh),
  $tanh: double(Math.tanh),
  $asinh: double(Math.asinh),
  $acosh: double(Math.acosh),
  $atanh: double(Math.atanh),
  $atan2: strictOperator([2, 2], ([y, x], name) =>
    doubleValue(Math.atan2(toNumber(numberArgument(y, name)), toNumber(numberArgument(x, name)))),
  ),
  $degreesToRadians: double((x) => (x * Math.PI) / 180),
  $radiansToDegrees: double((x) => (x * 180) / Math.PI),
  $sigmoid: double((x) => 1 / (1 + Math.exp(-x))),
  $rand: operator([0, 1], () => Math.random()),
  $bitAnd: bits((a, b) => a & b, -1n),
  $bitOr: bits((a, b) => a | b, 0n),
  $bitXor: bits((a, b) => a ^ b, 0n),
  $bitNot: strictOperator([1, 1], ([value], name) => sameWidth([value], ~int64(value, name))),
};

/** A sum as `$add` and `$inc` make it; a date plus a number of milliseconds is a date. */
function add(left: unknown, right: unknown): unknown {
  if (left instanceof Date || right instanceof Date) {
    if (left instanceof Date && right instanceof Date) {
      throw new CommandError('Location16612', 'only one date allowed in an $add expression');
    }
    return new Date(millisecondsOf(left) + millisecondsOf(right));
  }
  const a = addend(left);
  const b = addend(right);
  return addNumbers(a, b) ?? toNumber(a) + toNumber(b);
}

function millisecondsOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Math.round(toNumber(addend(value)));
}

function addend(value: unknown): NumberValue {
  if (isNumber(value)) return value;
  throw new CommandError('TypeMismatch', `$add only supports numeric or date types, not ${typeOf(value)}`);
}

function subtract(left: unknown, right: unknown): unknown {
  if (left instanceof Date && right instanceof Date) return BigInt(left.getTime() - right.getTime());
  if (left instanceof Date && isNumber(right)) return new Date(left.getTime() - Math.round(toNumber(right)));
  if (!isNumber(left) || !isNumber(right)) {
    throw new CommandError('TypeMismatch', `can't $subtract ${typeOf(right)} from ${typeOf(left)}`);
  }
  return subtractNumbers(left, right) ?? toNumber(left) - toNumber(right);
}

function modulo(left: NumberValue, right: NumberValue): unknown {
  if (toNumber(right) === 0) throw new CommandError('BadValue', "can't $mod by zero");
  const kinds = [numberKind(left), numberKind(right)];
  if (kinds.includes('decimal')) {
    const quotient = roundTo(divideNumbers(left, right), 0, 'zero') as NumberValue;
    return subtractNumbers(left, multiplyNumbers(quotient, right)!);
  }
  if (kinds.includes('double')) return doubleValue(toNumber(left) % toNumber(right));
  const rest = toInt64(left)! % toInt64(right)!;
  return kinds.includes('long') ? rest : Number(rest);
}

function power(base: NumberValue, exponent: NumberValue): unknown {
  const kinds = [numberKind(base), numberKind(exponent)];
  const result = toNumber(base) ** toNumber(exponent);
  if (kinds.includes('decimal')) return toDecimal128(decimalValueOf(toDecimal128(decimalFromNumber(result))));
  if (kinds.includes('double') || toNumber(exponent) < 0) return doubleValue(result);
  const exact = toInt64(base)! ** toInt64(exponent)!;
  const whole = integerValue(exact);
  if (whole === undefined) return doubleValue(result);
  return kinds.includes('long') ? BigInt(whole) : whole;
}

function decimalFromNumber(value: number) {
  if (!Number.isFinite(value)) return value;
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const fraction = mantissa.split('.')[1] ?? '';
  return { coefficient: BigInt(mantissa.replace('.', '')), exponent: Number(exponent) - fraction.length };
}

function rounding(round: (value: number) => number): OperatorCompiler {
  return strictOperator([1, 1], ([value], name) => {
    const number = numberArgument(value, name);
    const kind = numberKind(number);
    if (kind === 'int' || kind === 'long') return number;
    if (kind === 'double') return doubleValue(round(toNumber(number)));
    const towardsZero = roundTo(number, 0, 'zero') as NumberValue;
    const isExact = toNumber(subtractNumbers(number, towardsZero)!) === 0;
    if (isExact) return towardsZero;
    const isNegative = toNumber(number) < 0;
    if (round === Math.floor) return isNegative ? subtractNumbers(towardsZero, 1) : towardsZero;
    return isNegative ? towardsZero : addNumbers(towardsZero, 1);
  });
}

function placeOf(place: unknown): number {
  return place === undefined ? 0 : toNumber(numberArgument(place, '$round'));
}

/** Rounds at a decimal place: half to even, or towards zero. */
function roundTo(value: NumberValue, place: number, mode: 'nearest' | 'zero'): unknown {
  if (!Number.isInteger(place) || place < -20 || place > 100) {
    throw new CommandError(
      'Location51083',
      `cannot apply $round with precision value ${place} value must be in [-20, 100]`,
    );
  }
  const kind = numberKind(value);
  if (kind === 'decimal') {
    const parts = decimalValueOf(value as unknown as Decimal128);
    return typeof parts === 'number' ? value : toDecimal128(roundedParts(parts, place, mode));
  }
  const number = toNumber(value);
  if (!Number.isFinite(number)) return value;
  if (kind !== 'double' && place >= 0) return value;
  const rounded = roundedParts(shortestParts(number, value), place, mode);
  if (kind === 'double') return doubleValue(Number(`${rounded.coefficient}e${rounded.exponent}`));
  const whole = rounded.coefficient * 10n ** BigInt(Math.max(0, rounded.exponent));
  return kind === 'long' ? whole : (integerValue(whole) ?? value);
}

function shortestParts(number: number, value: NumberValue) {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  const parts = decimalFromNumber(number);
  return typeof parts === 'number' ? { coefficient: 0n, exponent: 0 } : parts;
}

function roundedParts(
  parts: { coefficient: bigint; exponent: number },
  place: number,
  mode: 'nearest' | 'zero',
) {
  const drop = -place - parts.exponent;
  if (drop <= 0) return parts;
  const unit = 10n ** BigInt(drop);
  const negative = parts.coefficient < 0n;
  const magnitude = negative ? -parts.coefficient : parts.coefficient;
  let kept = magnitude / unit;
  const twice = (magnitude % unit) * 2n;
  if (mode === 'nearest' && (twice > unit || (twice === unit && kept % 2n === 1n))) kept += 1n;
  return { coefficient: negative ? -kept : kept, exponent: -place };
}

function double(run: (value: number) => number): OperatorCompiler {
  return strictOperator([1, 1], ([value], name) => doubleValue(run(toNumber(numberArgument(value, name)))));
}

function positive(value: number, name: string): number {
  if (value > 0 || Number.isNaN(value)) return value;
  throw new CommandError('Location28766', `${name}'s argument must be a positive number, but is ${value}`);
}

function bits(run: (a: bigint, b: bigint) => bigint, start: bigint): OperatorCompiler {
  return strictOperator([0, MANY], (values, name) =>
    sameWidth(
      values,
      values.reduce<bigint>((result, value) => run(result, int64(value, name)), start),
    ),
  );
}

function int64(value: unknown, name: string): bigint {
  const kind = numberKind(value);
  const whole = kind === 'int' || kind === 'long' ? toInt64(value as NumberValue) : undefined;
  if (whole !== undefined) return whole;
  throw new CommandError('TypeMismatch', `${name} only supports int and long operands.`);
}

function sameWidth(values: readonly unknown[], result: bigint): unknown {
  return values.some((value) => numberKind(value) === 'long') ? result : Number(result);
}
