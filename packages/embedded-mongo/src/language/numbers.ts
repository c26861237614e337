/** @module MongoDB's four number types: which one a value has, their order, and arithmetic that widens them. */
import type { Decimal128 } from 'bson';
import { doubleValue } from './bson-reader.ts';
import {
  addDecimals,
  compareDecimals,
  type DecimalValue,
  decimalValueOf,
  divideDecimals,
  type ExactDecimal,
  exactDouble,
  multiplyDecimals,
  roughly,
  toDecimal128,
} from './decimals.ts';

/** MongoDB's names of its number types, narrowest first. */
export type NumberKind = 'int' | 'long' | 'double' | 'decimal';

/** A value of the model that is a number. */
export type NumberValue =
  | number
  | bigint
  | { readonly _bsontype: 'Double' | 'Int32' | 'Long' | 'Decimal128' };

/** The kind of a number; `undefined` for every other value. */
export function numberKind(value: unknown): NumberKind | undefined {
  if (typeof value === 'number') return value === (value | 0) && !Object.is(value, -0) ? 'int' : 'double';
  if (typeof value === 'bigint') return 'long';
  if (typeof value !== 'object' || value === null) return undefined;
  switch ((value as { _bsontype?: unknown })._bsontype) {
    case 'Double':
      return 'double';
    case 'Int32':
      return 'int';
    case 'Long':
      return 'long';
    case 'Decimal128':
      return 'decimal';
    default:
      return undefined;
  }
}

/** Whether a value is a number of any kind. */
export function isNumber(value: unknown): value is NumberValue {
  return numberKind(value) !== undefined;
}

/** The nearest JavaScript number to a number of any kind. */
export function toNumber(value: NumberValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value._bsontype === 'Decimal128') return roughly(decimalValueOf(value as unknown as Decimal128));
  if (value._bsontype === 'Long') return Number(longOf(value));
  return (value as unknown as { value: number }).value;
}

/** A number as an int64 when it is a whole number that fits; `undefined` otherwise. */
export function toInt64(value: NumberValue): bigint | undefined {
  const kind = numberKind(value);
  if (kind === 'long') return longOf(value);
  const exact = exactOf(value);
  if (typeof exact === 'number') return undefined;
  const whole = wholeOf(exact);
  return whole !== undefined && fitsInt64(whole) ? whole : undefined;
}

/** A whole number in the narrowest of int and long; `undefined` when it does not fit into an int64. */
export function integerValue(value: bigint): number | bigint | undefined {
  if (value >= -2147483648n && value <= 2147483647n) return Number(value);
  return fitsInt64(value) ? value : undefined;
}

/** Order of two numbers of any kinds, exact; NaN is the smallest and equal to itself. */
export function compareNumbers(left: NumberValue, right: NumberValue): number {
  if (typeof left === 'number' && typeof right === 'number') return compareDoubles(left, right);
  const a = toNumber(left);
  const b = toNumber(right);
  // Rounding to a double keeps order, so that only equal images need the exact values.
  if (a !== b || Number.isNaN(a)) return compareDoubles(a, b);
  const exactA = exactOf(left);
  const exactB = exactOf(right);
  if (typeof exactA === 'number') return typeof exactB === 'number' ? 0 : a > 0 ? 1 : -1;
  if (typeof exactB === 'number') return b > 0 ? -1 : 1;
  return compareDecimals(exactA, exactB);
}

/** The exact value of a finite number; NaN and infinities as JavaScript numbers. */
export function exactOf(value: NumberValue): DecimalValue {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  if (typeof value !== 'number' && value._bsontype === 'Decimal128') {
    return decimalValueOf(value as unknown as Decimal128);
  }
  if (typeof value !== 'number' && value._bsontype === 'Long')
    return { coefficient: longOf(value), exponent: 0 };
  const number = toNumber(value);
  return Number.isFinite(number) ? exactDouble(number) : number;
}

/** Sum in the wider kind; `undefined` when two integers overflow int64. */
export function addNumbers(left: NumberValue, right: NumberValue): NumberValue | undefined {
  return combine(left, right, {
    double: (a, b) => a + b,
    long: (a, b) => a + b,
    decimal: addDecimals,
  });
}

/** Difference in the wider kind; `undefined` when two integers overflow int64. */
export function subtractNumbers(left: NumberValue, right: NumberValue): NumberValue | undefined {
  return combine(left, right, {
    double: (a, b) => a - b,
    long: (a, b) => a - b,
    decimal: (a, b) => addDecimals(a, multiplyDecimals(b, { coefficient: -1n, exponent: 0 })),
  });
}

/** Product in the wider kind; `undefined` when two integers overflow int64. */
export function multiplyNumbers(left: NumberValue, right: NumberValue): NumberValue | undefined {
  return combine(left, right, {
    double: (a, b) => a * b,
    long: (a, b) => a * b,
    decimal: multiplyDecimals,
  });
}

/** Quotient: a decimal when one side is, otherwise a double. */
export function divideNumbers(left: NumberValue, right: NumberValue): NumberValue {
  if (numberKind(left) === 'decimal' || numberKind(right) === 'decimal') {
    return toDecimal128(divideDecimals(decimalFrom(left), decimalFrom(right))) as NumberValue;
  }
  return doubleValue(toNumber(left) / toNumber(right)) as NumberValue;
}

/** Any number as a Decimal128; a double keeps the 15 digits that MongoDB keeps. */
export function decimalOf(value: NumberValue): Decimal128 {
  return toDecimal128(decimalFrom(value));
}

/** The wider of two kinds. */
export function widerKind(left: NumberKind, right: NumberKind): NumberKind {
  return KINDS.indexOf(left) > KINDS.indexOf(right) ? left : right;
}

const KINDS: readonly NumberKind[] = ['int', 'long', 'double', 'decimal'];

interface Operation {
  double(a: number, b: number): number;
  long(a: bigint, b: bigint): bigint;
  decimal(a: DecimalValue, b: DecimalValue): DecimalValue;
}

function combine(left: NumberValue, right: NumberValue, operation: Operation): NumberValue | undefined {
  const kind = widerKind(numberKind(left) ?? 'double', numberKind(right) ?? 'double');
  if (kind === 'decimal') {
    return toDecimal128(operation.decimal(decimalFrom(left), decimalFrom(right))) as NumberValue;
  }
  if (kind === 'double') return doubleValue(operation.double(toNumber(left), toNumber(right))) as NumberValue;
  const result = operation.long(longOf(left), longOf(right));
  if (kind === 'int') return integerValue(result);
  return fitsInt64(result) ? result : undefined;
}

function decimalFrom(value: NumberValue): DecimalValue {
  if (numberKind(value) !== 'double') return exactOf(value);
  const number = toNumber(value);
  if (!Number.isFinite(number)) return number;
  const [mantissa = '0', exponent = '0'] = number.toPrecision(15).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const trimmed = fraction.replace(/0+$/, '');
  return { coefficient: BigInt(whole + trimmed), exponent: Number(exponent) - trimmed.length };
}

function longOf(value: NumberValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  if (value._bsontype === 'Long') return (value as unknown as { toBigInt(): bigint }).toBigInt();
  return BigInt((value as unknown as { value: number }).value);
}

function wholeOf(value: ExactDecimal): bigint | undefined {
  if (value.coefficient === 0n) return 0n;
  if (value.exponent >= 0)
    return value.exponent > 30 ? undefined : value.coefficient * 10n ** BigInt(value.exponent);
  const unit = 10n ** BigInt(-value.exponent);
  return value.coefficient % unit === 0n ? value.coefficient / unit : undefined;
}

function fitsInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
}
