/** @module Whether a document matches a filter, for the database in memory. */

import type { Document } from '../ports.ts';
import { isPlainObject } from '../values/copy.ts';
import { readSegments } from '../values/path.ts';

/**
 * Whether `document` matches `filter`: equality (also of a list's items), dotted paths, and the operators below.
 *
 * @throws Error for an operator that is not known here
 */
export function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([key, condition]) => {
    if (key === '$and') return (condition as Document[]).every((one) => matches(document, one));
    if (key === '$or') return (condition as Document[]).some((one) => matches(document, one));
    if (key === '$nor') return !(condition as Document[]).some((one) => matches(document, one));
    if (key.startsWith('$')) throw unknown(key);
    return meets(read(document, key), condition);
  });
}

function meets(value: unknown, condition: unknown): boolean {
  if (!isPlainObject(condition) || !Object.keys(condition).some((key) => key.startsWith('$')))
    return equals(value, condition);
  return Object.entries(condition).every(([operator, operand]) => {
    const test = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (!test) throw unknown(operator);
    return test(value, operand);
  });
}

type Comparable = number;

const OPERATORS: Record<string, (value: unknown, operand: unknown) => boolean> = {
  $eq: (value, operand) => equals(value, operand),
  $ne: (value, operand) => !equals(value, operand),
  $gt: (value, operand) => typeof value === typeof operand && (value as Comparable) > (operand as Comparable),
  $gte: (value, operand) =>
    typeof value === typeof operand && (value as Comparable) >= (operand as Comparable),
  $lt: (value, operand) => typeof value === typeof operand && (value as Comparable) < (operand as Comparable),
  $lte: (value, operand) =>
    typeof value === typeof operand && (value as Comparable) <= (operand as Comparable),
  $in: (value, operand) => (operand as unknown[]).some((one) => equals(value, one)),
  $nin: (value, operand) => !(operand as unknown[]).some((one) => equals(value, one)),
  $exists: (value, operand) => (value !== undefined) === Boolean(operand),
  $not: (value, operand) => !meets(value, operand),
  $size: (value, operand) => Array.isArray(value) && value.length === operand,
  $regex: (value, operand) => typeof value === 'string' && new RegExp(operand as string).test(value),
};

function equals(value: unknown, wanted: unknown): boolean {
  if (value === wanted || (wanted === null && value === undefined)) return true;
  if (Array.isArray(value) && !Array.isArray(wanted)) return value.some((one) => equals(one, wanted));
  if (typeof value !== 'object' || typeof wanted !== 'object') return false;
  return JSON.stringify(value) === JSON.stringify(wanted);
}

function read(document: Document, path: string): unknown {
  return readSegments(document, path.split('.'), 0);
}

function unknown(operator: string): Error {
  return new Error(`The database in memory does not know the operator "${operator}"`);
}
