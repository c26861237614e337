/** @module Adds numbers of any kinds one by one: integers and decimals exactly, doubles with what each addition rounds off. */
import { doubleValue } from './bson-reader.ts';
import {
  addNumbers,
  decimalOf,
  divideNumbers,
  integerValue,
  type NumberValue,
  numberKind,
  toNumber,
} from './numbers.ts';

/** A sum of numbers of any kinds. */
export class RunningSum {
  /** How many numbers were added. */
  count = 0;
  #small = 0;
  #large = 0n;
  #hasLong = false;
  #doubles: { high: number; low: number } | null = null;
  #decimal: NumberValue | null = null;

  /** Adds a number. */
  add(value: NumberValue): void {
    this.count++;
    switch (numberKind(value)) {
      case 'int':
        this.#addSmall(toNumber(value));
        return;
      case 'long':
        this.#hasLong = true;
        this.#large += typeof value === 'bigint' ? value : BigInt(String(value));
        return;
      case 'double':
        this.#doubles ??= { high: 0, low: 0 };
        addDouble(this.#doubles, toNumber(value));
        return;
      default:
        this.#decimal = this.#decimal === null ? value : addNumbers(this.#decimal, value)!;
    }
  }

  /** The sum, of the widest kind that was added; int 0 without any number. */
  total(): NumberValue {
    const whole = this.#large + BigInt(this.#small);
    if (this.#decimal !== null) return this.#decimalTotal(this.#decimal, whole);
    if (this.#doubles !== null) return doubleValue(roundedSum(this.#doubles, whole)) as NumberValue;
    const integer = integerValue(whole);
    if (integer === undefined) return doubleValue(Number(whole)) as NumberValue;
    return this.#hasLong ? whole : integer;
  }

  /** The mean, a double or a decimal; null without any number. */
  mean(): NumberValue | null {
    return this.count === 0 ? null : divideNumbers(this.total(), this.count);
  }

  #addSmall(value: number): void {
    this.#small += value;
    if (Number.isSafeInteger(this.#small * 2)) return;
    this.#large += BigInt(this.#small);
    this.#small = 0;
  }

  #decimalTotal(decimal: NumberValue, whole: bigint): NumberValue {
    const withDoubles =
      this.#doubles === null
        ? decimal
        : addNumbers(
            decimal,
            decimalOf(doubleValue(roundedSum(this.#doubles, 0n)) as NumberValue) as NumberValue,
          )!;
    const integer = integerValue(whole) ?? (doubleValue(Number(whole)) as NumberValue);
    return addNumbers(withDoubles, integer)!;
  }
}

/** Adds a double to a sum of two: `low` keeps what `high` cannot hold. */
function addDouble(sum: { high: number; low: number }, value: number): void {
  const high = sum.high + value;
  const part = high - sum.high;
  const lost = sum.high - (high - part) + (value - part);
  sum.high = high;
  if (Number.isFinite(lost)) sum.low += lost;
}

function roundedSum(doubles: { high: number; low: number }, whole: bigint): number {
  const sum = { ...doubles };
  const nearest = Number(whole);
  addDouble(sum, nearest);
  addDouble(sum, Number(whole - BigInt(nearest)));
  return Number.isFinite(sum.high) ? sum.high + sum.low : sum.high;
}
