/** @module Which MongoDB operators a stored step may use; values that come from variables may use none. */

import { TerminalError } from './errors.ts';
import { isPlainObject } from './values/copy.ts';
import type { Reference } from './values/reference.ts';

/** Operators that a filter may hold when it reaches the database. None of them runs code or reaches another collection. */
export const FILTER_OPERATORS: ReadonlySet<string> = new Set(
  '$eq $ne $gt $gte $lt $lte $in $nin $and $or $nor $not $exists $type $all $elemMatch $size $regex $options $mod'.split(
    ' ',
  ),
);

/** Operators of a stored filter: `$pattern` becomes `$regex` when the step runs. */
const STORED_FILTER_OPERATORS = new Set([...FILTER_OPERATORS, '$pattern']);

/** Operators of a stored change. */
const UPDATE_OPERATORS = new Set(
  '$set $unset $inc $mul $min $max $rename $currentDate $push $pull $pullAll $addToSet $pop $each $slice $sort $position $type'
    .split(' ')
    .concat([...FILTER_OPERATORS].filter((name) => !['$regex', '$options'].includes(name))),
);

/** Where operators stand. A new document may hold none at all. */
export type OperatorContext = 'filter' | 'update' | 'document';

/** An operator that may not stand where it stands. */
export interface OperatorFinding {
  operator: string;
  /** Keys and list positions from the value on. */
  at: (string | number)[];
}

/** Every `$`-key in a stored value that its place does not allow. */
export function findForbiddenOperators(value: unknown, context: OperatorContext): OperatorFinding[] {
  const findings: OperatorFinding[] = [];
  const open: { value: unknown; at: (string | number)[] }[] = [{ value, at: [] }];
  while (open.length > 0) {
    const { value: current, at } = open.pop()!;
    if (Array.isArray(current)) {
      current.forEach((item, index) => {
        open.push({ value: item, at: [...at, index] });
      });
    } else if (isPlainObject(current)) {
      for (const [key, inner] of Object.entries(current)) {
        if (key.startsWith('$') && !isAllowed(key, context))
          findings.push({ operator: key, at: [...at, key] });
        open.push({ value: inner, at: [...at, key] });
      }
    }
  }
  return findings;
}

/**
 * Refuses a value from a variable that holds a `$`-key anywhere: callers send data, never operators.
 *
 * @param nodeType for the message
 * @throws TerminalError `OPERATOR_NOT_ALLOWED`, naming the field and the reference
 */
export function refuseOperatorsFromVariables(nodeType: string, reference: Reference, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const operator = firstOperator(value);
  if (operator === undefined) return;
  const field = reference.at.join('.');
  throw new TerminalError(
    `${nodeType}: ${field === '' ? 'the value' : `field "${field}"`} got the operator "${operator}" from "${reference.path}"; ` +
      'values from callers and earlier steps are data and may not hold operators',
    { code: 'OPERATOR_NOT_ALLOWED', details: { field, reference: reference.path, operator } },
  );
}

function firstOperator(value: object): string | undefined {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const current = open.pop();
    if (Array.isArray(current)) {
      for (const item of current) open.push(item);
    } else if (isPlainObject(current)) {
      for (const key of Object.keys(current)) {
        if (key.startsWith('$')) return key;
        open.push(current[key]);
      }
    }
  }
  return undefined;
}

function isAllowed(key: string, context: OperatorContext): boolean {
  if (context === 'document') return false;
  return (context === 'filter' ? STORED_FILTER_OPERATORS : UPDATE_OPERATORS).has(key);
}
