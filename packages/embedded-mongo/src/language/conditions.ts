/** @module The tests that a query applies to one value: equality, order, membership, patterns, types and bits. */
import type { BSONRegExp, ObjectId } from 'bson';
import { CommandError } from '../command-error.ts';
import {
  compareBytes,
  compareStrings,
  compareValues,
  RANK,
  rankOf,
  type StringOrder,
  textOf,
  typeNameOf,
} from './compare.ts';
import { bsonClass, MISSING } from './fields.ts';
import { compareNumbers, exactOf, isNumber, type NumberValue, toInt64, toNumber } from './numbers.ts';
import { compileRegex } from './regex.ts';
import { typeNames } from './type-codes.ts';
import { valueKey } from './value-key.ts';

/** A test of one value, which is `MISSING` where the path ends early. */
export type Test = (value: unknown) => boolean;

/** Equality with an operand; null also means missing, a regular expression only itself. */
export function equalTest(operand: unknown, strings: StringOrder): Test {
  if (operand === null || operand === undefined) return isNullish;
  if (typeof operand === 'string' && strings === compareStrings) {
    return (value) => value === operand || (typeof value === 'object' && isEqualSymbol(value, operand));
  }
  if (typeof operand === 'number' && !Number.isNaN(operand)) {
    return (value) =>
      typeof value === 'number' ? value === operand : isNumber(value) && compareNumbers(value, operand) === 0;
  }
  if (typeof operand === 'boolean') return (value) => value === operand;
  if (bsonClass(operand) === 'ObjectId') {
    const id = (operand as ObjectId).id;
    return (value) =>
      typeof value === 'object' &&
      bsonClass(value) === 'ObjectId' &&
      compareBytes((value as ObjectId).id, id) === 0;
  }
  return (value) => value !== MISSING && compareValues(value, operand, strings) === 0;
}

/** MongoDB's names of the order tests. */
export type OrderOperator = '$gt' | '$gte' | '$lt' | '$lte';

/** Order against an operand, only within the operand's own type; MinKey and MaxKey compare with every type. */
export function orderTest(operator: OrderOperator, operand: unknown, strings: StringOrder): Test {
  const holds = ORDER[operator];
  const inclusive = operator === '$gte' || operator === '$lte';
  if (typeof operand === 'number' && !Number.isNaN(operand)) return numberOrderTest(holds, operand);
  const rank = rankOf(operand);
  if (rank === RANK.null) return inclusive ? isNullish : () => false;
  if (rank === RANK.number && Number.isNaN(toNumber(operand as NumberValue))) {
    return inclusive ? (value) => isNumber(value) && Number.isNaN(toNumber(value)) : () => false;
  }
  if (rank === RANK.MinKey || rank === RANK.MaxKey) {
    return (value) => value !== MISSING && holds(compareValues(value, operand, strings));
  }
  return (value) => {
    if (value === MISSING || rankOf(value) !== rank) return false;
    if (rank === RANK.number && Number.isNaN(toNumber(value as NumberValue))) return false;
    return holds(compareValues(value, operand, strings));
  };
}

function numberOrderTest(holds: (order: number) => boolean, operand: number): Test {
  return (value) => {
    if (typeof value === 'number') {
      return !Number.isNaN(value) && holds(value < operand ? -1 : value > operand ? 1 : 0);
    }
    return isNumber(value) && !Number.isNaN(toNumber(value)) && holds(compareNumbers(value, operand));
  };
}

const ORDER: Record<OrderOperator, (order: number) => boolean> = {
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};

/** Membership in a list, whose regular expressions match as patterns. */
export function memberTest(operands: readonly unknown[], strings: StringOrder): Test {
  const patterns = operands
    .filter((operand) => bsonClass(operand) === 'BSONRegExp')
    .map((regex) => regexTest(regex));
  const values = operands.filter((operand) => bsonClass(operand) !== 'BSONRegExp');
  const equals = strings === compareStrings ? keyedTest(values) : listTest(values, strings);
  if (patterns.length === 0) return equals;
  return (value) => equals(value) || patterns.some((matches) => matches(value));
}

function keyedTest(values: readonly unknown[]): Test {
  if (values.length <= 3) return listTest(values, compareStrings);
  const keys = new Set(values.map(valueKey));
  return (value) => keys.has(valueKey(value));
}

function listTest(values: readonly unknown[], strings: StringOrder): Test {
  const tests = values.map((value) => equalTest(value, strings));
  return (value) => tests.some((test) => test(value));
}

/** A pattern over strings; an equal stored regular expression matches too. */
export function regexTest(operand: unknown): Test {
  const { pattern, options } = operand as BSONRegExp;
  const regex = compileRegex(pattern, options);
  return (value) => {
    if (typeof value === 'string') return regex.test(value);
    if (typeof value !== 'object' || value === null) return false;
    const name = bsonClass(value);
    if (name === 'BSONSymbol') return regex.test(textOf(value));
    return name === 'BSONRegExp' && compareValues(value, operand, compareStrings) === 0;
  };
}

/** A type by name or number. @throws CommandError for an unknown one */
export function typeTest(operand: unknown): Test {
  if (Array.isArray(operand) && operand.length === 0) {
    throw new CommandError('FailedToParse', '$type must match at least one type');
  }
  const names = typeNames(operand);
  return (value) => value !== MISSING && names.has(typeNameOf(value));
}

/** The remainder of a division of whole parts. @throws CommandError BadValue for a malformed operand */
export function moduloTest(operand: unknown): Test {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', 'malformed mod, needs to be an array');
  if (operand.length < 2) throw new CommandError('BadValue', 'malformed mod, not enough elements');
  if (operand.length > 2) throw new CommandError('BadValue', 'malformed mod, too many elements');
  const [divisor, remainder] = operand.map((value, index) => {
    const whole = isNumber(value) ? truncated(value) : undefined;
    if (whole === undefined) {
      throw new CommandError(
        'BadValue',
        `malformed mod, ${index === 0 ? 'divisor' : 'remainder'} is not a number`,
      );
    }
    return whole;
  }) as [bigint, bigint];
  if (divisor === 0n) throw new CommandError('BadValue', 'divisor cannot be 0');
  return (value) => {
    const whole = isNumber(value) ? truncated(value) : undefined;
    return whole !== undefined && whole % divisor === remainder;
  };
}

function truncated(value: NumberValue): bigint | undefined {
  const exact = exactOf(value);
  if (typeof exact === 'number') return undefined;
  const number = Math.trunc(toNumber(value));
  return toInt64(value) ?? (Number.isSafeInteger(number) ? BigInt(number) : undefined);
}

function isNullish(value: unknown): boolean {
  return value === null || value === undefined || value === MISSING;
}

function isEqualSymbol(value: unknown, operand: string): boolean {
  return bsonClass(value) === 'BSONSymbol' && textOf(value) === operand;
}
