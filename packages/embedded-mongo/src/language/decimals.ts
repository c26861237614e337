/** @module Exact decimal arithmetic behind Decimal128 and behind comparing numbers of different types. */
import { Decimal128 } from 'bson';

/** A finite number, `coefficient · 10^exponent`, exactly. */
export interface ExactDecimal {
  coefficient: bigint;
  exponent: number;
}

/** What a Decimal128 holds: an exact number, or `NaN`, `Infinity`, `-Infinity` as a JavaScript number. */
export type DecimalValue = ExactDecimal | number;

const SHAPE = /^(-?)(\d+)(?:\.(\d*))?(?:E([+-]?\d+))?$/i;

/** Takes a Decimal128 apart. */
export function decimalValueOf(decimal: Decimal128): DecimalValue {
  const text = decimal.toString();
  const parts = SHAPE.exec(text);
  if (parts === null) return text === 'NaN' ? Number.NaN : Number(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const coefficient = BigInt(whole + fraction);
  return {
    coefficient: sign === '-' ? -coefficient : coefficient,
    exponent: Number(exponent) - fraction.length,
  };
}

/** The exact value of a finite double. */
export function exactDouble(value: number): ExactDecimal {
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  let mantissa = value;
  let halvings = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    halvings++;
  }
  return { coefficient: BigInt(mantissa) * 5n ** BigInt(halvings), exponent: -halvings };
}

/** Rounds to Decimal128's 34 digits. */
export function toDecimal128(value: DecimalValue): Decimal128 {
  if (typeof value === 'number') {
    return Decimal128.fromString(Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
  }
  const { coefficient, exponent } = fitDigits(value, 34);
  return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}

/** Sum of two decimals, exact. */
export function addDecimals(left: DecimalValue, right: DecimalValue): DecimalValue {
  if (typeof left === 'number' || typeof right === 'number') return roughly(left) + roughly(right);
  const exponent = Math.min(left.exponent, right.exponent);
  return { coefficient: scaled(left, exponent) + scaled(right, exponent), exponent };
}

/** Product of two decimals, exact. */
export function multiplyDecimals(left: DecimalValue, right: DecimalValue): DecimalValue {
  if (typeof left === 'number' || typeof right === 'number') return roughly(left) * roughly(right);
  return { coefficient: left.coefficient * right.coefficient, exponent: left.exponent + right.exponent };
}

/** Quotient of two decimals to more digits than a Decimal128 keeps. */
export function divideDecimals(left: DecimalValue, right: DecimalValue): DecimalValue {
  if (typeof left === 'number' || typeof right === 'number') return roughly(left) / roughly(right);
  if (right.coefficient === 0n) return roughly(left) / 0;
  let { coefficient, exponent } = {
    coefficient: left.coefficient * 10n ** 40n,
    exponent: left.exponent - 40,
  };
  coefficient /= right.coefficient;
  exponent -= right.exponent;
  while (coefficient !== 0n && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent++;
  }
  return { coefficient, exponent };
}

/** Which of two finite numbers is greater, exactly: -1, 0 or 1. */
export function compareDecimals(left: ExactDecimal, right: ExactDecimal): number {
  const exponent = Math.min(left.exponent, right.exponent);
  const a = scaled(left, exponent);
  const b = scaled(right, exponent);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The nearest double. */
export function roughly(value: DecimalValue): number {
  return typeof value === 'number' ? value : Number(`${value.coefficient}e${value.exponent}`);
}

function scaled(value: ExactDecimal, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent);
}

function fitDigits(value: ExactDecimal, digits: number): ExactDecimal {
  const length = (value.coefficient < 0n ? -value.coefficient : value.coefficient).toString().length;
  if (length <= digits) return value;
  const drop = length - digits;
  const unit = 10n ** BigInt(drop);
  const negative = value.coefficient < 0n;
  const magnitude = negative ? -value.coefficient : value.coefficient;
  let kept = magnitude / unit;
  const twice = (magnitude % unit) * 2n;
  // Half to even, as IEEE 754 decimals round.
  if (twice > unit || (twice === unit && kept % 2n === 1n)) kept += 1n;
  return { coefficient: negative ? -kept : kept, exponent: value.exponent + drop };
}
