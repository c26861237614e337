/** @module Compiles what a filter says about one field, `{$gt: 1, …}` or a plain value, into conditions. */
import { BSONRegExp } from 'bson';
import { CommandError } from '../command-error.ts';
import { type BitOperator, bitTest } from './bit-conditions.ts';
import type { StringOrder } from './compare.ts';
import {
  equalTest,
  memberTest,
  moduloTest,
  type OrderOperator,
  orderTest,
  regexTest,
  type Test,
  typeTest,
} from './conditions.ts';
import { bsonClass, type Document, getField, isDocument, keysOf, MISSING } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';
import type { LeafArrays } from './paths.ts';

/** A test at the end of a path, or a group of conditions that must not all hold there. */
export type Condition = ValueCondition | { none: readonly Condition[] };

/** One test at the end of a path. */
export interface ValueCondition {
  leaf: LeafArrays;
  test: Test;
  negated: boolean;
  /** The index within a matching array, for the positional `$`. */
  locate?(value: unknown): number | undefined;
}

/** What operators need from the filter around them. */
export interface ConditionContext {
  strings: StringOrder;
  /** Compiles the operand of `$elemMatch`. */
  element(condition: unknown): (element: unknown) => boolean;
}

/** Whether a filter's operand is made of operators: a document whose first key starts with `$` and is no DBRef. */
export function isOperatorDocument(operand: unknown): operand is Document {
  if (!isDocument(operand)) return false;
  const first = keysOf(operand)[0];
  return first?.startsWith('$') === true && !isReferenceField(first);
}

/** Whether a key is a field of a DBRef, which is no operator. */
export function isReferenceField(key: string): boolean {
  return key === '$ref' || key === '$id' || key === '$db';
}

/** The condition that a plain value states: equality, or a match for a regular expression. */
export function literalCondition(operand: unknown, strings: StringOrder): ValueCondition {
  return expanding(bsonClass(operand) === 'BSONRegExp' ? regexTest(operand) : equalTest(operand, strings));
}

/** Whether a single value, not looked into, meets a condition. */
export function matchesValue(condition: Condition, value: unknown): boolean {
  if ('none' in condition) return !condition.none.every((inner) => matchesValue(inner, value));
  return condition.test(value) !== condition.negated;
}

/**
 * Compiles an operator document.
 *
 * @param path only for messages
 * @throws CommandError BadValue for an unknown operator or a malformed operand
 */
export function compileConditions(path: string, operators: Document, context: ConditionContext): Condition[] {
  return keysOf(operators).flatMap((operator): Condition[] => {
    const operand = operators[operator];
    if (operator === '$options') {
      if (getField(operators, '$regex') === undefined)
        throw new CommandError('BadValue', '$options needs a $regex');
      return [];
    }
    if (operator === '$regex')
      return [expanding(regexTest(regexOperand(operand, getField(operators, '$options'))))];
    return compileOperator(path, operator, operand, context);
  });
}

function compileOperator(
  path: string,
  operator: string,
  operand: unknown,
  context: ConditionContext,
): Condition[] {
  const { strings } = context;
  switch (operator) {
    case '$eq':
      return [expanding(equalTest(operand, strings))];
    case '$ne':
      refuseRegex(operator, operand);
      return [negated(expanding(equalTest(operand, strings)))];
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return [orderCondition(path, operator, operand, strings)];
    case '$in':
      return [expanding(memberTest(listOperand(operator, operand), strings))];
    case '$nin':
      return [negated(expanding(memberTest(listOperand(operator, operand), strings)))];
    case '$exists':
      return [{ leaf: 'whole', test: (value) => value !== MISSING, negated: !isExisting(operand) }];
    case '$type':
      return [expanding(typeTest(operand))];
    case '$mod':
      return [expanding(moduloTest(operand))];
    case '$size':
      return [sizeCondition(operand)];
    case '$all':
      return allConditions(path, operand, context);
    case '$elemMatch':
      return [elementCondition(operand, context)];
    case '$not':
      return [{ none: negatedConditions(path, operand, context) }];
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return [expanding(bitTest(operator as BitOperator, operand))];
    case '$comment':
      return [];
    default:
      throw refusal(operator);
  }
}

const GEO = new Set([
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$within',
  '$maxDistance',
  '$minDistance',
  '$geoNear',
]);

