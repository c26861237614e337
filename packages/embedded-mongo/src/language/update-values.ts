/** @module The update operators that make one value: `$set`, `$inc`, `$min`, `$currentDate`, `$bit` and their kin. */
import { Timestamp } from 'bson';
import { CommandError } from '../command-error.ts';
import { compareValues, type StringOrder, typeNameOf } from './compare.ts';
import { describeField, describeValue } from './describe-value.ts';
import { type Document, getField, isDocument, keysOf, MISSING } from './fields.ts';
import { addNumbers, isNumber, multiplyNumbers, type NumberValue, numberKind, toInt64 } from './numbers.ts';
import type { Reach } from './update-paths.ts';

/** What a change may look at besides the value. */
export interface ChangeContext {
  /** The document before the update, for messages. */
  document: Document;
  /** The path being changed. */
  path: string;
  now: Date;
}

/** One operator applied to one field. */
export interface FieldOperator {
  reach: Reach;
  change(current: unknown, context: ChangeContext): unknown;
}

/** Compiles an operator's operand for a field. */
export type FieldOperatorCompiler = (operand: unknown, field: string, strings: StringOrder) => FieldOperator;

/** The operators by name. */
export const valueOperators: ReadonlyMap<string, FieldOperatorCompiler> = new Map<
  string,
  FieldOperatorCompiler
>([
  ['$set', (operand) => ({ reach: 'create', change: () => operand })],
  ['$setOnInsert', (operand) => ({ reach: 'create', change: () => operand })],
  ['$unset', () => ({ reach: 'existing', change: () => MISSING })],
  ['$inc', (operand, field) => arithmetic('$inc', operand, field)],
  ['$mul', (operand, field) => arithmetic('$mul', operand, field)],
  ['$min', (operand, _field, strings) => bound(operand, strings, -1)],
  ['$max', (operand, _field, strings) => bound(operand, strings, 1)],
  ['$currentDate', currentDate],
  ['$bit', bit],
]);

/** Where a document is in a message. */
export function describeId(document: Document): string {
  return describeField('_id', getField(document, '_id'));
}

/** The last component of a path. */
export function leafName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function arithmetic(operator: '$inc' | '$mul', operand: unknown, field: string): FieldOperator {
  if (!isNumber(operand)) {
    const verb = operator === '$inc' ? 'increment' : 'multiply';
    throw new CommandError(
      'TypeMismatch',
      `Cannot ${verb} with non-numeric argument: ${describeField(field, operand)}`,
    );
  }
  return {
    reach: 'create',
    change(current, { document, path }) {
      if (current === MISSING) return operator === '$inc' ? operand : multiplyNumbers(0, operand);
      if (!isNumber(current)) {
        throw new CommandError(
          'TypeMismatch',
          `Cannot apply ${operator} to a value of non-numeric type. ${describeId(document)} has the field '${leafName(path)}' of non-numeric type ${typeNameOf(current)}`,
        );
      }
      const result = operator === '$inc' ? addNumbers(current, operand) : multiplyNumbers(current, operand);
      if (result !== undefined) return result;
      throw new CommandError(
        'BadValue',
        `Failed to apply ${operator} operations to current value (${describeValue(current)}) for document ${describeId(document)}`,
      );
    },
  };
}

function bound(operand: unknown, strings: StringOrder, direction: 1 | -1): FieldOperator {
  return {
    reach: 'create',
    change(current) {
      if (current === MISSING) return operand;
      return compareValues(operand, current, strings) * direction > 0 ? operand : current;
    },
  };
}

function currentDate(operand: unknown): FieldOperator {
  const type = isDocument(operand)
    ? getField(operand, '$type')
    : operand === true || operand === false
      ? 'date'
      : undefined;
  if (type === 'date') return { reach: 'create', change: (_current, { now }) => now };
  if (type === 'timestamp') {
    return {
      reach: 'create',
      change: (_current, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }),
    };
  }
  throw new CommandError(
    'BadValue',
    isDocument(operand)
      ? "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}"
      : `${typeNameOf(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
  );
}

const BITS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

function bit(operand: unknown, field: string): FieldOperator {
  if (!isDocument(operand)) {
    throw new CommandError(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeNameOf(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  if (keysOf(operand).length === 0) {
    throw new CommandError(
      'BadValue',
      `You must pass in at least one bitwise operation. The format is: {$bit: {${field}: {and/or/xor: #}}`,
    );
  }
  const steps = keysOf(operand).map((name) => {
    const run = BITS[name];
    if (run === undefined)
      throw new CommandError(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${describeValue(operand[name])}}`,
      );
    const mask = operand[name];
    return {
      run,
      mask: integerOf(
        mask,
        () =>
          `The $bit modifier field must be an Integer(32/64 bit); a '${typeNameOf(mask)}' is not supported here: ${describeField(name, mask)}`,
      ),
    };
  });
  const isLongMask = steps.some(({ mask }) => mask.kind === 'long');
  return {
    reach: 'create',
    change(current, { document, path }) {
      const start = integerOf(
        current === MISSING ? 0 : current,
        () =>
          `Cannot apply $bit to a value of non-integral type.${describeId(document)} has the field ${leafName(path)} of non-integer type ${typeNameOf(current)}`,
      );
      const result = steps.reduce((value, { run, mask }) => run(value, mask.value), start.value);
      return start.kind === 'long' || isLongMask
        ? BigInt.asIntN(64, result)
        : Number(BigInt.asIntN(32, result));
    },
  };
}

function integerOf(value: unknown, message: () => string): { value: bigint; kind: 'int' | 'long' } {
  const kind = numberKind(value);
  if (kind !== 'int' && kind !== 'long') throw new CommandError('BadValue', message());
  return { value: toInt64(value as NumberValue)!, kind };
}
