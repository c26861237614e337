/** @module Accumulators: what `$group`, `$sum` and their kin make out of many values. */

import { spend } from '../pace.ts';
import { doubleValue } from './bson-reader.ts';
import { compareValues, type StringOrder } from './compare.ts';
import { type Document, isDocument, keysOf, withField } from './fields.ts';
import { isNumber, type NumberValue, toNumber } from './numbers.ts';
import { RunningSum } from './running-sum.ts';
import { valueKeys } from './value-key.ts';

/** Makes one value out of the values of a group, in the order of its documents; `undefined` is a missing value. */
export type Accumulate = (values: readonly unknown[], strings: StringOrder) => unknown;

/** The accumulators that take one expression, by name. */
export const ACCUMULATORS: ReadonlyMap<string, Accumulate> = new Map<string, Accumulate>([
  ['$sum', sum],
  ['$avg', average],
  ['$min', (values, strings) => extreme(values, strings, -1)],
  ['$max', (values, strings) => extreme(values, strings, 1)],
  ['$first', (values) => values[0] ?? null],
  ['$last', (values) => values.at(-1) ?? null],
  ['$push', (values) => values.filter((value) => value !== undefined)],
  [
    '$addToSet',
    (values, strings) =>
      distinct(
        values.filter((value) => value !== undefined),
        strings,
      ),
  ],
  ['$mergeObjects', mergeAll],
  ['$stdDevPop', (values) => deviation(values, 0)],
  ['$stdDevSamp', (values) => deviation(values, 1)],
  ['$concatArrays', (values) => values.filter(Array.isArray).flat()],
  ['$setUnion', (values, strings) => distinct(values.filter(Array.isArray).flat(), strings)],
]);

/** Sum of the numbers among the values; 0 without any. */
export function sum(values: readonly unknown[]): NumberValue {
  return summed(values).total();
}

function summed(values: readonly unknown[]): RunningSum {
  spend(values.length);
  const total = new RunningSum();
  for (const value of values) if (isNumber(value)) total.add(value);
  return total;
}

/** Mean of the numbers among the values; null without any. */
export function average(values: readonly unknown[]): unknown {
  return summed(values).mean();
}

/** The values without those equal to an earlier one. */
export function distinct(values: readonly unknown[], strings: StringOrder): unknown[] {
  spend(values.length * 2);
  const found = new Map<string, unknown>();
  const keyOf = valueKeys(strings);
  for (const value of values) {
    const key = keyOf(value);
    if (!found.has(key)) found.set(key, value);
  }
  return [...found.values()];
}

/** The value nearest to an end of the order, null and missing left out; null without any. */
export function extreme(values: readonly unknown[], strings: StringOrder, direction: 1 | -1): unknown {
  let best: unknown;
  spend(values.length);
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (best === undefined || compareValues(value, best, strings) * direction > 0) best = value;
  }
  return best ?? null;
}

function mergeAll(values: readonly unknown[]): Document {
  let merged: Document = {};
  for (const value of values) {
    if (!isDocument(value)) continue;
    for (const key of keysOf(value)) merged = withField(merged, key, value[key]);
  }
  return merged;
}

function deviation(values: readonly unknown[], lost: 0 | 1): unknown {
  const numbers = values.filter(isNumber).map(toNumber);
  if (numbers.length - lost < 1) return null;
  const mean = numbers.reduce((total, value) => total + value, 0) / numbers.length;
  const squares = numbers.reduce((total, value) => total + (value - mean) ** 2, 0);
  return doubleValue(Math.sqrt(squares / (numbers.length - lost)));
}

/**
 * Percentiles by MongoDB's discrete rule: the smallest value that at least the share `p` of the values do not exceed.
 */
export function percentiles(values: readonly unknown[], shares: readonly number[]): unknown[] {
  const numbers = values
    .filter(isNumber)
    .map(toNumber)
    .filter((value) => !Number.isNaN(value));
  numbers.sort((a, b) => a - b);
  return shares.map((share) => {
    if (numbers.length === 0) return null;
    const rank = Math.max(0, Math.ceil(share * numbers.length) - 1);
    return doubleValue(numbers[rank]!);
  });
}