function refusal(operator: string): CommandError {
  if (GEO.has(operator)) {
    return new CommandError(
      'CommandNotSupported',
      `${operator} is not supported by this server: it has no geo index`,
    );
  }
  return new CommandError('BadValue', `unknown operator: ${operator}`);
}

function expanding(test: Test): ValueCondition {
  return { leaf: 'expand', test, negated: false };
}

function negated(condition: ValueCondition): ValueCondition {
  return { ...condition, negated: !condition.negated };
}

function orderCondition(
  path: string,
  operator: OrderOperator,
  operand: unknown,
  strings: StringOrder,
): Condition {
  if (bsonClass(operand) === 'BSONRegExp') {
    throw new CommandError('BadValue', `Can't have RegEx as arg to predicate over field '${path}'.`);
  }
  return expanding(orderTest(operator, operand, strings));
}

function listOperand(operator: string, operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} needs an array`);
  for (const item of operand) {
    if (isOperatorDocument(item)) throw new CommandError('BadValue', `cannot nest $ under ${operator}`);
  }
  return operand;
}

function isExisting(operand: unknown): boolean {
  if (isNumber(operand)) return toNumber(operand) !== 0;
  return operand !== false && operand !== null && operand !== undefined;
}

function sizeCondition(operand: unknown): Condition {
  const size = isNumber(operand) ? toNumber(operand) : undefined;
  if (size === undefined || !Number.isInteger(size)) {
    throw new CommandError('BadValue', 'Failed to parse $size. Expected an integer');
  }
  if (size < 0) throw new CommandError('BadValue', 'Failed to parse $size. Expected a non-negative number');
  return { leaf: 'whole', test: (value) => Array.isArray(value) && value.length === size, negated: false };
}

function allConditions(path: string, operand: unknown, context: ConditionContext): Condition[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array');
  if (operand.length === 0) return [{ leaf: 'whole', test: () => false, negated: false }];
  const elementMatches = operand.filter(
    (item) => isDocument(item) && keysOf(item)[0] === '$elemMatch',
  ).length;
  if (elementMatches > 0 && elementMatches < operand.length) {
    throw new CommandError('BadValue', '$all/$elemMatch has to be consistent');
  }
  return operand.flatMap((item): Condition[] => {
    if (elementMatches > 0) return compileConditions(path, item as Document, context);
    if (isOperatorDocument(item)) throw new CommandError('BadValue', 'no $ expressions in $all');
    return [literalCondition(item, context.strings)];
  });
}

function elementCondition(operand: unknown, context: ConditionContext): Condition {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  const matches = context.element(operand);
  return {
    leaf: 'whole',
    test: (value) => Array.isArray(value) && value.some(matches),
    negated: false,
    locate: (value) => (value as unknown[]).findIndex(matches),
  };
}

function negatedConditions(path: string, operand: unknown, context: ConditionContext): Condition[] {
  if (bsonClass(operand) === 'BSONRegExp') return [literalCondition(operand, context.strings)];
  if (!isDocument(operand)) throw new CommandError('BadValue', '$not needs a regex or a document');
  if (keysOf(operand).length === 0) throw new CommandError('BadValue', '$not cannot be empty');
  const first = keysOf(operand)[0]!;
  if (!isOperatorDocument(operand)) throw new CommandError('BadValue', `unknown operator: ${first}`);
  return compileConditions(path, operand, context);
}

function regexOperand(operand: unknown, options: unknown): BSONRegExp {
  if (options !== undefined && typeof options !== 'string') {
    throw new CommandError('BadValue', '$options has to be a string');
  }
  if (typeof operand === 'string') return new BSONRegExp(operand, options ?? '');
  if (bsonClass(operand) !== 'BSONRegExp') throw new CommandError('BadValue', '$regex has to be a string');
  const regex = operand as BSONRegExp;
  if (options !== undefined && regex.options !== '') {
    throw new CommandError('Location51075', 'options set in both $regex and $options');
  }
  return new BSONRegExp(regex.pattern, options ?? regex.options);
}

function refuseRegex(operator: string, operand: unknown): void {
  if (bsonClass(operand) === 'BSONRegExp')
    throw new CommandError('BadValue', `Can't have regex as arg to ${operator}.`);
}
