/** @module Accumulators that hold one value however many are added: `$sum`, `$min`, `$first` and the like. */
import { compareValues, type StringOrder } from './compare.ts';
import { isNumber } from './numbers.ts';
import { RunningSum } from './running-sum.ts';

/** An accumulator at work. */
export interface RunningValue {
  /** Adds a value; `undefined` is a missing one. */
  add(value: unknown): void;
  result(): unknown;
}

/** What starts the accumulator of that name; undefined when it has to hold all values. */
export function runningAccumulator(operator: string, strings: StringOrder): (() => RunningValue) | undefined {
  switch (operator) {
    case '$sum':
      return () => summing((sum) => sum.total());
    case '$avg':
      return () => summing((sum) => sum.mean());
    case '$min':
      return () => extreme(strings, -1);
    case '$max':
      return () => extreme(strings, 1);
    case '$first':
      return () => first();
    case '$last':
      return () => last();
    default:
      return undefined;
  }
}

function summing(finish: (sum: RunningSum) => unknown): RunningValue {
  const sum = new RunningSum();
  return {
    add: (value) => {
      if (isNumber(value)) sum.add(value);
    },
    result: () => finish(sum),
  };
}

/** The value nearest to an end of the order, null and missing left out. */
function extreme(strings: StringOrder, direction: 1 | -1): RunningValue {
  let best: unknown;
  return {
    add: (value) => {
      if (value === null || value === undefined) return;
      if (best === undefined || compareValues(value, best, strings) * direction > 0) best = value;
    },
    result: () => best ?? null,
  };
}

function first(): RunningValue {
  let found: { value: unknown } | undefined;
  return {
    add: (value) => {
      found ??= { value };
    },
    result: () => found?.value ?? null,
  };
}

function last(): RunningValue {
  let found: unknown;
  return {
    add: (value) => {
      found = value;
    },
    result: () => found ?? null,
  };
}
