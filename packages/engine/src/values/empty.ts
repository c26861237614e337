/** @module Which values count as left out. */
import { isPlainObject } from './copy.ts';

/** Whether a value counts as left out: absent, blank, or without anything in it. */
export function isEmptyValue(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPlainObject(value) && Object.keys(value).length === 0;
}

/** The first value that is not empty; when all are empty, the first that is there. */
export function firstFilled(values: readonly unknown[]): unknown {
  return values.find((one) => !isEmptyValue(one)) ?? values.find((one) => one !== undefined);
}
