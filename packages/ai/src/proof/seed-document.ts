/** @module A document that a filter selects. */
import type { Document } from '@orchestrix/engine';
import { textForPattern } from './make-pattern.ts';
import { valueByName, valuesAround } from './make-value.ts';
import { withValue } from './make-inputs.ts';
import { isRecord } from './read-plan.ts';

/**
 * A document with the fields that a filter asks for, as far as that can be told: equality, comparisons, lists, patterns.
 *
 * @param filter resolved
 */
export function documentFor(filter: Document): Document {
  let document: Document = {};
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) {
      for (const one of condition) if (isRecord(one)) document = { ...document, ...documentFor(one) };
    } else if (key === '$or' && Array.isArray(condition)) {
      const [first] = condition;
      if (isRecord(first)) document = { ...document, ...documentFor(first) };
    } else if (!key.startsWith('$')) {
      const value = valueFor(key, condition);
      if (value !== undefined && value !== null) document = withValue(document, key.split('.'), value);
    }
  }
  return document;
}

function valueFor(key: string, condition: unknown): unknown {
  const operators = isRecord(condition) ? Object.keys(condition).filter((name) => name.startsWith('$')) : [];
  if (!isRecord(condition) || operators.length === 0) return condition;
  let value: unknown;
  for (const operator of operators) value = applyOperator(operator, condition, value, key);
  return value;
}

function applyOperator(operator: string, condition: Document, value: unknown, key: string): unknown {
  const operand = condition[operator];
  const name = key.split('.').at(-1)!;
  switch (operator) {
    case '$eq':
      return operand;
    case '$gte':
    case '$lte':
      // Both ends of a range: what lies at one end may lie beyond the other only when nothing lies between.
      return value ?? operand;
    case '$gt':
      return value ?? between(operand, condition.$lt ?? condition.$lte, 1);
    case '$lt':
      return value ?? between(operand, undefined, 2);
    case '$in':
      return Array.isArray(operand) ? operand[0] : value;
    case '$all':
      return operand;
    case '$exists':
      return operand ? (value ?? valueByName(name)) : undefined;
    case '$ne':
    case '$nin':
      return value ?? differentFrom(operand, name);
    case '$regex':
      return typeof operand === 'string' ? textForPattern(operand, 1) || valueByName(name) : value;
    case '$size':
      return Array.from({ length: Math.min(Number(operand) || 0, 20) }, (_, index) => `item ${index + 1}`);
    case '$elemMatch':
      return isRecord(operand) ? [documentFor(operand)] : value;
    case '$mod':
      return Array.isArray(operand) ? operand[1] : value;
    default:
      return value;
  }
}

/** `which`: 1 for a little more, 2 for a little less, as {@link valuesAround} lists them. */
function between(operand: unknown, end: unknown, which: number): unknown {
  if (typeof operand === 'number' && typeof end === 'number') return (operand + end) / 2;
  return valuesAround(operand)[which] ?? operand;
}

function differentFrom(operand: unknown, name: string): unknown {
  const refused = Array.isArray(operand) ? operand : [operand];
  return [valueByName(name), `Another ${name}`, 7, 8].find((one) => !refused.includes(one));
}
