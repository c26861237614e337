/** @module Reads plain JavaScript values out of BSON ones, for the options of commands. */
import { isNumber, toNumber } from './language/numbers.ts';

/** The nearest JavaScript number to a BSON number of any type; undefined for everything else. */
export function numberOf(value: unknown): number | undefined {
  return isNumber(value) ? toNumber(value) : undefined;
}

/** Whether an option is switched on, as MongoDB reads booleans: `true` and every number but zero. */
export function isOn(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const number = numberOf(value);
  return number !== undefined && number !== 0;
}
