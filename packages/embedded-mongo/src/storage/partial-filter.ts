/** @module What the filter of a partial index may say. */
import { CommandError } from '../command-error.ts';
import { describeValue } from '../language/describe-value.ts';
import { bsonClass, type Document, isDocument, keysOf } from '../language/fields.ts';

/**
 * Checks that a partial index's filter only says what MongoDB can decide from a query: equality, `$in`, ranges, `$type`
 * and `$exists: true`, joined by `$and` and `$or`. The filter itself has been compiled before.
 * @throws CommandError CannotCreateIndex (67)
 */
export function checkPartialFilter(filter: Document): void {
  for (const key of keysOf(filter)) {
    const operand = filter[key];
    if ((key === '$and' || key === '$or') && Array.isArray(operand)) {
      for (const branch of operand) if (isDocument(branch)) checkPartialFilter(branch);
    } else if (key.startsWith('$') && key !== '$comment') refuse({ [key]: operand });
    else checkCondition(key, operand);
  }
}

const ALLOWED = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$type']);

function checkCondition(path: string, condition: unknown): void {
  if (condition instanceof RegExp || bsonClass(condition) === 'BSONRegExp') refuse({ [path]: condition });
  if (!isDocument(condition)) return;
  for (const operator of keysOf(condition)) {
    if (!operator.startsWith('$') || ALLOWED.has(operator)) continue;
    const value = condition[operator];
    if (operator === '$exists' && value !== false && value !== 0) continue;
    refuse({ [path]: { [operator]: value } });
  }
}

function refuse(part: Document): never {
  throw new CommandError(
    'CannotCreateIndex',
    `Expression not supported in partial index: ${describeValue(part)}`,
  );
}
